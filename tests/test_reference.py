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
from pydantic import ValidationError

from eulogin_harness import options
from eulogin_harness.client.events import Clock, Events, Mails
from eulogin_harness.client.faults import Faults
from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
from eulogin_harness.documents.people import STAGES
from eulogin_harness.pytest_plugin import options as plugin_options
from eulogin_harness.settings import TABLE
from mock_cpms.access.model import STATES
from mock_cpms.search.answers import _centre, all_networks
from mock_idp.cas import answer, plain_answer, proxying
from mock_idp.cas import refusals as cas_refusals
from mock_idp.cas.documents import as_xml
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.success import Success
from mock_idp.common import assurance
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.pages import app_interface
from mock_phone.eu_login import authorization
from mock_world.addresses import ACTORS
from mock_world.events import EventType
from mock_world.fault_types import FAULTS
from mock_world.fixtures import document
from mock_world.post_office import WORLD_HEADER
from mock_world.refusal import RefusalKind
from mock_world.web.cookies import cookie_name, sso_cookie_name
from tests.reference.cas_codes import codes_in, proxy_codes
from tests.reference.code import (
    PACKAGES,
    blocks,
    first_arguments,
    form_fields,
    plain,
    routes,
    sources,
    templates,
    written_fields,
    written_labels,
)
from tests.reference.page import DOCS, ROOT, codes
from tools import reference, threats_page
from tools.contract import ActorName, Contract, Page, contract
from tools.contract_page import openapi

EACH_ACTOR = pytest.mark.parametrize("actor", list(PACKAGES))


# Pages made from the code and the contract.


def test_the_page_of_threats_is_up_to_date_and_names_no_attack_twice() -> None:
    page = threats_page.page()
    assert threats_page.FILE.read_text(encoding="utf-8") == page, "run: make reference"
    attacks = re.findall(r"(?m)^\| (.+?) \| `tests/", page)
    assert len(attacks) > 20
    assert len(set(attacks)) == len(attacks)


