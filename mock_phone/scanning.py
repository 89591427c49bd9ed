"""The app's camera: QR codes of new devices, confirmed by a PIN, and of sign-ins, answered by a one-time password."""

from datetime import timedelta

from mock_phone import one_time_codes
from mock_phone import refusals as no
from mock_phone import settings as s
from mock_phone.accounts import Accounts
from mock_phone.eu_login import enrol
from mock_phone.handset import Handset, acting
from mock_phone.model import AccountRow, LinkedAccount
from mock_phone.needs import CAMERA, NEEDS, Need
from mock_phone.one_time_codes import OneTimeCode
from mock_phone.qr_codes import Code, EnrolmentCode, SignInCode, decoded, parse, read_code, understand
from mock_world import settings as shared
from mock_world.events import EventType
from mock_world.fault_types import PHONE_CLOCK_WRONG
from mock_world.refusal import Refusal

SCANNED = EventType(
    "phone.scanned",
    "The app of phone {phone} scanned a QR code[ of a {kind}].",
)
INITIALISED = EventType(
    "phone.initialised",
    "The app of phone {phone} was initialised for {person} with a scanned QR code and its PIN.",
)

_DEVICE = {"os": "Mock OS 1", "manufacturer": "Mock", "model": "Phone 1"}  # told to EU Login
_DEAD_CODES = {no.CODE_EXPIRED, no.CODE_USED, no.CODE_UNKNOWN, no.DEVICE_BLOCKED}


def kind_of(code: Code) -> str:
    """`device` or `sign-in`."""
    return "device" if isinstance(code, EnrolmentCode) else "sign-in"


