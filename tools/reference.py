"""The pages of docs/reference and openapi.json, made from the code and the contract: `make reference` writes them.

It makes the asynchronous page objects too.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from eulogin_harness import desk
from eulogin_harness.api.description import openapi_text
from eulogin_harness.options import DEFAULT_PORT
from eulogin_harness.settings import TABLE, Setting
from mock_world.events import EventType
from mock_world.fault_types import FAULTS, FaultType
from mock_world.refusal import RefusalKind
from tools import api_page, application_bugs, async_api, client_names, fixtures_page, threats_page
from tools.commands_page import commands_page
from tools.contract_page import contract_page
from tools.markdown import table
from tools.prepared_worlds_page import prepared_worlds_page

T = TypeVar("T", EventType, RefusalKind)

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
OPENAPI = ROOT / "openapi.json"

_PACKAGES: Mapping[str, str] = {  # in the order of their imports, so that each name is found where it is declared
    "mock_world": "The world",
    "mock_idp": "EU Login",
    "mock_phone": "Phones",
    "mock_cpms": "CPMS 2.0",
    "eulogin_harness": "Desk",
}
# They need packages of other extras than `server`.
_OPTIONAL = ("eulogin_harness.browser", "eulogin_harness.load.processes", "eulogin_harness.pytest_plugin")
_MADE = "This page is made from the code: `make reference` writes it."
_FORMS: Mapping[Any, str] = {bool: "yes or no", int: "number", timedelta: "duration", list[str]: "list"}

_SETTINGS = f"""# Settings

{_MADE}

Every limit and text variant, one value a world. *From* says who tells the default: the guide, EU Login's own server
(`server default`), or nobody outside (`our choice`). Profile `today` changes what has a value in that column.

Set them with `PATCH /api/settings`, in the body of `POST /api/worlds`, with `--set link.life=PT15M`, in the environment
(`EULOGIN_LINK_LIFE`), or in `[tool.eulogin-harness]` of `pyproject.toml`. Durations are ISO 8601; in the environment
and on the command line a list is separated by commas.
"""
_EVENTS = f"""# Events and refusals

{_MADE}

The journal (`GET /api/events`, control room) has one line for each. A refusal's name is also the `type` of the problem
document by which the control API answers, with the status given here. Words in braces are filled in.

The log has a line for each refusal too, and for events that explain what nobody refused, such as a ticket that nobody
validated. What an application validated or redeemed is logged where it is the first, or another than before. `serve`
writes the log on standard error; in a test process it is that of logger `mock_world.journal`, level WARNING.
"""
_FAULTS = f"""# Faults

{_MADE}

What goes wrong in reality, on demand. Arm one with `POST /api/faults/{{name}}`, `faults.arm(name)` in Python,
`eulogin-harness faults arm NAME`, or in the control room; disarm it with `DELETE /api/faults/{{name}}`,
`faults.disarm(name)`, or there. It strikes once unless `times` says otherwise (null, in Python None: until it is
disarmed).

It hits everybody unless it is armed for a person, `for` (in Python `person`) with one e-mail address; for a CAS
application, `service` with its address or the beginning of it (scheme, host and port whole, the path by segment, as
registered services are matched); or for a client of OpenID Connect, `client_id`. Of several that fit the one that names
most goes first, then one for a person, then the longer address. Armed again for the same person and application, or
again for everybody, it counts from the start.

Column "takes" says what is known at the place where it strikes, and which numbers it takes, with those that count where
nothing is said: `seconds`, of world time or of real time, and `status`. Anything else is refused.

Every page says at its top what is armed. The journal has `fault.armed`, `fault.struck` and `fault.disarmed`; a fault
that never struck was never reached. Faults end with their world, with `POST /api/reset`, and are part of its state.

Mail faults strike when the mail is sent, by its receiver. A bounced one is refused by the embedded mail server, and
the journal has its answer (`mail.failed`); one in spam has arrived (`folder` of a mail), so waiting for mails finds it
unless `folder=inbox` asks as a person who looks nowhere else. Link faults strike when a link that still works is
opened, by its account, and that link stays so.

`qr.*` strike when a page shows a QR code, `push.*` when a request is sent to the phone (not for On Mobile, which needs
no push). Nothing in the phone depends on its clock but the six digits of setting `one_time_code` = `totp`:
`phone.clock_wrong` strikes when they are made, and is then the phone's switch `clock_offset`, to be set right by hand.

