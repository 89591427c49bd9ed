"""Every limit and text variant, once: default, where the value comes from, one sentence.

`docs/reference/settings.md`, the control API and the control room are made from this table.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database, table_of

T = TypeVar("T")
S = TypeVar("S")

Profile = Literal["guide", "today"]

GUIDE = "guide"
TODAY = "EU Login today"
SERVER = "server default"
OURS = "our choice"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting. `today` is its value in the profile of that name, where it differs from the guide's."""

    name: str
    kind: Any
    default: T
    source: str
    sentence: str
    today: T | None = None

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self.kind)

    def parse(self, value: object) -> T:
        """A value from JSON, the environment or a command line. Raises ValueError with a sentence."""
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            example = self.dump(self.default)
            raise ValueError(f"{self.name}: {problem}; got {value!r}; a value of its form is {example!r}") from None

    def from_text(self, text: str) -> object:
        """The text of a variable or a command line, not parsed yet: a list is separated by commas."""
        return [part.strip() for part in text.split(",") if part.strip()] if isinstance(self.default, list) else text

    def dump(self, value: T) -> Any:
        """The value as JSON (durations as ISO 8601)."""
        return self._adapter.dump_python(value, mode="json")


TODAY_PROFILE: Profile = "today"
LONGEST_TEXT = 2000  # characters of what persons and helpdesks write to each other (our choice)
TABLE: dict[str, Setting[Any]] = {}


def _setting(name: str, kind: type[S], default: S, source: str, sentence: str, *, today: S | None = None) -> Setting[S]:
    setting = Setting(name, kind, default, source, sentence, today)
    TABLE[name] = setting
    return setting


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no time zone of that name")
    return name


def _answers_in_turn(text: str) -> str:
    answers = [answer.strip() for answer in text.split(",")]
    if answers != ["off"] and not set(answers) <= {"approve", "reject", "ask"}:
        raise ValueError("write off, or one or more of approve, reject and ask, in turn, such as ask, approve")
    return ", ".join(answers)


def _minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def _number(least: int, most: int) -> type[int]:
    return cast("type[int]", Annotated[int, Field(ge=least, le=most)])


def _http_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no address at all, or its port is no number
        fits = False
    if url and (not fits or any(sign in url for sign in "\\\r\n\t ?#")):
        raise ValueError("write an address such as https://login.example:8443, or nothing")
    return url


_DURATION = cast("type[timedelta]", Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=3652))])
_ADDRESS = cast("type[str]", Annotated[str, AfterValidator(_http_address)])