@pytest.mark.parametrize("name", list(reference.PAGES))
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    on_disk = (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")
    assert on_disk == reference.PAGES[name](), "run: make reference"


def test_the_contract_refuses_what_it_does_not_know() -> None:
    values = contract().model_dump()
    with pytest.raises(ValidationError, match=r"cookies\.0\.last\n"):
        Contract.model_validate(values | {"cookies": [{"cookie": "c", "holds": "", "last": ""}]})


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


def pages(actor: ActorName) -> list[Page]:
    return contract().pages[actor]


def test_actors_have_these_ports_side_by_side() -> None:
    ports = {each.actor: each.port for each in contract().actors}
    assert ports == {actor: options.DEFAULT_PORT + number for number, actor in enumerate(ACTORS)}
    shown = [urlsplit(each.first_page) for each in contract().actors]
    assert [url.port for url in shown] == list(ports.values())
    assert {url.path for url in shown} <= {route for actor in ACTORS for route in routes(actor)}


def addresses(actor: ActorName) -> set[str]:
    """Every address that the contract has of an actor, by whatever method."""
    known = [address for page in pages(actor) for address in page.addresses]
    known += contract().other_addresses.get(actor, {})
    if actor == "idp":
        known += [each.address for each in contract().validation_addresses]
        known += [each.address for each in (*contract().transaction_endpoints, *contract().oidc_endpoints)]
        known += [each.call for each in contract().app_calls]
    if actor == "cpms":
        known += [each.call for each in contract().search_calls]
    if actor == "desk":
        known += openapi()["paths"]
    return {plain(address.rpartition(" ")[2]) for address in known if address}


@EACH_ACTOR
def test_addresses(actor: ActorName) -> None:
    assert addresses(actor) == set(routes(actor))


@EACH_ACTOR
def test_pages_and_their_states(actor: ActorName) -> None:
    documented = {page.page: set(page.states) or {"ready"} for page in pages(actor) if page.page}
    built: dict[str, set[str]] = {}
    for template in map(blocks, templates(actor)):
        for page in template.get("page", ()):
            built.setdefault(page, set()).update(template.get("state", {"ready"}))
    assert documented == built


@EACH_ACTOR
def test_fields_and_their_labels(actor: ActorName) -> None:
    built = {*form_fields(actor), *written_fields(actor)} - {("csrf_token", "")}
    documented = {item for page in pages(actor) for item in page.fields.items()}
    assert {item for item in documented if item[1]} == {(name, label) for name, label in built if label}
    buttons = {name for page in pages(actor) for name in page.named_buttons if not name.startswith("#")}
    assert {name for name, _ in documented} | buttons == {name for name, _ in built}


@EACH_ACTOR
def test_buttons_and_links(actor: ActorName) -> None:
    assert {label for page in pages(actor) for label in page.labels()} == set(written_labels(actor))


@EACH_ACTOR
def test_ids_and_classes(actor: ActorName) -> None:
    html = "\n".join(templates(actor))
    documented = {name for page in pages(actor) for name in (*page.ids, *page.named_buttons)}
    documented |= {*contract().verification_method_ids} if actor == "idp" else set()
    fields = {name for name, _ in [*form_fields(actor), *written_fields(actor)]}
    ids = {name[1:] for name in documented if name.startswith("#")}
    assert ids - fields == set(re.findall(r'\bid="([^"{]+)"', html)) - fields
    shared = html + "\n".join(templates("world"))
    classes = {name[1:] for name in documented if name.startswith(".")}
    assert {name for name in classes if not re.search(rf'class="[^"]*(?<![\w-]){name}(?![\w-])', shared)} == set()


def test_fields_of_the_search_tools_json() -> None:
    networks, centres = (each.fields + each.our_fields for each in contract().search_calls)
    assert networks == list(json.loads(all_networks().body)["data"][0])
    assert centres == list(_centre(Mock(), Mock(coordinator=None)))


def test_cookies() -> None:
    world = Mock()
    world.name = "<world>"
    world.addresses.public.return_value = "http://localhost:1"
    purposes = re.findall(r'cookie_name\("(\w+)",[^"]+"(\w+)"\)', sources())
    names = {cookie_name(*each, world) for each in ((actor,) for actor in ACTORS)}
    names |= {cookie_name(actor, world, purpose) for actor, purpose in purposes}
    assert {each.cookie for each in contract().cookies} == names
    world.addresses.public.return_value = "https://localhost:1"
    by_https = {cookie_name("idp", world), sso_cookie_name(world)}
    assert {each.by_https for each in contract().cookies} - {""} == by_https


def test_parameters_of_cas() -> None:
    read = {
        name: (ROOT / "mock_idp" / name).read_text(encoding="utf-8")
        for name in ("signin/login.py", "cas/parameters.py")
    }
    known = {name: set(re.findall(r'query\.get\("(\w+)"', text)) for name, text in read.items()}
    assert {each.parameter for each in contract().login_parameters} == known["signin/login.py"]
    assert {each.parameter for each in contract().validation_parameters} == known["cas/parameters.py"]


def test_addresses_of_validation() -> None:
    levels = {None: ""} | {number: name for name, number in assurance.LEVELS.items()}
    assert {each.address: (each.least, tuple(each.types)) for each in contract().validation_addresses} == {
        f"/cas{path}": (levels[each.least], each.types) for path, each in ENDPOINTS.items()
    }


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
    root = answered(answer)
    assert [name for each in contract().validation_elements for name in each.elements] == names_in(root[0])
    assert root.tag == f"{{{answer.NAMESPACE}}}serviceResponse"
    parts = {name for each in contract().validation_elements for name in each.parts}
    (extended,) = root.iterfind(".//{*}extendedAttribute")
    assert parts == {"extendedAttribute", *extended.attrib, *names_in(extended)} | {
        *names_in(root.find(".//{*}authenticationFactors"))
    }
    said = {answer.NAMESPACE, "serviceResponse", " ".join(root.attrib)}
    assert said <= set(codes(contract().text))


def test_attributes_of_plain_cas() -> None:
    documented = {name for each in contract().plain_cas_attributes for name in each.elements}
    root = answered(plain_answer)
    assert documented == {*names_in(root.find(".//{*}attributes"))} - {"registeredAt"}
    assert root.tag == f"{{{plain_answer.NAMESPACE}}}serviceResponse"
    assert {plain_answer.NAMESPACE, *names_in(root[0])} <= set(codes(contract().text))


def test_failure_codes() -> None:
    failures, in_plain_cas = contract().validation_failures, codes_in(cas_refusals, plain=True)
    assert {each.refusal: each.code for each in failures} == codes_in(cas_refusals)
    for each in failures:
        assert not each.plain or each.plain == in_plain_cas[each.refusal]


def test_failure_codes_of_proxies_in_both_dialects() -> None:
    failures = contract().proxy_failures
    assert {each.refusal: each.code for each in failures} == proxy_codes(proxying, plain=False)
    assert {each.refusal: each.plain for each in failures} == proxy_codes(proxying, plain=True)


def test_calls_of_the_app() -> None:
    enrol, requests, answers, pin = contract().app_calls
    assert enrol.takes.keys() == app_interface._EnrolmentBody.model_fields.keys()
    assert {*enrol.takes["device"]} == {*app_interface._DeviceBody.model_fields}
    assert {*enrol.answers} == {*Enrolled.__dataclass_fields__}
    assert {"account", *requests.answers["items"]} == {*app_interface._as_json(Mock(), Mock())}
    body = app_interface._AnswerBody.model_fields
    assert {name: [*get_args(body[name].annotation)] for name in ("decision", "verified_by")} == {
        name: values for name, values in answers.takes.items() if values
    }
    assert answers.takes.keys() == body.keys()
    assert pin.takes.keys() == app_interface._PinBody.model_fields.keys()


def test_the_signature_of_the_example() -> None:
    example = contract().signature_example
    method, address = example.request.split()
    device: Any = SimpleNamespace(device_identifier="D", secret=example.secret)
    assert authorization(device, method, address, b"") == f"Device D {example.signature}"
    parts = urlsplit(address)
    assert example.signed_text == rf"{method}\n{parts.path}\n{parts.query}\n"


def test_stages_of_people_and_states_of_requests() -> None:
    assert list(contract().stages) == list(STAGES)
    assert contract().request_states == list(STATES)


def test_problems_of_the_control_api() -> None:
    foreign = {f"foreign-{first}" for first in first_arguments("ForeignHost")}
    assert {each.type for each in contract().problems} == first_arguments("Problem") | foreign | {"method-not-allowed"}


def test_environment_variables() -> None:
    of_settings = {"EULOGIN_" + name.upper().replace(".", "_") for name in TABLE}
    built = set(re.findall(r"EULOGIN_[A-Z][A-Z_]+", sources())) - of_settings
    assert set(contract().environment) == built


def test_pytest_plugin() -> None:
    modules = (ROOT / "eulogin_harness" / "pytest_plugin").glob("*.py")
    source = "".join(module.read_text(encoding="utf-8") for module in modules)
    parser, config = Mock(), Mock()
    plugin_options.pytest_addoption(parser)
    plugin_options.pytest_configure(config)
    options = {call.args[0] for call in parser.getgroup.return_value.addoption.call_args_list}
    markers = {call.args[1] for call in config.addinivalue_line.call_args_list}
    fixtures = set(re.findall(r"@pytest\.fixture.*\ndef (\w+)", source))
    assert set(contract().fixtures) == fixtures
    assert set(contract().pytest_options) == options
    assert set(contract().pytest_ini) == {call.args[0] for call in parser.addini.call_args_list}
    documented = {marker: ", ".join(takes) for marker, takes in contract().markers.items()}
    assert documented == {line.partition("(")[0]: line.rpartition(": ")[2] for line in markers}


def test_what_a_fixture_gives_has_the_names_of_its_example() -> None:
    given = {"eulogin": EuLoginUrls(""), "cpms": CpmsUrls(""), "mailbox": Mails, "clock": Clock, "journal": Events}
    for fixture, kind in (given | {"faults": Faults}).items():
        examples = re.findall(rf"`{fixture}\.(\w+)", contract().fixtures[fixture])
        assert examples, fixture
        assert [name for name in examples if not hasattr(kind, name)] == []


def test_settings_that_are_mentioned_exist() -> None:
    """A name with the first word of a setting is one, or a refusal or a fault."""
    refusals = {kind.code for kinds in reference.declared(RefusalKind).values() for kind in kinds}
    first_words = {re.split(r"[._]", name)[0] for name in TABLE}
    page = (DOCS / "reference" / "contract.md").read_text(encoding="utf-8").partition("\n## pytest\n")[0]
    dotted = {name for name in codes(page) if re.fullmatch(r"[a-z]+\.[a-z_]+|allowed_\w+", name)}
    assert {name for name in dotted if re.split(r"[._]", name)[0] in first_words} <= {*TABLE, *refusals, *FAULTS}


def test_the_first_person_of_a_new_world_and_the_header_of_its_mails() -> None:
    (person,) = document("worlds/default.yaml")["people"].values()
    assert contract().first_person.model_dump().items() <= person.items()
    assert WORLD_HEADER in codes(contract().text)