`eulogin.*` and `cpms.unavailable` count every request but those that nobody makes on purpose: what a phone or a waiting
page asks again and again is hit only by a fault that is armed until it is disarmed. For one person they hit the browser
that is signed in, the phone's calls and the calls with the person's ticket or code, for an application the pages and
calls that name it. `eulogin.slow` and `eulogin.cut` spoil the answer alone: what the request was to do is done. Desk,
control API and the files of our own pages still answer.

`validation.slow`, `token.slow` and `eulogin.slow` cost real time: half a second where nothing is said, so that no test
waits unasked. To see an application whose time-out passes, give `seconds` above that time-out.

`keys.rotated` strikes when an ID token is signed: old keys stay published, as with `POST /api/keys/rotate`.
`attributes.*` strike where e-mail address or name would be told. `recognition.late` spares people whom CPMS knows.
"""


def faults_page() -> str:
    """faults.md: all faults."""
    rows = ((f"`{name}`", fault.sentence, _taken(fault)) for name, fault in FAULTS.items())
    return _FAULTS + "\n" + table(("fault", "what happens", "takes"), rows)


def _taken(fault: FaultType) -> str:
    numbers = (
        f"`{name}` {of.default:g} ({of.least:.10g} to {of.most:.10g}; {of.what})"
        for name, of in fault.numbers.items()
        if of
    )
    return ", ".join([*(f"`{name}`" for name in fault.targets), *numbers])


def settings_page() -> str:
    """settings.md: the table of all settings."""
    rows = [
        (
            f"`{setting.name}`",
            _form(setting.kind),
            _value(setting, setting.default),
            _value(setting, setting.today) if setting.today is not None else "",
            setting.source,
            setting.sentence,
        )
        for setting in TABLE.values()
    ]
    return _SETTINGS + "\n" + table(("setting", "form", "guide", "today", "from", "what"), rows)


def _form(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        return _form(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(kind))
    return _FORMS.get(kind, "text")


def _value(setting: Setting[Any], value: Any) -> str:
    dumped = setting.dump(value)
    return f"`{dumped}`" if dumped not in ("", []) else "empty"


def events_page() -> str:
    """events.md: all events and refusals, by the package that declares them."""
    events, refusals = declared(EventType), declared(RefusalKind)
    parts = [_EVENTS]
    for package, title in _PACKAGES.items():
        parts.append(f"\n## {title}\n")
        if happened := sorted((f"`{event.name}`", event.sentence) for event in events[package]):
            parts.append("\n" + table(("event", "what happened"), happened))
        if refused := sorted(_row(kind) for kind in refusals[package]):
            columns = ("refusal", "status", "what the person reads", "expected", "what to do")
            parts.append("\n" + table(columns, refused))
    return "".join(parts)


def _row(kind: RefusalKind) -> tuple[str, ...]:
    return f"`{kind.code}`", str(kind.status), kind.message, kind.expected, kind.remedy


def declared(kind: type[T]) -> dict[str, list[T]]:
    """All constants of a kind, by package. What a module imports stays with the package that declares it."""
    seen: list[T] = []
    constants: dict[str, list[T]] = {}
    for package in _PACKAGES:
        values = [value for module in _modules(package) for value in vars(module).values() if isinstance(value, kind)]
        constants[package] = [value for value in dict.fromkeys(values) if value not in seen]
        seen += constants[package]
    return constants


def _modules(package: str) -> Iterator[ModuleType]:
    root = import_module(package)
    yield root
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not module.name.startswith(_OPTIONAL):
            yield import_module(module.name)


def _contract_page() -> str:
    return contract_page(kind for kinds in declared(RefusalKind).values() for kind in kinds)


PAGES: Mapping[str, Callable[[], str]] = {
    "contract": _contract_page,
    "settings": settings_page,
    "faults": faults_page,
    "commands": commands_page,
    "events": events_page,
    "problems-on-demand": prepared_worlds_page,
    "application-bugs": application_bugs.page,
    "fixtures": fixtures_page.page,
    "api": api_page.page,
}


def openapi() -> str:
    """openapi.json: the control API of a mock at its usual address."""
    with desk.create_app().app_context():
        return openapi_text(f"http://localhost:{DEFAULT_PORT}")


def write(folder: Path = FOLDER) -> None:
    """Write the pages, openapi.json, the client's names and the page of threats."""
    OPENAPI.write_text(openapi(), encoding="utf-8")
    for name, page in PAGES.items():
        (folder / f"{name}.md").write_text(page(), encoding="utf-8")
    client_names.FILE.write_text(client_names.module(), encoding="utf-8")
    threats_page.FILE.write_text(threats_page.page(), encoding="utf-8")


if __name__ == "__main__":
    write()
    async_api.write()