PASSWORD_MIN_LENGTH = _setting(
    "password.min_length", _number(1, 100), 8, GUIDE, "Fewest characters of a password.", today=10
)
PASSWORD_GROUPS = _setting(
    "password.groups", _number(0, 4), 3, GUIDE, "How many of the four character groups a password needs.", today=4
)
PASSWORD_HISTORY = _setting(
    "password.history", _number(0, 9), 5, SERVER, "How many of the latest passwords may not be used again."
)
PASSWORD_MIN_AGE = _setting(
    "password.min_age", _DURATION, _minutes(1), SERVER, "How long a password is kept before its owner may change it."
)
PASSWORD_MAX_AGE = _setting(
    "password.max_age", _DURATION, timedelta(days=3650), OURS, "How long a password works before it expires."
)
PASSWORD_WARNING = _setting(
    "password.warning", _DURATION, timedelta(days=14), OURS, "How long before its expiry a password is warned of."
)
LINK_TRIES = _setting(
    "link.tries", _number(1, 100), 5, SERVER, "Wrong user names behind one link after which it opens nothing."
)
LINK_REQUESTS = _setting(
    "link.requests", _number(1, 100), 5, SERVER, "Most mails with a link sent to one account within lockout.forget."
)
LOCKOUT_TRIES = _setting(
    "lockout.tries", _number(1, 100), 5, SERVER, "Wrong passwords in a row after which an account is locked."
)
LOCKOUT_TIME = _setting("lockout.time", _DURATION, _minutes(15), SERVER, "How long a lock lasts.")
LOCKOUT_FORGET = _setting(
    "lockout.forget", _DURATION, _minutes(15), SERVER, "How long wrong tries and requests are counted."
)
LOGIN_PAGE_LIFE = _setting(
    "login_page.life", _DURATION, _minutes(60), SERVER, "How long a sign-in page may be sent after it was opened."
)
REDIRECT_PAGE = _setting(
    "redirect_page", bool, False, OURS, "Show the page with a link to go on before the service is opened."
)
CAPTCHA = _setting("captcha", bool, False, OURS, "Ask for the code of a picture at sign-up and for a new password.")
DIALECT = _setting(
    "dialect",
    cast("type[str]", Literal["eulogin", "cas"]),
    "eulogin",
    OURS,
    "Answers to CAS clients: as EU Login gives them, or as CAS 3.0 has them (namespace, codes, call-backs).",
)
CAS_DEFAULT_LEVEL = _setting(
    "cas.default_level",
    cast("type[str]", Literal["BASIC", "MEDIUM", "HIGH"]),
    "BASIC",
    OURS,
    "Authentication level that counts where a service asks for none.",
)
CAS_PASSWORD_STRENGTH = _setting(
    "cas.password_strength",
    cast("type[str]", Literal["PASSWORD", "BASIC"]),
    "PASSWORD",
    TODAY,
    "What CAS services are told of a sign-in by the password alone; BASIC at the official mock-up (--compat mockup).",
)
LINK_LIFE = _setting(
    "link.life",
    _DURATION,
    _minutes(5),
    GUIDE,
    "How long the link of a mail works, counted from its sending.",
    today=_minutes(15),
)
MAIL_DELAY = _setting(
    "mail.delay", _DURATION, _minutes(0), OURS, "How long a mail is under way; really up to 20 minutes."
)
RECOGNITION_DELAY = _setting(
    "recognition.delay",
    _DURATION,
    _minutes(0),
    OURS,
    "How long a site does not yet know a new account; the guide says up to 5 minutes (PT5M).",
)
PUSH_DELAY = _setting(
    "push.delay",
    _DURATION,
    _minutes(0),
    OURS,
    "How long a request needs to reach the phone; the guide says a couple of seconds.",
)
DEVICE_PIN_TRIES = _setting(
    "device.pin_tries",
    _number(1, 100),
    5,
    SERVER,
    "Wrong PINs in a row after which a device is blocked, or wrong one-time passwords after which their page ends.",
)
DEVICE_MAX = _setting("device.max", _number(1, 100), 10, SERVER, "Most mobile devices of one account.")
DEVICE_REQUESTS = _setting(
    "device.requests",
    _number(1, 100),
    5,
    SERVER,
    "Most requests to the phones of one account, or pages for its one-time passwords, within lockout.forget in vain.",
)
KEY_TRIES = _setting(
    "key.tries", _number(1, 100), 5, SERVER, "Wrong answers of security keys in a row after which they are locked."
)
KEY_REQUESTS = _setting(
    "key.requests",
    _number(1, 100),
    5,
    SERVER,
    "How often the keys of one account are asked within lockout.forget without a sign-in.",
)
KEY_MAX = _setting("key.max", _number(1, 100), 10, SERVER, "Most security keys of one account.")
PHONE_ACCOUNTS = _setting(
    "phone.accounts",
    cast("type[str]", Literal["several", "one"]),
    "several",
    TODAY,
    "Whether the app of one phone holds several accounts, as now, or one, as in older versions.",
)
QR_LIFE = _setting("qr.life", _DURATION, _minutes(10), OURS, "How long the QR code of a new device works.")
ONE_TIME_CODE = _setting(
    "one_time_code",
    cast("type[str]", Literal["eulogin", "totp"]),
    "eulogin",
    SERVER,
    "One-time passwords: of EU Login's app, or six digits of any authenticator.",
)
CHALLENGE_LIFE = _setting(
    "challenge.life",
    _DURATION,
    _minutes(10),
    SERVER,
    "How long a request waits for the phone, and a page for a security key or a one-time password.",
)
TICKET_LIFE = _setting("ticket.life", _DURATION, _minutes(5), SERVER, "How long a service ticket works.")
LOGIN_REQUEST_LIFE = _setting(
    "login_request.life", _DURATION, _minutes(60), SERVER, "How long a login request (loginRequestId) works."
)
SSO_LIFE = _setting("sso.life", _DURATION, _minutes(13 * 60), SERVER, "How long a sign-in lasts.")
CAS_SERVICES = _setting(
    "cas.services",
    cast("type[str]", Literal["open", "registered"]),
    "open",
    OURS,
    "Which services may use EU Login: all on loopback and reserved domains (open), or registered ones only.",
)
PROXY_PLAIN_HTTP = _setting(
    "proxy.plain_http",
    bool,
    True,
    OURS,
    "Whether a proxy call-back (pgtUrl) may do without https on loopback; EU Login asks for https.",
    today=False,
)
LOOP_TICKETS = _setting(
    "loop.tickets",
    _number(0, 100),
    5,
    OURS,
    "Tickets or codes for one browser and address within ten seconds of real time, none of them after a page and none "
    "validated or redeemed, behind which the next one is taken for a loop; 0 lets loops be.",
)
OIDC_CLIENTS = _setting(
    "oidc.clients",
    str,
    "",
    OURS,
    "JSON file with a list of OpenID Connect clients that each world begins with; empty is none.",
)
OIDC_PKCE = _setting(
    "oidc.pkce",
    cast("type[str]", Literal["required", "optional"]),
    "required",
    TODAY,
    "Whether OpenID Connect clients must use PKCE with S256.",
)
OIDC_SIGNING_ALG = _setting(
    "oidc.signing_alg",
    cast("type[str]", Literal["PS512", "RS256", "ES256"]),
    "PS512",
    TODAY,
    "How ID tokens and JWT access tokens are signed, unless the client's registration says otherwise.",
)
OIDC_USERINFO = _setting(
    "oidc.userinfo", bool, False, TODAY, "Whether UserInfo answers; it is off by default, claims are in the ID token."
)
OIDC_CODE_LIFE = _setting("oidc.code_life", _DURATION, _minutes(5), SERVER, "How long an authorization code works.")
OIDC_ID_TOKEN_LIFE = _setting("oidc.id_token_life", _DURATION, _minutes(5), SERVER, "How long an ID token works.")
OIDC_ACCESS_TOKEN_LIFE = _setting(
    "oidc.access_token_life", _DURATION, _minutes(5), SERVER, "How long an access token works."
)
OIDC_REFRESH_TOKEN_LIFE = _setting(
    "oidc.refresh_token_life", _DURATION, _minutes(1), SERVER, "How long a refresh token works."
)
PROTOCOL_TIME = _setting(
    "protocol_time",
    cast("type[str]", Literal["real", "world"]),
    "real",
    OURS,
    "Times inside tokens and protocol answers: real time, which outside clients accept, or the world's.",
)
HELPDESK_HOURS = _setting(
    "helpdesk.hours", _number(0, 1000), 24, GUIDE, "Hours within which a request is decided, weekends not counted."
)
HELPDESK_TIME_ZONE = _setting(
    "helpdesk.time_zone",
    cast("type[str]", Annotated[str, AfterValidator(_known_zone)]),
    "Europe/Brussels",
    OURS,
    "Time zone of the helpdesk's weekends.",
)
HELPDESK_AUTOMATIC = _setting(
    "helpdesk.automatic",
    cast("type[str]", Annotated[str, AfterValidator(_answers_in_turn)]),
    "off",
    OURS,
    "Answers of an automatic helpdesk, in turn (ask, approve), the last one for good, to each request that is sent "
    "while it is on, neither to older ones nor to those of people made by the control API; off: people.",
)
HELPDESK_AUTOMATIC_AFTER = _setting(
    "helpdesk.automatic_after", _DURATION, _minutes(0), OURS, "How long the automatic helpdesk takes for an answer."
)
HELPDESK_AUTOMATIC_REASON = _setting(
    "helpdesk.automatic_reason",
    cast("type[str]", Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]),
    "This answer comes from the automatic helpdesk of a mock.",
    OURS,
    "Reason or question of the automatic helpdesk, as its mails quote it.",
)
GUEST_LIFE = _setting(
    "guest.life",
    _DURATION,
    timedelta(days=90),
    OURS,
    "How long guests usually get access, as the helpdesk's page proposes; in CPMS 1.0 it was 90 days.",
)
CPMS_PROFILE = _setting(
    "cpms.profile", str, "cpms/profile.yaml", OURS, "File with the fields of the Complete Profile page."
)
CPMS_DIRECTORY = _setting(
    "cpms.directory",
    str,
    "hospitals.csv",
    OURS,
    "File with the hospitals and their networks, for the search tool and the profile's list.",
)
CPMS_PATIENCE = _setting(
    "cpms.patience",
    cast("type[timedelta]", Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(minutes=1))]),
    timedelta(seconds=10),
    OURS,
    "How long CPMS waits for EU Login to confirm a sign-in, in real time.",
)
CPMS_SIGN_IN = _setting(
    "cpms.sign_in",
    cast("type[str]", Literal["cas", "oidc"]),
    "cas",
    OURS,
    "How CPMS signs people in at EU Login: by a CAS ticket, or by OpenID Connect.",
)
CPMS_CLIENT_ID = _setting(
    "cpms.client_id",
    cast("type[str]", Annotated[str, Field(min_length=1, max_length=200)]),
    "cpms",
    OURS,
    "Name under which EU Login knows CPMS as a client of OpenID Connect; this mock's EU Login does by itself.",
)
CPMS_CLIENT_SECRET = _setting(
    "cpms.client_secret",
    cast("type[str]", Annotated[str, Field(min_length=1, max_length=200)]),
    "a-secret-of-the-mock",
    OURS,
    "Secret of that client.",
)
CPMS_SINGLE_LOGOUT = _setting(
    "cpms.single_logout",
    bool,
    False,
    OURS,
    "Whether CPMS asks EU Login to tell it when a session there ends, and then ends its own.",
)
BACK_CHANNEL_CA = _setting(
    "back_channel.ca",
    str,
    "",
    OURS,
    "PEM file with a further authority that calls to other servers trust; empty is none.",
)
SMTP = _setting(
    "smtp",
    cast("type[str]", Annotated[str, Field(pattern=r"^(\S+:\d+)?$")]),
    "",
    OURS,
    "SMTP server as host:port; empty is the embedded mailbox.",
)
ALLOWED_DOMAINS = _setting("allowed_domains", list[str], [], OURS, "Mail domains accepted besides the reserved ones.")
ALLOWED_TARGETS = _setting(
    "allowed_targets", list[str], [], OURS, "Domains besides loopback and reserved ones that may be called."
)
ALLOWED_HOSTS = _setting(
    "allowed_hosts", list[str], [], OURS, "Host names besides localhost by which desk and API may be reached."
)
for _actor, _words in {
    "desk": "desk",
    "idp": "mock EU Login",
    "cpms": "mock CPMS",
    "phone": "phones",
}.items():
    _setting(
        f"{_actor}.public_url",
        _ADDRESS,
        "",
        OURS,
        f"Address of the {_words} for browsers; empty is the listener's.",
    )
    _setting(
        f"{_actor}.internal_url",
        _ADDRESS,
        "",
        OURS,
        f"Address of the {_words} for servers; empty is the public one.",
    )


