"""The settings of EU Login: every limit and variant, its default, and where the value comes from."""

from datetime import timedelta
from typing import Literal, cast

from mock_world.settings import DURATION, GUIDE, OURS, SERVER, TODAY, declare, minutes, number

PASSWORD_MIN_LENGTH = declare(
    "password.min_length", number(1, 100), 8, GUIDE, "Fewest characters of a password.", today=10
)
PASSWORD_GROUPS = declare(
    "password.groups", number(0, 4), 3, GUIDE, "How many of the four character groups a password needs.", today=4
)
PASSWORD_HISTORY = declare(
    "password.history", number(0, 9), 5, SERVER, "How many of the latest passwords may not be used again."
)
PASSWORD_MIN_AGE = declare(
    "password.min_age", DURATION, minutes(1), SERVER, "How long a password is kept before its owner may change it."
)
PASSWORD_MAX_AGE = declare(
    "password.max_age", DURATION, timedelta(days=3650), OURS, "How long a password works before it expires."
)
PASSWORD_WARNING = declare(
    "password.warning", DURATION, timedelta(days=14), OURS, "How long before its expiry a password is warned of."
)
LINK_TRIES = declare(
    "link.tries", number(1, 100), 5, SERVER, "Wrong user names behind one link after which it opens nothing."
)
LINK_REQUESTS = declare(
    "link.requests", number(1, 100), 5, SERVER, "Most mails with a link sent to one account within lockout.forget."
)
LOCKOUT_TRIES = declare(
    "lockout.tries", number(1, 100), 5, SERVER, "Wrong passwords in a row after which an account is locked."
)
LOCKOUT_TIME = declare("lockout.time", DURATION, minutes(15), SERVER, "How long a lock lasts.")
LOCKOUT_FORGET = declare(
    "lockout.forget", DURATION, minutes(15), SERVER, "How long wrong tries and requests are counted."
)
LOGIN_PAGE_LIFE = declare(
    "login_page.life", DURATION, minutes(60), SERVER, "How long a sign-in page may be sent after it was opened."
)
REDIRECT_PAGE = declare(
    "redirect_page", bool, False, OURS, "Show the page with a link to go on before the service is opened."
)
CAPTCHA = declare("captcha", bool, False, OURS, "Ask for the code of a picture at sign-up and for a new password.")
DIALECT = declare(
    "dialect",
    cast("type[str]", Literal["eulogin", "cas"]),
    "eulogin",
    OURS,
    "Answers to CAS clients: as EU Login gives them, or as CAS 3.0 has them (namespace, codes, call-backs).",
)
CAS_DEFAULT_LEVEL = declare(
    "cas.default_level",
    cast("type[str]", Literal["BASIC", "MEDIUM", "HIGH"]),
    "BASIC",
    OURS,
    "Authentication level that counts where a service asks for none.",
)
CAS_PASSWORD_STRENGTH = declare(
    "cas.password_strength",
    cast("type[str]", Literal["PASSWORD", "BASIC"]),
    "PASSWORD",
    TODAY,
    "What CAS services are told of a sign-in by the password alone; BASIC at the official mock-up (--compat mockup).",
)
LINK_LIFE = declare(
    "link.life",
    DURATION,
    minutes(5),
    GUIDE,
    "How long the link of a mail works, counted from its sending.",
    today=minutes(15),
)
PUSH_DELAY = declare(
    "push.delay",
    DURATION,
    minutes(0),
    OURS,
    "How long a request needs to reach the phone; the guide says a couple of seconds.",
)
DEVICE_PIN_TRIES = declare(
    "device.pin_tries",
    number(1, 100),
    5,
    SERVER,
    "Wrong PINs in a row after which a device is blocked, or wrong one-time passwords after which their page ends.",
)
DEVICE_MAX = declare("device.max", number(1, 100), 10, SERVER, "Most mobile devices of one account.")
DEVICE_REQUESTS = declare(
    "device.requests",
    number(1, 100),
    5,
    SERVER,
    "Most requests to the phones of one account, or pages for its one-time passwords, within lockout.forget in vain.",
)
KEY_TRIES = declare(
    "key.tries", number(1, 100), 5, SERVER, "Wrong answers of security keys in a row after which they are locked."
)
KEY_REQUESTS = declare(
    "key.requests",
    number(1, 100),
    5,
    SERVER,
    "How often the keys of one account are asked within lockout.forget without a sign-in.",
)
KEY_MAX = declare("key.max", number(1, 100), 10, SERVER, "Most security keys of one account.")
QR_LIFE = declare("qr.life", DURATION, minutes(10), OURS, "How long the QR code of a new device works.")
CHALLENGE_LIFE = declare(
    "challenge.life",
    DURATION,
    minutes(10),
    SERVER,
    "How long a request waits for the phone, and a page for a security key or a one-time password.",
)
TICKET_LIFE = declare("ticket.life", DURATION, minutes(5), SERVER, "How long a service ticket works.")
LOGIN_REQUEST_LIFE = declare(
    "login_request.life", DURATION, minutes(60), SERVER, "How long a login request (loginRequestId) works."
)
SSO_LIFE = declare("sso.life", DURATION, minutes(13 * 60), SERVER, "How long a sign-in lasts.")
CAS_SERVICES = declare(
    "cas.services",
    cast("type[str]", Literal["open", "registered"]),
    "open",
    OURS,
    "Which services may use EU Login: all on loopback and reserved domains (open), or registered ones only.",
)
PROXY_PLAIN_HTTP = declare(
    "proxy.plain_http",
    bool,
    True,
    OURS,
    "Whether a proxy call-back (pgtUrl) may do without https on loopback; EU Login asks for https.",
    today=False,
)
LOOP_TICKETS = declare(
    "loop.tickets",
    number(0, 100),
    5,
    OURS,
    "Tickets or codes for one browser and address within ten seconds of real time, none of them after a page and none "
    "validated or redeemed, behind which the next one is taken for a loop; 0 lets loops be.",
)
REDEEM_TIME = declare(
    "redeem.time",
    DURATION,
    timedelta(seconds=30),
    OURS,
    "After how long a ticket or code that nobody redeemed is reported in the journal, with likely causes; PT0S: never.",
)
OIDC_CLIENTS = declare(
    "oidc.clients",
    str,
    "",
    OURS,
    "JSON file with a list of OpenID Connect clients that each world begins with; empty is none.",
)
OIDC_PKCE = declare(
    "oidc.pkce",
    cast("type[str]", Literal["required", "optional"]),
    "required",
    TODAY,
    "Whether OpenID Connect clients must use PKCE with S256.",
)
OIDC_SIGNING_ALG = declare(
    "oidc.signing_alg",
    cast("type[str]", Literal["PS512", "RS256", "ES256"]),
    "PS512",
    TODAY,
    "How ID tokens and JWT access tokens are signed, unless the client's registration says otherwise.",
)
OIDC_USERINFO = declare(
    "oidc.userinfo", bool, False, TODAY, "Whether UserInfo answers; it is off by default, claims are in the ID token."
)
OIDC_CODE_LIFE = declare("oidc.code_life", DURATION, minutes(5), SERVER, "How long an authorization code works.")
OIDC_ID_TOKEN_LIFE = declare("oidc.id_token_life", DURATION, minutes(5), SERVER, "How long an ID token works.")
OIDC_ACCESS_TOKEN_LIFE = declare(
    "oidc.access_token_life", DURATION, minutes(5), SERVER, "How long an access token works."
)
OIDC_REFRESH_TOKEN_LIFE = declare(
    "oidc.refresh_token_life", DURATION, minutes(1), SERVER, "How long a refresh token works."
)
