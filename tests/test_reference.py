"""The pages of docs/reference say what the code says: an undocumented name fails, and so does a stale one."""

import json
import re
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any, get_args
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from eulogin_harness import cli, pytest_plugin, reference
from eulogin_harness.client.events import Clock, Events, Mails
from eulogin_harness.client.faults import Faults
from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.people import STAGES
from eulogin_harness.settings import TABLE
from mock_cpms.access.model import STATES
from mock_cpms.profile.fields import FieldSpec
from mock_cpms.search.answers import _centre, all_networks
from mock_idp.cas import answer, plain_answer, proxying
from mock_idp.cas import refusals as cas_refusals
from mock_idp.cas.documents import as_xml
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.success import Success
from mock_idp.common import assurance
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.oidc import refusals
from mock_idp.pages import app_interface
from mock_idp.signin.redirect_loops import LOOP
from mock_idp.signin.strengths import METHODS
from mock_phone.eu_login import authorization
from mock_world.addresses import ACTORS
from mock_world.events import EventType
from mock_world.faults import FAULTS
from mock_world.fixtures import document
from mock_world.post_office import WORLD_HEADER
from mock_world.refusal import Refusal, RefusalKind
from mock_world.web.cookies import cookie_name, sso_cookie_name
from tests.reference.cas_codes import codes_in, proxy_codes
from tests.reference.code import (
    PACKAGES,
    blocks,
    described,
    first_arguments,
    form_fields,
    openapi,
    plain,
    routes,
    sources,
    templates,
    written_fields,
    written_labels,
)
from tests.reference.page import DOCS, ROOT, SECTIONS, all_codes, codes, column, labels, rows, sections

EACH_ACTOR = pytest.mark.parametrize("actor", list(PACKAGES))


# Pages made from the code.


