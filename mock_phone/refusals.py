"""Everything that a phone refuses, as data."""

from mock_world.i18n import N_
from mock_world.refusal import RefusalKind

PHONE_UNKNOWN = RefusalKind(
    "phone.unknown",
    message=N_("Choose a phone of the list: there is none called {phone}."),
    expected="the id of a phone of this world",
    remedy="GET /api/phones lists them; POST /api/phones makes one",
    status=404,
)
EXISTS = RefusalKind(
    "phone.exists",
    message=N_("Take another id: there is a phone called {phone} already."),
    expected="an id that no phone has yet",
    remedy="take another id, or none: one is made up",
    status=409,
)
NAME_WRONG = RefusalKind(
    "phone.name_refused",
    message=N_("Use 1 to 40 letters, digits and hyphens as the id of a phone, but none like phone-7."),
    expected="1 to 40 letters, digits and hyphens, and not the form of ids that are made up: phone-7",
    remedy="take such an id, or none: one is made up",
    status=422,
)
NOT_INSTALLED = RefusalKind(
    "phone.not_installed",
    message=N_("Install the EU Login app from the app store first."),
    expected="a phone with the EU Login app",
    remedy="install the app first: page /phones/<id>/store, or Phone.install()",
    status=409,
)
NOT_INITIALISED = RefusalKind(
    "phone.not_initialised",
    message=N_("Initialise the app first: no account is linked to this phone."),
    expected="an app that is linked to an account",
    remedy="scan the QR code of a new device and confirm it with its PIN",
    status=409,
)
REINSTALLED = RefusalKind(
    "phone.reinstalled",
    message=N_(
        "Delete this phone in EU Login on the computer, then add it again: "
        "removing the app has broken its link to {accounts}."
    ),
    expected="an app that is linked to an account",
    remedy="delete the device in EU Login, add it again, scan the new QR code and confirm it with its PIN",
    status=409,
)
ACCOUNT_UNKNOWN = RefusalKind(
    "phone.account_unknown",
    message=N_("Choose an account of this phone: {account} is not linked to it."),
    expected="an account of this phone",
    remedy="GET /api/phones/<id> lists its accounts",
    status=404,
)
NOTHING_SCANNED = RefusalKind(
    "phone.nothing_scanned",
    message=N_("Scan the QR code on your computer first."),
    expected="a QR code scanned before",
    remedy="scan the QR code of a new device first",
    status=409,
)
OFFLINE = RefusalKind(
    "phone.offline",
    message=N_("Go online first: this phone has no network."),
    expected="a phone that is online",
    remedy="switch the phone's setting `online` on",
    status=409,
)
CAMERA_OFF = RefusalKind(
    "phone.camera_off",
    message=N_("Allow the camera in the settings first, then scan again."),
    expected="a phone whose app may use the camera",
    remedy="switch the phone's setting `camera` on",
    status=409,
)
NOTIFICATIONS_OFF = RefusalKind(
    "phone.notifications_off",
    message=N_("Allow notifications in the settings first: without them the app cannot be initialised."),
    expected="a phone whose app may send notifications",
    remedy="switch the phone's setting `notifications` on",
    status=409,
)
SCREEN_LOCK_OFF = RefusalKind(
    "phone.screen_lock_off",
    message=N_("Set a screen lock in the settings of the phone first: without it the app cannot be initialised."),
    expected="a phone with a screen lock",
    remedy="switch the phone's setting `screen_lock` on",
    status=409,
)
BIOMETRICS_OFF = RefusalKind(
    "phone.biometrics_off",
    message=N_("Enter your PIN instead, or switch biometrics on in the settings."),
    expected="a phone whose setting `biometrics` is on",
    remedy="set `biometrics` to fingerprint or face, or approve with the PIN",
    status=409,
)
PICTURE_UNREADABLE = RefusalKind(
    "phone.picture_unreadable",
    message=N_("Choose another picture: this file cannot be opened as one."),
    expected="a picture (PNG, JPEG, WebP, GIF, BMP)",
    remedy="send a screenshot that shows the QR code",
    status=422,
)
PICTURE_TOO_LARGE = RefusalKind(
    "phone.picture_too_large",
    message=N_("Choose a smaller picture: this one has too many pixels."),
    expected="a picture of at most 50 million pixels, neither side longer than 20,000",
    remedy="send a screenshot that shows the QR code, and little else",
    status=422,
)
NO_CODE = RefusalKind(
    "phone.no_code",
    message=N_("Try again with the whole QR code in the picture: none was found."),
    expected="a picture that shows a QR code",
    remedy="send a picture in which the whole QR code is to be seen, with its white edge",
    status=422,
)
CODE_FOREIGN = RefusalKind(
    "phone.code_foreign",
    message=N_("Scan the QR code that EU Login shows on the computer: this is another one."),
    expected="an otpauth address with `enrolment` and `server`, or eulogin-mock://sign-in with `account`, `challenge`",
    remedy="add a mobile device in EU Login, or sign in with EU Login Mobile App QR Code, and scan the QR code there",
    status=422,
)
CODE_OF_OTHER_WORLD = RefusalKind(
    "phone.code_of_other_world",
    message=N_("Use a phone of the world that this QR code comes from, or add {account} to this phone in this world."),
    expected="a QR code of this world's EU Login",
    remedy="open the phones under the same prefix /w/<world> as the EU Login page, or add the device in this world",
    status=422,
)
CODE_OF_SIGN_IN = RefusalKind(
    "phone.code_of_sign_in",
    message=N_("Scan the QR code of a new mobile device first: this one belongs to a sign-in."),
    expected="the QR code of a new device",
    remedy="add a mobile device in EU Login and scan the QR code that it shows",
    status=422,
)
CODE_OF_DEVICE = RefusalKind(
    "phone.code_of_device",
    message=N_("Scan the QR code of a sign-in: this one belongs to a new mobile device and asks for its PIN."),
    expected="the QR code of a sign-in",
    remedy="confirm the scanned code with its PIN, or sign in with EU Login Mobile App QR Code and scan the code there",
    status=409,
)
CODE_OF_OTHER_ACCOUNT = RefusalKind(
    "phone.code_of_other_account",
    message=N_("Use the phone of {account}, or add it to this app first: this QR code belongs to that account."),
    expected="the QR code of a sign-in of an account that is linked to this phone",
    remedy="sign in as an account of this phone, or add this phone as a device of {account}",
    status=409,
)
CODE_UNKNOWN = RefusalKind(
    "phone.code_unknown",
    message=N_(
        "Add the mobile device again on the computer and scan its new QR code: EU Login does not know this one, "
        "as when its device was deleted there."
    ),
    expected="the QR code of a device that EU Login knows",
    remedy="add a mobile device in EU Login again and scan the new QR code",
    status=404,
)
CODE_EXPIRED = RefusalKind(
    "phone.code_expired",
    message=N_("Ask for a new QR code on the computer: this one is too old."),
    expected="a QR code younger than setting qr.life",
    remedy="delete the device in EU Login, add it again and scan the new QR code",
    status=410,
)
CODE_USED = RefusalKind(
    "phone.code_used",
    message=N_("Delete the device in EU Login and add it again: this QR code was used already."),
    expected="a QR code that no phone has used yet",
    remedy="delete the device in EU Login, add it again and scan the new QR code",
    status=409,
)
ONE_ACCOUNT = RefusalKind(
    "phone.one_account",
    message=N_("Use another phone, or delete this one from {account} first: the app holds one account only."),
    expected="an app without an account, while setting phone.accounts is `one`",
    remedy="use another phone, delete the device of {account}, or set phone.accounts to `several`",
    status=409,
)
PIN_FORM = RefusalKind(
    "phone.pin_form",
    message=N_("Enter the four digits of your PIN."),
    expected="a PIN of exactly 4 digits",
    remedy="send the PIN as a text of 4 digits; nothing was counted",
    status=422,
)
PIN_CONFIRM = RefusalKind(
    "phone.pin_confirm",
    message=N_("Enter the same PIN code in both fields."),
    expected="the same PIN twice",
    remedy="send the same 4 digits in both fields; nothing was changed",
    status=422,
)
PIN_WRONG = RefusalKind(
    "phone.pin_wrong",
    message=N_("Enter your PIN again: that was not the right one. Tries left: {tries_left}."),
    expected="the PIN chosen when the device was added",
    remedy="send the right PIN; tries left: {tries_left}",
    status=403,
)
DEVICE_BLOCKED = RefusalKind(
    "phone.device_blocked",
    message=N_("Delete this device in EU Login and add it again: too many wrong PINs have blocked it."),
    expected="a device that is not blocked",
    remedy="delete the device in EU Login and add it again",
    status=403,
)
DEVICE_UNKNOWN = RefusalKind(
    "phone.device_unknown",
    message=N_("Add this phone again: EU Login no longer knows it as a device of {account}."),
    expected="a device that EU Login knows",
    remedy="add the device in EU Login again and initialise the app with the new QR code",
    status=409,
)
PASSWORD_MISSING = RefusalKind(
    "phone.password_missing",
    message=N_("Enter the password of your EU Login account."),
    expected="a password",
    remedy="send the password of the account; nothing was counted",
    status=422,
)
PASSWORD_WRONG = RefusalKind(
    "phone.password_wrong",
    message=N_("Enter the EU Login password of {account} again: that was not the right one."),
    expected="the password of the account at EU Login",
    remedy="send the right password; wrong ones count as at sign-in",
    status=403,
)
PASSWORD_LOCKED = RefusalKind(
    "phone.password_locked",
    message=N_("Wait, or ask EU Login for a new password on the computer: wrong ones have locked {account}."),
    expected="an account that is not locked by wrong passwords",
    remedy="wait for setting lockout.time, move the world's clock, or set a new password by a mail's link",
    status=403,
)
CREDENTIALS_REFUSED = RefusalKind(
    "phone.credentials_refused",
    message=N_("Sign in to EU Login on the computer first: it does not accept the password of {account} now."),
    expected="an account that can sign in with its password",
    remedy="look at the journal: EU Login says there why",
    status=403,
)
NO_REQUEST = RefusalKind(
    "phone.no_request",
    message=N_("Start signing in on the computer first: no request waits for this phone."),
    expected="an open request",
    remedy="sign in with EU Login Mobile App PIN Code first; `wait` (seconds) waits for the request",
    status=404,
)
SEVERAL_REQUESTS = RefusalKind(
    "phone.several_requests",
    message=N_("Choose one of the open requests: {count} wait for this phone."),
    expected="the id of one of the open requests: {ids}",
    remedy="name one with `request`",
    status=409,
)
OTHER_ACCOUNT = RefusalKind(
    "phone.other_account",
    message=N_("Switch to {account} first: the request waits under that account."),
    expected="a request of the account that the app shows",
    remedy="Switch account on the phone's page, Phone.switch_account(), or POST /api/phones/<id>/switch-account",
    status=409,
)
REQUEST_GONE = RefusalKind(
    "phone.request_gone",
    message=N_("Start again on the computer: this request is no longer open."),
    expected="the id of an open request",
    remedy="GET /api/phones/<id> lists the open ones",
    status=404,
)
OPENED_TOO_LATE = RefusalKind(
    "phone.opened_too_late",
    message=N_("Start signing in again: this request is no longer open."),
    expected="a request that is open, or `back`: the page that knows how it ended",
    remedy="sign in again by On Mobile: that makes a new request",
    status=404,
)
REQUEST_LAPSED = RefusalKind(
    "phone.request_lapsed",
    message=N_("Start again on the computer: this request has lapsed."),
    expected="an answer within setting challenge.life",
    remedy="sign in again, or press Send again on the computer",
    status=410,
)
REQUEST_ANSWERED = RefusalKind(
    "phone.request_answered",
    message=N_("There is nothing left to do: this request was answered already."),
    expected="a request that is not answered yet",
    remedy="sign in again on the computer for a new request",
    status=409,
)
UNREACHABLE = RefusalKind(
    "phone.eu_login_unreachable",
    message=N_("Try again in a moment: EU Login at {server} does not answer."),
    expected="an answer of EU Login at {server}",
    remedy="start it, or set idp.internal_url to an address that the phone reaches",
    status=502,
)
ODD_ANSWER = RefusalKind(
    "phone.eu_login_answer",
    message=N_("Try again in a moment: EU Login at {server} gave an answer that the app does not understand."),
    expected="an answer as described for the app's interface",
    remedy="look at the log of EU Login at {server}",
    status=502,
)
