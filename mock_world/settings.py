"""Every limit and text variant, once: default, where the value comes from, one sentence.

`docs/reference/settings.md`, the control API and the control room are made from this table.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database, insert_into, table_of
from mock_world.unknown_setting import unknown_setting

T = TypeVar("T")
S = TypeVar("S")

Profile = Literal["guide", "today"]

GUIDE = "guide"
TODAY = "EU Login today"
SERVER = "server default"
OURS = "our choice"

SHORTEST_TTL = timedelta(minutes=2)


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
        """A value of a file, the environment or a command line. Raises ValueError with a sentence."""
        return self._parsed(value, self._adapter.validate_python)

    def check_json(self, value: object) -> None:
        """Check that a value has JSON's own type, or is text of that form: 1 is not true. Raises ValueError."""
        strict = not isinstance(value, str)
        self._parsed(value, lambda value: self._adapter.validate_json(json.dumps(value), strict=strict))

    def _parsed(self, value: object, parse: Callable[[object], T]) -> T:
        try:
            return parse(value)
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
TABLE: dict[str, Setting[Any]] = {}


def declare(name: str, kind: type[S], default: S, source: str, sentence: str, *, today: S | None = None) -> Setting[S]:
    setting = Setting(name, kind, default, source, sentence, today)
    TABLE[name] = setting
    return setting


def minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def number(least: int, most: int) -> type[int]:
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


def _for_ever_or_long_enough(life: timedelta) -> timedelta:
    if timedelta(0) < life < SHORTEST_TTL:
        raise ValueError("write at least PT2M, as a call may wait a minute for its answer, or PT0S for ever")
    return life


DURATION = cast("type[timedelta]", Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=3652))])
LIFE = cast("type[timedelta]", Annotated[DURATION, AfterValidator(_for_ever_or_long_enough)])
ADDRESS = cast("type[str]", Annotated[str, AfterValidator(_http_address)])


MAIL_DELAY = declare("mail.delay", DURATION, minutes(0), OURS, "How long a mail is under way; really up to 20 minutes.")
RECOGNITION_DELAY = declare(
    "recognition.delay",
    DURATION,
    minutes(0),
    OURS,
    "How long a site does not yet know a new account; the guide says up to 5 minutes (PT5M).",
)
ONE_TIME_CODE = declare(
    "one_time_code",
    cast("type[str]", Literal["eulogin", "totp"]),
    "eulogin",
    SERVER,
    "One-time passwords: of EU Login's app, or six digits of any authenticator.",
)
PROTOCOL_TIME = declare(
    "protocol_time",
    cast("type[str]", Literal["real", "world"]),
    "real",
    OURS,
    "Times inside tokens and protocol answers: real time, which outside clients accept, or the world's.",
)
CPMS_CLIENT_ID = declare(
    "cpms.client_id",
    cast("type[str]", Annotated[str, Field(min_length=1, max_length=200)]),
    "cpms",
    OURS,
    "Name under which EU Login knows CPMS as a client of OpenID Connect; this mock's EU Login does by itself.",
)
CPMS_CLIENT_SECRET = declare(
    "cpms.client_secret",
    cast("type[str]", Annotated[str, Field(min_length=1, max_length=200)]),
    "a-secret-of-the-mock",
    OURS,
    "Secret of that client.",
)
CPMS_SINGLE_LOGOUT = declare(
    "cpms.single_logout",
    bool,
    False,
    OURS,
    "Whether CPMS asks EU Login to tell it when a session there ends, and then ends its own.",
)
BACK_CHANNEL_CA = declare(
    "back_channel.ca",
    str,
    "",
    OURS,
    "PEM file with a further authority that calls to other servers trust; empty is none.",
)
SMTP = declare(
    "smtp",
    cast("type[str]", Annotated[str, Field(pattern=r"^(\S+:\d+)?$")]),
    "",
    OURS,
    "SMTP server as host:port; empty is the embedded mailbox.",
)
ALLOWED_DOMAINS = declare("allowed_domains", list[str], [], OURS, "Mail domains accepted besides the reserved ones.")
ALLOWED_TARGETS = declare(
    "allowed_targets",
    list[str],
    [],
    OURS,
    "Domains besides loopback and reserved ones that may be called; where `--host` opens the mock to others, also "
    "`localhost`.",
)
ALLOWED_HOSTS = declare(
    "allowed_hosts", list[str], [], OURS, "Host names besides localhost by which the mock may be reached."
)
CHECKPOINTS = declare(
    "bundle.checkpoints",
    number(0, 1000),
    0,
    OURS,
    "How many requests of browsers, the newest, a bundle can go back to; the pytest plugin asks for 50.",
)
WORLDS_LIMIT = declare(
    "worlds.limit",
    number(1, 100_000),
    1000,
    OURS,
    "Most worlds of a mock, by its default world; for one more, the one that was unused for longest goes.",
)
WORLDS_TTL = declare(
    "worlds.ttl",
    LIFE,
    minutes(0),
    OURS,
    "How long a world may be unused, in real time, before it is dropped: two minutes at least, 0 is for ever. That of "
    "the default world, which stays, is for new worlds.",
)
PLAY_TTL = declare(
    "play.ttl",
    LIFE,
    timedelta(days=7),
    OURS,
    "How long the world of somebody who plays a guide may be unused, in real time, before it is dropped. That of the "
    "default world counts.",
)
JOURNAL_LIMIT = declare(
    "journal.limit", number(100, 10_000_000), 20_000, OURS, "Most events that a journal keeps; the oldest go first."
)
MAIL_LIMIT = declare(
    "mail.limit",
    number(10, 1_000_000),
    5000,
    OURS,
    "Most mails that a world keeps, of 200 megabytes together at most; the oldest go first.",
)
JOURNAL_PAGES = declare(
    "journal.pages",
    bool,
    False,
    OURS,
    "Whether the journal has a line for each page that a browser is shown, as a guide that is played needs it.",
)
LANGUAGE = declare(
    "language",
    cast("type[str]", Annotated[str, Field(pattern=r"^([a-z]{2,3})?$")]),
    "",
    OURS,
    "Language of the pages, such as fr, where nobody chose one; empty is what the browser asks for.",
)
FRAMES = declare(
    "desk.frames",
    bool,
    False,
    OURS,
    "Whether the control room may show EU Login and CPMS in a frame, as a guide that is played does.",
)
for _actor, _words in {
    "desk": "desk",
    "idp": "mock EU Login",
    "cpms": "mock CPMS",
    "phone": "phones",
}.items():
    declare(
        f"{_actor}.public_url",
        ADDRESS,
        "",
        OURS,
        f"Address of the {_words} for browsers; empty is the listener's.",
    )
    declare(
        f"{_actor}.internal_url",
        ADDRESS,
        "",
        OURS,
        f"Address of the {_words} for servers; empty is the public one.",
    )