def known(name: str) -> Setting[Any]:
    """The setting of that name. Raises ValueError with a sentence that helps."""
    if name in TABLE:
        return TABLE[name]
    near = difflib.get_close_matches(name, TABLE, n=1)
    hint = f"did you mean {near[0]}?" if near else "GET /api/settings lists them all"
    raise ValueError(f"there is no setting {name!r}; {hint}")


def parse_all(values: Mapping[str, object]) -> dict[str, Any]:
    """Check names and values. Raises ValueError at the first that is wrong, so nothing is taken by half."""
    return {name: known(name).parse(value) for name, value in values.items()}


def variable(name: str) -> str:
    """The environment's name of a setting."""
    return "EULOGIN_" + name.upper().replace(".", "_")


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Settings given as `EULOGIN_PASSWORD_MIN_LENGTH`; lists are separated by commas."""
    found: dict[str, object] = {}
    for name, setting in TABLE.items():
        value = environ.get(variable(name))
        if value is not None:
            found[name] = setting.from_text(value)
    return found


class StoredSetting(Base):
    """A value that differs from the default, as JSON, with where it comes from."""

    __tablename__ = "world_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    origin: Mapped[str]


class Settings:
    """The settings of one world: profile, then what the process was started with, then what was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[str, Any] = {}
        self._origins: dict[str, str] = {}

    def load(self) -> None:
        """Read all values anew (the world was made, reset or replaced)."""
        with self._database.session() as db:
            rows = db.connection().execute(select(table_of(StoredSetting))).all()
        self._values = {row.name: known(row.name).parse(row.value["value"]) for row in rows}
        self._origins = {row.name: row.origin for row in rows}

    def __getitem__(self, setting: Setting[T]) -> T:
        return cast("T", self._values.get(setting.name, setting.default))

    def minutes(self, setting: Setting[timedelta]) -> int:
        """A duration in whole minutes, for texts."""
        return self[setting] // timedelta(minutes=1)

    def by_name(self, name: str) -> Any:
        return self[known(name)]

    def origin(self, name: str) -> str:
        """Where the value comes from: `default`, `profile`, `start`, `changed`."""
        return self._origins.get(name, "default")

    def use_profile(self, profile: Profile) -> None:
        values = {s.name: s.dump(s.today) for s in TABLE.values() if s.today is not None}
        self.change(values if profile == TODAY_PROFILE else {}, origin="profile")

    def change(self, values: Mapping[str, object], *, origin: str = "changed") -> None:
        """Set values, all or none. Raises ValueError with a sentence."""
        parsed = parse_all(values)
        if not parsed:
            return
        with self._database.session() as db:
            for name, value in parsed.items():
                stored = {"value": TABLE[name].dump(value)}
                db.merge(StoredSetting(name=name, value=stored, origin=origin))
        self._values.update(parsed)
        self._origins.update(dict.fromkeys(parsed, origin))