@pytest.mark.parametrize("name", ["settings", "events", "faults"])
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    on_disk = (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")
    made = getattr(reference, f"{name}_page")()
    assert on_disk == made, "run: python -m eulogin_harness.reference"


def test_events_refusals_and_faults_are_all_found() -> None:
    events = {event.name for found in reference.declared(EventType).values() for event in found}
    refusals = {kind.code for found in reference.declared(RefusalKind).values() for kind in found}
    assert events == set(re.findall(r'EventType\(\s*"(.+?)"', sources()))
    assert refusals == set(re.findall(r'RefusalKind\(\s*"(.+?)"', sources()))
    assert set(FAULTS) == first_arguments("_fault")
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", reference.faults_page(), re.MULTILINE)) == set(FAULTS)


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
    for found in map(blocks, templates(actor)):
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
    html = "\n".join(templates(actor))
    fields = {name for name, _ in [*form_fields(actor), *written_fields(actor)]}
    entries = {code for row in rows("Verification methods", "strength") for code in codes(row["id of the entry"])}
    documented = {code[1:] for code in all_codes(actor) if code.startswith("#") and code not in entries}
    assert documented - fields == set(re.findall(r'\bid="([^"{]+)"', html)) - fields
    classes = {part for code in all_codes(actor) if code.startswith(".") for part in code[1:].split(".")}
    shared = html + "\n".join(templates("world"))
    assert {name for name in classes if not re.search(rf'class="[^"]*(?<![\w-]){name}(?![\w-])', shared)} == set()


def test_profile_fields() -> None:
    specs = [FieldSpec(**field) for field in document("cpms/profile.yaml")["fields"]]
    assert [tuple(row.values()) for row in rows("Profile", "field")] == [
        (f"`{spec.name}`", f'"{spec.label}"', spec.type, "yes" if spec.mandatory else "", spec.source) for spec in specs
    ]


def test_fields_of_the_search_tools_json() -> None:
    networks, centres = (codes(row["fields"]) for row in rows("The search tool's JSON", "call"))
    assert networks == list(json.loads(all_networks().body)["data"][0])
    assert centres == list(_centre(Mock(), Mock(coordinator=None)))


def test_verification_methods() -> None:
    assert [tuple(row.values()) for row in rows("Verification methods", "strength")] == [
        (f"`{m.strength}`", f'"{m.label}"', f"`{m.level}`", f"`#verif-method-dd-{m.strength}`") for m in METHODS
    ]


def test_cookies() -> None:
    world = Mock()
    world.name = "<world>"
    world.addresses.public.return_value = "http://localhost:1"
    purposes = re.findall(r'cookie_name\("(\w+)",[^"]+"(\w+)"\)', sources())
    names = {cookie_name(*each, world) for each in ((actor,) for actor in ACTORS)}
    names |= {cookie_name(actor, world, purpose) for actor, purpose in purposes}
    assert {codes(row["cookie"])[0] for row in rows("Cookies", "cookie")} == names
    world.addresses.public.return_value = "https://localhost:1"
    by_https = {cookie_name("idp", world), sso_cookie_name(world)}
    assert {name for row in rows("Cookies", "cookie") for name in codes(row["cookie"])[1:]} == by_https


def test_parameters_of_cas() -> None:
    login, parameters = rows("CAS", "address")[0], rows("CAS: validation", "parameter")
    read = {
        name: (ROOT / "mock_idp" / name).read_text(encoding="utf-8")
        for name in ("signin/login.py", "cas/parameters.py")
    }
    asked = {name: set(re.findall(r'query\.get\("(\w+)"', text)) for name, text in read.items()}
    values = {"BASIC", "MEDIUM", "HIGH", "true", "*"}
    assert set(codes(login["takes"])) - values == asked["signin/login.py"]
    assert {code for row in parameters for code in codes(row["parameter"])} == asked["cas/parameters.py"]


def test_addresses_of_validation() -> None:
    levels = {None: "`assuranceLevel`, TOP without it"} | {number: name for name, number in assurance.LEVELS.items()}
    assert {
        codes(row["address"])[0]: (row["least assurance level"], tuple(codes(row["ticket types"])))
        for row in rows("CAS: validation", "address")
    } == {f"/cas{path}": (levels[each.least], each.types) for path, each in ENDPOINTS.items()}


def everything_told() -> Success:
    """A success of which every element is told."""
    now, texts = datetime(2026, 11, 27, tzinfo=UTC), dict.fromkeys(STAFF, "x")
    account: Any = SimpleNamespace(uid="x", email="x", first_name="x", last_name="x", domain="x", language="en")
    account.employee_type, account.assurance_level = "n", 10
    account.details = texts | {"registrationLevelVersions": [{"level": "1", "value": "x"}]}
    ticket: Any = SimpleNamespace(login_at=now, sso=False, proxies=["https://a.example/"])
    factors = dict.fromkeys(("moniker", "mobileDevice", "webAuthnDevice"), "x")
    return Success(account, ticket, "PROXY", True, ["a"], "BASIC", ["PASSWORD"], now, factors, "PGTIOU-1")


STAFF = ("departmentNumber", "employeeNumber", "telephoneNumber", "userManager", "timeZone", "orgId",
         "teleworkingPriority")  # fmt: skip


def answered(dialect: ModuleType) -> Any:
    now = datetime(2026, 11, 27, tzinfo=UTC)
    world = SimpleNamespace(protocol_now=lambda: now, clock=SimpleNamespace(now=lambda: now))
    return fromstring(as_xml(dialect.success(world, everything_told())))


def names_in(element: Any) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in element]


def test_elements_of_a_validation_in_their_order() -> None:
    documented = [code for row in rows("CAS: validation", "element") for code in codes(row["element"])]
    root = answered(answer)
    assert documented == names_in(root[0])
    assert root.tag == f"{{{answer.NAMESPACE}}}serviceResponse"
    (extended,) = root.iterfind(".//{*}extendedAttribute")
    told = {answer.NAMESPACE, "serviceResponse", " ".join(root.attrib), f'name="{extended.attrib["name"]}"'}
    told |= {*names_in(root.find(".//{*}authenticationFactors"))}
    assert told <= set(codes(sections()["CAS: validation"]))


def test_attributes_of_plain_cas() -> None:
    documented = {code for row in rows("CAS: validation", "attribute") for code in codes(row["attribute"])}
    root = answered(plain_answer)
    assert documented == {*names_in(root.find(".//{*}attributes"))} - {"registeredAt"}
    assert root.tag == f"{{{plain_answer.NAMESPACE}}}serviceResponse"
    assert {plain_answer.NAMESPACE, *names_in(root[0])} <= set(codes(sections()["CAS: validation"]))