def known(name: str) -> Setting[Any]:
    """The setting of that name. Raises ValueError with a sentence that helps."""
    if name in TABLE:
        return TABLE[name]
    raise ValueError(unknown_setting(name, TABLE))


def parse_all(values: Mapping[str, object]) -> dict[str, Any]:
    """Check names and values. Raises ValueError at the first that is wrong, so nothing is taken by half."""
    return {name: known(name).parse(value) for name, value in values.items()}


def variable(name: str) -> str:
    """The environment's name of a setting."""
    return "EULOGIN_" + name.upper().replace(".", "_")


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Settings given as `EULOGIN_PASSWORD_MIN_LENGTH`; lists are separated by commas."""
    values: dict[str, object] = {}
    for name, setting in TABLE.items():
        value = environ.get(variable(name))
        if value is not None:
            values[name] = setting.from_text(value)
    return values


class StoredSetting(Base):
    """A value that differs from the default, as JSON, with where it comes from."""

    __tablename__ = "world_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    origin: Mapped[str]


def _of_today() -> dict[str, Any]:
    """What the profile of that name has otherwise, as JSON."""
    return {setting.name: setting.dump(setting.today) for setting in TABLE.values() if setting.today is not None}


_ALL = select(table_of(StoredSetting))
_PUT = insert_into(StoredSetting)
_NAME = table_of(StoredSetting).c.name


class Settings:
    """The settings of one world: profile, then what the process was started with, then what was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[str, Any] = {}
        self._origins: dict[str, str] = {}

    def load(self) -> None:
        """Read all values again (the world was made, reset or replaced)."""
        with self._database.session() as db:
            rows = db.connection().execute(_ALL).all()
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
        self.change(_of_today() if profile == TODAY_PROFILE else {}, origin="profile")

    def change(self, values: Mapping[str, object], *, origin: str = "changed") -> None:
        """Set values, all or none. Raises ValueError with a sentence."""
        parsed = parse_all(values)
        if not parsed:
            return
        rows = [
            {"name": name, "value": {"value": TABLE[name].dump(value)}, "origin": origin}
            for name, value in parsed.items()
        ]
        if self._database.in_transaction:
            self._database.afterwards(self.load)  # it may be rolled back
        with self._database.session() as db:
            db.connection().execute(delete(table_of(StoredSetting)).where(_NAME.in_([*parsed])))
            db.connection().execute(_PUT, rows)
        self._values.update(parsed)
        self._origins.update(dict.fromkeys(parsed, origin))

    def change_start(self, values: Mapping[str, object]) -> None:
        """Take the values that the process is started with now; what was changed since stays. Raises ValueError."""
        origins = self._origins
        today = _of_today() if "profile" in origins.values() else {}
        gone = {name for name, origin in origins.items() if origin == "start"} - values.keys()
        with self._database.session() as db:
            db.execute(delete(StoredSetting).where(StoredSetting.name.in_(gone)))
            self.change({name: value for name, value in today.items() if name in gone}, origin="profile")
            self.change({name: each for name, each in values.items() if self.origin(name) != "changed"}, origin="start")
        self.load()