class Scanner:
    """The app's camera, and the one-time passwords that it shows."""

    def __init__(self, handset: Handset, accounts: Accounts) -> None:
        self._handset = handset
        self._accounts = accounts

    @acting()
    def scan(self, *, image: bytes | None = None, payload: str | None = None) -> Code:
        """Scan the QR code of a new device (guide, G17) or of a sign-in, out of a picture or from its address.

        Raises Refusal (phone.no_code, .picture_unreadable, .picture_too_large, .code_foreign, .code_of_other_world,
        .not_installed; of a picture: .camera_off; of a device: what NEEDS say, .one_account;
        of a sign-in: .code_of_sign_in where no account is linked yet, .code_of_other_account, .device_unknown,
        .reinstalled); TypeError unless exactly one of the two is given.
        """
        if (image is None) == (payload is None):
            raise TypeError("scan() takes either an image or a payload")
        self._accounts.check_app()
        if payload is not None:
            return self._take(payload)
        address, size = self._photograph(image or b"")
        if address is None:
            raise self._handset.refuse(no.NO_CODE, got=f"a picture of {size} without one")
        return self._take(address)

    @acting()
    def look(self, image: bytes) -> str | None:
        """The address of the QR code in a frame of the camera, for scan(payload=); None where it shows no code.

        Nothing is recorded. Raises Refusal (phone.camera_off, .picture_unreadable, .picture_too_large, .not_installed).
        """
        self._accounts.check_app()
        return self._photograph(image)[0]

    def _photograph(self, image: bytes) -> tuple[str | None, str]:
        if not self._handset.settings.camera:
            raise self._lacks(CAMERA)
        return read_code(self._handset.world, image)

    def _take(self, address: str) -> Code:
        code = understand(self._handset.world, address)
        if isinstance(code, EnrolmentCode):
            self._check_ready_to_initialise()
            self._check_room_for(code.account)
        else:
            self._account_of(code)
        with self._handset.row() as row:
            row.scanned = address
            self._handset.record(SCANNED, code.account, kind=kind_of(code))
        return code

    def missing(self) -> tuple[Need, ...]:
        """What is switched off and needed to initialise the app, by whatever way a code comes."""
        settings = self._handset.settings
        return tuple(need for need in NEEDS if not getattr(settings, need.switch))

    @property
    def scanned(self) -> Code | None:
        """The QR code that waits for its PIN, or whose one-time password the app shows."""
        return parse(self._handset.read().scanned)

    def forget_scan(self) -> None:
        """Give up what was scanned last, or be done with it."""
        with self._handset.row() as row:
            row.scanned = ""

    @acting()
    def initialise(self, pin: str) -> LinkedAccount:
        """Confirm the scanned QR code with the PIN chosen on the computer (guide, G18).

        Raises Refusal (phone.nothing_scanned, .code_of_sign_in, .pin_form, .pin_wrong, .device_blocked, .code_expired,
        .code_used, .code_unknown, .code_of_other_world in a copied world, what NEEDS say,
        .eu_login_unreachable).
        """
        self._accounts.check_app()
        self._check_ready_to_initialise()
        address = self._handset.read().scanned
        if not address:
            raise self._handset.refuse(no.NOTHING_SCANNED, got="no QR code")
        code = self._understand_again(address)
        if isinstance(code, SignInCode):
            raise self._handset.refuse(no.CODE_OF_SIGN_IN, got="the QR code of a sign-in")
        self._accounts.check_pin_form(pin)
        try:
            enrolled = enrol(self._handset.world, code, pin, _DEVICE | {"name": self._handset.id})
        except Refusal as refusal:
            if refusal.kind in _DEAD_CODES:
                self.forget_scan()
            raise
        return self._accounts.put(enrolled, code.server, INITIALISED)

    def _understand_again(self, address: str) -> Code:
        """What was scanned before; given up where it says nothing here, as in a copy of the world it was scanned in."""
        try:
            return understand(self._handset.world, address)
        except Refusal:
            self.forget_scan()
            raise

    @acting()
    def one_time_code(self) -> str:
        """The one-time password to be typed on the computer, made without network (facts, the app, 12.3).

        For a scanned sign-in eight characters; with setting one_time_code = totp and none scanned the six digits of
        the active account, by the phone's clock. Raises Refusal (phone.nothing_scanned, .code_of_device,
        .not_initialised, .device_unknown, .reinstalled, .not_installed).
        """
        self._accounts.check_app()
        if shown := self.code_shown():
            return shown.code
        if self.shows_digits:
            return self.six_digits().code  # says why there are none
        if self.scanned is not None:
            raise self._handset.refuse(no.CODE_OF_DEVICE, got="the QR code of a new device")
        raise self._handset.refuse(no.NOTHING_SCANNED, got="no QR code")

    @property
    def shows_digits(self) -> bool:
        """Whether the app shows six digits where no sign-in was scanned."""
        return bool(self._handset.world.settings[shared.ONE_TIME_CODE] == "totp")

    @acting()
    def code_shown(self) -> OneTimeCode | None:
        """The one-time code shown, whose and for how long; None where something is to be scanned first."""
        code = self.scanned
        if isinstance(code, SignInCode):
            secret = decoded(self._account_of(code).secret)
            return OneTimeCode(code.account, one_time_codes.of_challenge(secret, code.challenge))
        return self.six_digits() if self.shows_digits and self._accounts.active_row() else None

    @acting()
    def six_digits(self) -> OneTimeCode:
        """The six digits of the active account at the phone's time, whatever was scanned.

        Raises Refusal (phone.nothing_scanned where the setting says otherwise, .not_initialised, .device_unknown,
        .reinstalled, .not_installed).
        """
        if not self.shows_digits:
            raise self._handset.refuse(no.NOTHING_SCANNED, got="no QR code")
        active = self._accounts.shown_row()
        self._accounts.check_known(active)
        if wrong := self._handset.world.faults.inject(PHONE_CLOCK_WRONG, active.account):
            self._handset.change_settings(clock_offset=timedelta(seconds=wrong.seconds))
        now = self._handset.now
        step, past = divmod(int(now.timestamp()), one_time_codes.STEP)
        return OneTimeCode(
            active.account, one_time_codes.of_time(decoded(active.secret), now), step, one_time_codes.STEP - past
        )

    def _account_of(self, code: SignInCode) -> AccountRow:
        """The account that the code of a sign-in asks, shown or not."""
        rows = self._accounts.rows()
        matches = [row for row in rows if row.account.casefold() == code.account.casefold()]
        if known := [row for row in matches if row.known]:
            active = self._accounts.active_row()
            return next((row for row in known if active is not None and row.id == active.id), known[-1])
        if matches:
            self._accounts.check_known(matches[-1])
        self._accounts.check_not_lost(code.account)
        if not rows:
            raise self._handset.refuse(no.CODE_OF_SIGN_IN, got="the QR code of a sign-in, in an app without an account")
        raise self._handset.refuse(no.CODE_OF_OTHER_ACCOUNT, got="the QR code of another account", account=code.account)

    def _check_ready_to_initialise(self) -> None:
        if missing := self.missing():
            raise self._lacks(missing[0])

    def _lacks(self, need: Need) -> Refusal:
        return self._handset.refuse(need.refusal, got=need.got)

    def _check_room_for(self, account: str) -> None:
        if self._handset.world.settings[s.PHONE_ACCOUNTS] == "several":
            return
        other = next((row for row in self._accounts.rows() if row.known and row.account != account), None)
        if other is not None:
            raise self._handset.refuse(no.ONE_ACCOUNT, got="an app with another account", account=other.account)