def test_failure_codes() -> None:
    table, in_plain_cas = rows("CAS: validation", "code"), codes_in(cas_refusals, plain=True)
    assert {codes(row["in the journal"])[0]: codes(row["code"])[0] for row in table} == codes_in(cas_refusals)
    for row in table:
        if codes(row["plain CAS"]):
            assert codes(row["plain CAS"]) == [in_plain_cas[codes(row["in the journal"])[0]]]


def test_errors_of_openid_connect() -> None:
    documented = {
        code: (codes(row["error"])[0], int(row["status"]))
        for row in rows("OpenID Connect", "error")
        for code in codes(row["in the journal"])
    }
    kinds = {kind.code: kind for found in reference.declared(RefusalKind).values() for kind in found}
    told = {code for code, kind in kinds.items() if kind is LOOP or isinstance(kind, refusals.OAuthRefusalKind)}
    errors = {code: refusals.error_code(Refusal(kinds[code], got="")) for code in told}
    assert documented == {code: (error, kinds[code].status) for code, error in errors.items()}


def test_failure_codes_of_proxies_in_both_dialects() -> None:
    table = rows("Login transactions and proxies", "proxyFailure")
    for plain_cas, name in ((False, "proxyFailure"), (True, "in plain CAS")):
        documented = {codes(row["in the journal"])[0]: codes(row[name])[0] for row in table}
        assert documented == proxy_codes(proxying, plain=plain_cas)


def test_calls_of_the_app() -> None:
    enrol, requests, answers, pin = rows("The app's interface", "call")
    body = app_interface._AnswerBody.model_fields
    values = {value for field in body.values() for value in get_args(field.annotation) if isinstance(value, str)}
    assert set(codes(enrol["takes"])) == {
        *app_interface._EnrolmentBody.model_fields,
        *app_interface._DeviceBody.model_fields,
    }
    assert set(codes(enrol["answers"])) == set(Enrolled.__dataclass_fields__)
    assert set(codes(requests["answers"])) == {"items", *app_interface._as_json(Mock(), Mock())}
    assert set(codes(answers["takes"])) == {*body} | values
    assert set(codes(pin["takes"])) == {*app_interface._PinBody.model_fields}


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
    markers = {call.args[1] for call in config.addinivalue_line.call_args_list}
    fixtures = set(re.findall(r"@pytest\.fixture.*\ndef (\w+)", source))
    assert {codes(row["fixture"])[0] for row in rows("pytest", "fixture")} == fixtures
    assert {codes(row["option"])[0] for row in rows("pytest", "option")} == options
    documented = {codes(row["marker"])[0]: ", ".join(codes(row["takes"])) for row in rows("pytest", "marker")}
    assert documented == {line.partition("(")[0]: line.rpartition(": ")[2] for line in markers}


def test_what_a_fixture_gives_has_the_names_of_its_example() -> None:
    gives = {row["fixture"]: row["gives"] for row in rows("pytest", "fixture")}
    given = {"eulogin": EuLoginUrls(""), "cpms": CpmsUrls(""), "mailbox": Mails, "clock": Clock, "journal": Events}
    for fixture, kind in (given | {"faults": Faults}).items():
        examples = re.findall(rf"`{fixture}\.(\w+)", gives[f"`{fixture}`"])
        assert examples, fixture
        assert [name for name in examples if not hasattr(kind, name)] == []


def test_settings_that_are_mentioned_exist() -> None:
    """A name with the first word of a setting is one, or a refusal."""
    refusals = {kind.code for found in reference.declared(RefusalKind).values() for kind in found}
    first_words = {re.split(r"[._]", name)[0] for name in TABLE}
    named = codes("".join(text for title, text in sections().items() if title != "pytest"))
    dotted = {name for name in named if re.fullmatch(r"[a-z]+\.[a-z_]+|allowed_\w+", name)}
    assert {name for name in dotted if re.split(r"[._]", name)[0] in first_words} <= {*TABLE, *refusals}


def test_the_first_person_of_a_new_world_and_the_header_of_its_mails() -> None:
    (person,) = document("worlds/default.yaml")["people"]
    told = codes(sections()["Worlds"].partition("one person")[2])
    assert told == [person["email"], person["password"], person["pin"], person["phone_id"]]
    assert WORLD_HEADER in codes(sections()["Worlds"])
