"""The pages of docs/reference say what the code says: an undocumented name fails, and so does a stale one."""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from jinja2 import Environment, nodes
from wtforms.fields.core import UnboundField

import mock_cpms
import mock_idp
import mock_phone
from eulogin_harness import cli, desk, pytest_plugin, reference
from eulogin_harness.api.description import openapi_document
from eulogin_harness.documents.happenings import Event
from eulogin_harness.documents.people import STAGES
from mock_cpms.access.model import STATES
from mock_cpms.profile.fields import FieldSpec
from mock_idp import site_pages
from mock_idp.cas import answer
from mock_idp.cas.validation import CODES
from mock_idp.devices import app_interface
from mock_idp.devices.rules import Enrolled
from mock_idp.signin.strengths import METHODS
from mock_phone.eu_login import authorization
from mock_phone.pages import requests as phone_requests
from mock_phone.pages import settings as phone_settings
from mock_world.addresses import ACTORS
from mock_world.fixtures import document
from mock_world.journal import EventType
from mock_world.refusal import RefusalKind
from mock_world.settings import TABLE
from mock_world.web.cookies import cookie_name
from mock_world.web.forms import PageForm

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TEXT = (DOCS / "reference" / "contract.md").read_text(encoding="utf-8")
PACKAGES = {
    "world": "mock_world",
    "idp": "mock_idp",
    "phone": "mock_phone",
    "cpms": "mock_cpms",
    "desk": "eulogin_harness",
}
SECTIONS = {
    "world": ["Every page"],
    "idp": ["EU Login: pages", "EU Login: other addresses", "Verification methods", "CAS", "The app's interface"],
    "phone": ["Phones"],
    "cpms": ["CPMS 2.0 and the search tool"],
    "desk": ["Desk", "Control API"],
}
EACH_ACTOR = pytest.mark.parametrize("actor", list(PACKAGES))
Row = dict[str, str]


# What the page says.


@cache
def sections() -> dict[str, str]:
    parts = re.split(r"^#{2,3} (.+)$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str, column: str) -> list[Row]:
    """The table of a section whose first column is called `column`."""
    for table in re.findall(r"(?:^\|.*\n)+", sections()[section], flags=re.MULTILINE):
        head, _, *lines = ([cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines())
        if head[0].strip("`") == column:
            return [dict(zip((name.strip("`") for name in head), line, strict=True)) for line in lines]
    raise LookupError(f"section {section} has no table with the first column {column}")


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def labels(text: str) -> set[str]:
    return set(re.findall(r'"([^"]+)"', text))


def all_codes(actor: str) -> list[str]:
    return [code for section in SECTIONS[actor] for code in codes(sections()[section])]


def column(actor: str, name: str) -> str:
    """A column of the actor's table of pages, in one."""
    return "\n".join(row[name] for row in rows(SECTIONS[actor][0], "data-page"))


# What the code says.


@cache
def apps() -> dict[str, Flask]:
    return {
        "desk": desk.create_app(),
        "idp": mock_idp.create_app(),
        "cpms": mock_cpms.create_app(),
        "phone": mock_phone.create_app(),
    }


@cache
def templates(actor: str) -> dict[str, str]:
    files = (ROOT / PACKAGES[actor]).rglob("templates/**/*.html")
    return {file.name: file.read_text(encoding="utf-8") for file in files}


@cache
def sources(*packages: str) -> str:
    files = (file for package in packages or PACKAGES.values() for file in (ROOT / package).rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def first_arguments(name: str) -> set[str]:
    """Texts that stand first in calls of a function or class, anywhere in the sources."""
    found = (node for node in ast.walk(ast.parse(sources())) if isinstance(node, ast.Call) and node.args)
    named = (node.args[0] for node in found if isinstance(node.func, ast.Name) and node.func.id == name)
    return {first.value for first in named if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def words(node: nodes.Node, tree: nodes.Template) -> set[str]:
    """Every text that a block of a template can become."""
    if isinstance(node, nodes.TemplateData):
        return {node.data}
    if isinstance(node, nodes.Const):
        return {node.value}
    if isinstance(node, nodes.Name):
        known = {"name": site_pages._TEXTS, "done": phone_requests._DONE}
        return set(known[node.name]) if node.name in known else titles(tree)
    parts = [node.expr1, node.expr2] if isinstance(node, nodes.CondExpr) else node.iter_child_nodes()
    return {word for part in parts if part is not None for word in words(part, tree)}


def titles(tree: nodes.Template) -> set[str]:
    """States of a page whose template sets `titles` by state."""
    (table,) = (node.node for node in tree.find_all(nodes.Assign) if isinstance(node.node, nodes.Dict))
    return {pair.key.as_const() for pair in table.items}


def blocks(source: str) -> dict[str, set[str]]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    return {block.name: words(block, tree) for block in tree.find_all(nodes.Block) if block.name in {"page", "state"}}


def form_fields(actor: str) -> Iterator[tuple[str, str]]:
    """Names and labels of the fields that the actor's form classes declare; hidden ones have no label."""
    apps()
    for form in PageForm.__subclasses__():
        if form.__module__.startswith(PACKAGES[actor]) and hasattr(sys.modules[form.__module__], form.__name__):
            for name, field in vars(form).items():
                if isinstance(field, UnboundField):
                    yield name, field.args[0] if field.args else ""
    if actor == "phone":
        yield from ((one.name, one.label) for _, group in phone_settings.GROUPS for one in group)


def written_fields(actor: str) -> Iterator[tuple[str, str]]:
    """The same of the fields and buttons that templates write themselves."""
    for source in templates(actor).values():
        for tag in re.findall(r"<(?:input|button|select|textarea)\b[^>]*>", source):
            name, own_id = (re.search(rf'\s{attribute}="([^"{{]+)"', tag) for attribute in ("name", "id"))
            if name:
                label = own_id and re.search(rf'for="{own_id[1]}">{{{{ _\("(.+?)"\) }}}}', source)
                yield name[1], label[1] if label else ""


def written_labels(actor: str) -> Iterator[str]:
    """Names of buttons and links in the actor's templates, those aside that data gives."""
    for source in templates(actor).values():
        yield from re.findall(r"<input type=\"submit\"[^>]*value=\"{{ _\('(.+?)'\)", source)
        for _, inner in re.findall(r"<(button|a|summary)\b[^>]*>(.*?)</\1>", source, re.DOTALL):
            text = re.sub(r"<span [^>]*(?:aria-hidden|visually-hidden)[^>]*>.*?</span>", "", inner).strip()
            if found := re.fullmatch(r"{% trans .*?%}(.+){% endtrans %}", text):
                yield re.sub(r"{{.+?}}", "...", found[1])
            elif text.startswith("{{") and text.endswith("}}"):
                yield from re.findall(r'_\("(.+?)"\)', text)


def plain(address: str) -> str:
    return re.sub(r"<[^>]*>|{[^}]*}", "<>", address)


def routes(actor: str) -> Iterator[str]:
    """Addresses of an actor; those of `world` are common to all."""
    for rule in apps()["desk" if actor == "world" else actor].url_map.iter_rules():
        if rule.endpoint.startswith("world.") == (actor == "world"):
            choice = re.search(r"<any\((.+?)\):\w+>", str(rule))
            for value in choice[1].split(", ") if choice else [""]:
                yield plain(str(rule).replace(choice[0], value) if choice else str(rule))


@cache
def openapi() -> dict[str, Any]:
    with apps()["desk"].app_context():
        return openapi_document("")


# Pages made from the code.


@pytest.mark.parametrize("name", ["settings", "events"])
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    on_disk = (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")
    made = {"settings": reference.settings_page, "events": reference.events_page}[name]()
    assert on_disk == made, "run: python -m eulogin_harness.reference"


def test_events_and_refusals_are_all_found() -> None:
    events = {event.name for found in reference.declared(EventType).values() for event in found}
    refusals = {kind.code for found in reference.declared(RefusalKind).values() for kind in found}
    assert events == set(re.findall(r'EventType\(\s*"(.+?)"', sources()))
    assert refusals == set(re.findall(r'RefusalKind\(\s*"(.+?)"', sources()))


@pytest.mark.parametrize("name", ["decisions.md", "fidelity.md", "reference/contract.md"])
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    file = DOCS / name
    links = re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []


# The contract.


def test_actors_have_these_ports_side_by_side() -> None:
    ports = {codes(row["actor"])[0]: int(row["port"]) for row in rows("Addresses", "actor")}
    assert ports == {actor: cli.DEFAULT_PORT + number for number, actor in enumerate(ACTORS)}
    shown = [urlsplit(codes(row["first page"])[0]) for row in rows("Addresses", "actor")]
    assert [url.port for url in shown] == list(ports.values())
    assert {url.path for url in shown} <= {route for actor in ACTORS for route in routes(actor)}


@EACH_ACTOR
def test_addresses(actor: str) -> None:
    documented = {plain(match[1]) for code in all_codes(actor) if (match := re.fullmatch(r"(?:[A-Z]+ )?(/\S*)", code))}
    assert documented == set(routes(actor))


@EACH_ACTOR
def test_pages_and_their_states(actor: str) -> None:
    documented = {
        codes(row["data-page"])[0]: set(codes(row["data-state"])) or {"ready"}
        for row in rows(SECTIONS[actor][0], "data-page")
        if codes(row["data-page"])
    }
    built: dict[str, set[str]] = {}
    for found in map(blocks, templates(actor).values()):
        for page in found.get("page", ()):
            built.setdefault(page, set()).update(found.get("state", {"ready"}))
    assert documented == built


@EACH_ACTOR
def test_fields_and_their_labels(actor: str) -> None:
    built = {*form_fields(actor), *written_fields(actor)} - {("csrf_token", "")}
    documented = re.findall(r'`([A-Za-z_]\w*)` "([^"]+)"', column(actor, "fields"))
    assert set(documented) == {(name, label) for name, label in built if label}
    names = re.findall(r"`([A-Za-z_]\w*)`", column(actor, "fields") + column(actor, "buttons and links"))
    assert set(names) == {name for name, _ in built}


@EACH_ACTOR
def test_buttons_and_links(actor: str) -> None:
    assert labels(column(actor, "buttons and links")) == set(written_labels(actor))


@EACH_ACTOR
def test_ids_and_classes(actor: str) -> None:
    html = "\n".join(templates(actor).values())
    fields = {name for name, _ in [*form_fields(actor), *written_fields(actor)]}
    entries = {code for row in rows("Verification methods", "strength") for code in codes(row["id of the entry"])}
    documented = {code[1:] for code in all_codes(actor) if code.startswith("#") and code not in entries}
    assert documented - fields == set(re.findall(r'\bid="([^"{]+)"', html)) - fields
    classes = {part for code in all_codes(actor) if code.startswith(".") for part in code[1:].split(".")}
    shared = html + "\n".join(templates("world").values())
    assert {name for name in classes if not re.search(rf'class="[^"]*(?<![\w-]){name}(?![\w-])', shared)} == set()


def test_profile_fields() -> None:
    specs = [FieldSpec(**field) for field in document("cpms/profile.yaml")["fields"]]
    assert [tuple(row.values()) for row in rows("Profile", "field")] == [
        (f"`{spec.name}`", f'"{spec.label}"', spec.type, "yes" if spec.mandatory else "", spec.source) for spec in specs
    ]


def test_verification_methods() -> None:
    assert [tuple(row.values()) for row in rows("Verification methods", "strength")] == [
        (f"`{m.strength}`", f'"{m.label}"', f"`{m.level}`", f"`#verif-method-dd-{m.strength}`") for m in METHODS
    ]


def test_cookies() -> None:
    world = Mock()
    world.name = "<world>"
    purposes = re.findall(r'cookie_name\("(\w+)",[^"]+"(\w+)"\)', sources())
    names = {cookie_name(*each, world) for each in ((actor,) for actor in ACTORS)}
    names |= {cookie_name(actor, world, purpose) for actor, purpose in purposes}
    assert {codes(row["cookie"])[0] for row in rows("Cookies", "cookie")} == names


def test_parameters_of_cas() -> None:
    login, validation, _ = rows("CAS", "address")
    read = {
        name: (ROOT / "mock_idp" / name).read_text(encoding="utf-8")
        for name in ("signin/login.py", "cas/validation.py")
    }
    asked = {name: set(re.findall(r'query\.get\("(\w+)"', text)) for name, text in read.items()}
    values = {"BASIC", "MEDIUM", "HIGH", "true", "*"}
    assert set(codes(login["takes"])) - values == asked["signin/login.py"]
    assert set(codes(validation["takes"])) - values == asked["cas/validation.py"]


def test_elements_of_a_validation_in_their_order() -> None:
    documented = [code for row in rows("CAS", "element") for code in codes(row["element"])]
    now = datetime(2026, 11, 27, tzinfo=UTC)
    world: Any = SimpleNamespace(protocol_now=lambda: now, clock=SimpleNamespace(now=lambda: now))
    told: Any = Mock(groups=["a"], strengths=["PASSWORD"], level="BASIC", registered_at=now)
    told.account.configure_mock(**dict.fromkeys(("uid", "email", "first_name", "last_name", "domain"), "x"))
    told.account.configure_mock(employee_type="n", language="en", assurance_level=10)
    told.ticket.configure_mock(login_at=now, sso=False)
    built = fromstring(answer.success(world, told))[0]
    assert documented == [element.tag.rpartition("}")[2] for element in built]


def test_failure_codes() -> None:
    documented = {codes(row["in the journal"])[0]: codes(row["code"])[0] for row in rows("CAS", "code")}
    assert documented == CODES


def test_calls_of_the_app() -> None:
    enrol, requests, answers = rows("The app's interface", "call")
    body = app_interface._AnswerBody.model_fields
    values = {value for field in body.values() for value in get_args(field.annotation) if isinstance(value, str)}
    assert set(codes(enrol["takes"])) == {
        *app_interface._EnrolmentBody.model_fields,
        *app_interface._DeviceBody.model_fields,
    }
    assert set(codes(enrol["answers"])) == set(Enrolled.__dataclass_fields__)
    assert set(codes(requests["answers"])) == {"items", *app_interface._as_json(Mock(), Mock())}
    assert set(codes(answers["takes"])) == {*body} | values


def test_the_signature_of_the_example() -> None:
    example = {row["part"]: codes(row["value"])[0] for row in rows("The app's interface", "part")}
    method, address = example["method, address"].split()
    device: Any = SimpleNamespace(device_identifier="D", secret=example["secret"])
    assert authorization(device, method, address, b"") == f"Device D {example['signature']}"
    parts = urlsplit(address)
    assert example["signed text"] == rf"{method}\n{parts.path}\n{parts.query}\n"


def test_calls_of_the_control_api() -> None:
    documented = {}
    for row in rows("Control API", "call"):
        takes, answers = codes(row["takes"]), "ItemsOf" * ("list of" in row["answers"]) + "".join(codes(row["answers"]))
        status = re.search(r"\d+", row["answers"])
        documented[codes(row["call"])[0]] = (set(takes), answers, status[0] if status else "200")
    assert documented == {
        f"{method.upper()} {path}": described(call)
        for path, each in openapi()["paths"].items()
        for method, call in each.items()
    }


def described(call: dict[str, Any]) -> tuple[set[str], str, str]:
    """What a call takes, what it answers, with which status."""
    (status, done), *_ = call["responses"].items()
    takes = {parameter["name"] for parameter in call.get("parameters", []) if parameter["in"] == "query"}
    return takes | schemas(call.get("requestBody")), "".join(schemas(done)), status


def schemas(part: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/(\w+)", str(part)))


def test_documents_of_the_control_api() -> None:
    documented = {codes(row["document"])[0]: set(codes(row["fields"])) for row in rows("Documents", "document")}
    known = openapi()["components"]["schemas"]
    built = {name: set(schema.get("properties", {})) for name, schema in known.items()}
    built["Event"] = {*Event.model_fields}
    assert {name: {code for code in found if re.fullmatch(r"[a-z_]+", code)} for name, found in documented.items()} == {
        name: fields for name, fields in built.items() if not name.startswith("ItemsOf") and not name.endswith("Query")
    }
    mentioned = {code for found in documented.values() for code in found if re.fullmatch(r"[A-Z]\w+", code)}
    assert mentioned <= set(known)


def test_stages_of_people_and_states_of_requests() -> None:
    assert [codes(row["stage"])[0] for row in rows("Documents", "stage")] == list(STAGES)
    told = sections()["CPMS 2.0 and the search tool"].partition("one of these states")[2]
    assert codes(told) == list(STATES)


def test_problems_of_the_control_api() -> None:
    foreign = {f"foreign-{first}" for first in first_arguments("_refuse")}
    documented = {codes(row["type"])[0] for row in rows("Problems", "type")}
    assert documented == first_arguments("Problem") | foreign | {"method-not-allowed"}


def test_command_line() -> None:
    documented = {
        (codes(row["command"])[0], codes(row["option"])[0], "".join(codes(row["environment"])))
        for row in rows("Command line", "command")
    }
    commands = {"eulogin-harness": cli.main} | {
        f"eulogin-harness {name}": each for name, each in cli.main.commands.items()
    }
    assert documented == {
        (name, option.opts[0], option.envvar or "") for name, command in commands.items() for option in command.params
    }


def test_environment_variables() -> None:
    of_settings = {"EULOGIN_" + name.upper().replace(".", "_") for name in TABLE}
    built = set(re.findall(r"EULOGIN_[A-Z][A-Z_]+", sources())) - of_settings
    assert {codes(row["variable"])[0] for row in rows("Environment", "variable")} == built


def test_pytest_plugin() -> None:
    source = (ROOT / "eulogin_harness" / "pytest_plugin.py").read_text(encoding="utf-8")
    parser, config = Mock(), Mock()
    pytest_plugin.pytest_addoption(parser)
    pytest_plugin.pytest_configure(config)
    options = {call.args[0] for call in parser.getgroup.return_value.addoption.call_args_list}
    markers = {call.args[1].partition("(")[0] for call in config.addinivalue_line.call_args_list}
    fixtures = set(re.findall(r"@pytest\.fixture.*\ndef (\w+)", source))
    for what, built in {"fixture": fixtures, "option": options, "marker": markers}.items():
        assert {codes(row[what])[0] for row in rows("pytest", what)} == built
