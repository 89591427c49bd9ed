"""Plain CAS 3.0 for ordinary clients (setting `dialect`)."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.services import NewService, register_service
from mock_idp.cas.tickets import ServiceTicket
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.validating import (
    SERVICE,
    alter,
    code,
    get,
    names,
    proxy_ticket,
    text,
    ticket,
    validate,
    validate_json,
)  # fmt: skip

XML = [path[1:] for path in ENDPOINTS if path not in {"/validate", "/ws/TicketValidationService/http/post"}]


@pytest.fixture(autouse=True)
def plain(world: World) -> None:
    world.settings.change({"dialect": "cas"})


@pytest.mark.parametrize("path", XML)
@pytest.mark.parametrize("level", [0, 10, 40])
def test_every_assurance_is_accepted_at_every_address(world: World, browser: Browser, path: str, level: int) -> None:
    register_service(world, NewService("http://app.example", least_assurance_level=30))
    person = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", assurance_level=level))
    answer = validate(browser, path, ticket=ticket(world, person), assuranceLevel="TOP")
    assert (code(answer), text(answer, "user")) == (None, person.uid)


@pytest.mark.parametrize("path", XML)
def test_attributes_stand_in_an_element_of_their_own_in_yales_namespace(
    world: World, account: Account, browser: Browser, path: str
) -> None:
    answer = validate(browser, path, ticket=ticket(world, account))
    assert answer.tag == "{http://www.yale.edu/tp/cas}authenticationSuccess"
    assert names(answer) == ["user", "attributes"]
    assert text(answer, "attributes/email") == account.email
    assert [each.text for each in answer.findall("{*}attributes/{*}memberOf")] == ["G1", "G2"]


def test_registration_time_is_told_without_being_asked_for(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"recognition.delay": "PT5M"})
    answer = validate(browser, ticket=ticket(world, account), userDetails="false")
    assert text(answer, "attributes/registeredAt") == account.registered_at.isoformat()


def test_single_sign_on_is_told(world: World, account: Account, browser: Browser) -> None:
    for sso, new in ((True, "false"), (False, "true")):
        answer = validate(browser, ticket=ticket(world, account, sso=sso))
        assert text(answer, "attributes/isFromNewLogin") == new


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        ("INVALID_REQUEST", {"ticket": ""}),
        ("INVALID_REQUEST", {"userDetails": "perhaps"}),
        ("INVALID_TICKET", {"ticket": "ST-1-unknown"}),
        ("INVALID_SERVICE", {"service": SERVICE + "/"}),
        ("INVALID_TICKET_SPEC", {"acceptStrengths": "CLIENT_CERT"}),
        ("INVALID_TICKET_SPEC", {"authenticationLevel": "MEDIUM"}),
        ("INVALID_TICKET_SPEC", {"ticketTypes": "PROXY"}),
    ],
)
def test_failures_have_the_codes_of_cas(
    world: World, account: Account, browser: Browser, expected: str, change: dict[str, str]
) -> None:
    answer = validate(browser, **{"ticket": ticket(world, account)} | change)
    assert (answer.tag, code(answer)) == ("{http://www.yale.edu/tp/cas}authenticationFailure", expected)
    told = validate_json(browser, **{"ticket": ticket(world, account)} | change)
    assert told["authenticationFailure"]["code"] == expected


def test_a_proxy_ticket_is_none_of_a_service(world: World, account: Account, browser: Browser) -> None:
    refused = validate(browser, "serviceValidate", ticket=proxy_ticket(world, account, "https://a.example/"))
    assert code(refused) == "INVALID_TICKET_SPEC"
    for path in ("proxyValidate", "p3/proxyValidate"):
        answer = validate(browser, path, ticket=proxy_ticket(world, account, "https://a.example/"))
        assert text(answer, "proxies/proxy") == "https://a.example/"


@pytest.mark.parametrize(
    ("path", "children"),
    [
        ("proxyValidate", ["user", "proxies", "attributes"]),
        ("p3/proxyValidate", ["user", "attributes", "proxies"]),
    ],
)
def test_attributes_stand_behind_what_cas_2_has(
    world: World, account: Account, browser: Browser, path: str, children: list[str]
) -> None:
    """Clients of CAS 2.0 look for proxies in the second place."""
    answer = validate(browser, path, ticket=proxy_ticket(world, account, "https://a.example/"))
    assert names(answer) == children


def test_renew_and_a_missing_fingerprint_are_refused_as_they_are_elsewhere(
    world: World, account: Account, browser: Browser
) -> None:
    assert code(validate(browser, ticket=ticket(world, account, sso=True), renew="true")) == "INVALID_TICKET"
    bound = alter(world, ticket(world, account), fingerprint="x")
    assert code(validate(browser, ticket=bound)) == "INVALID_REQUEST"
    bound = alter(world, ticket(world, account), fingerprint="x")
    assert code(validate(browser, ticket=bound, clientFingerprint="y")) == "INVALID_TICKET_SPEC"


def test_every_service_is_told_of_the_sessions_end(world: World, account: Account, browser: Browser) -> None:
    number = ticket(world, account)
    validate(browser, ticket=number)
    with world.database.session() as db:
        assert db.get_one(ServiceTicket, number).single_logout is True


def test_the_first_version_accepts_everybody(world: World, account: Account, browser: Browser) -> None:
    assert get(browser, "validate", ticket=ticket(world, account)).text == f"yes\n{account.uid}\n"
    assert get(browser, "validate", ticket="ST-1").text == "no\n\n"


def test_extended_attributes_that_can_be_no_element_or_another_one_are_left_out(world: World, browser: Browser) -> None:
    details = {
        "extendedAttributes": {
            "costCentre": ["A", "B"],
            "email": ["boss@a.example"],
            "cost-centre": ["C"],
            "1st <name>": ["x"],
            "a b": ["y"],
            "\N{SNOWMAN}": ["z"],
        },
        "departmentNumber": "SANTE.B.2",
        "orgId": "",
    }
    person = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", details=details))
    told = validate_json(browser, ticket=ticket(world, person))["authenticationSuccess"]["attributes"]
    assert (told["costCentre"], told["departmentNumber"]) == (["A", "B"], "SANTE.B.2")
    assert (told["email"], told["cost-centre"]) == (person.email, "C")
    assert {"orgId", "a b", "1st <name>", "\N{SNOWMAN}"} & told.keys() == set()
    assert (told.get("memberOf", []), told["strength"]) == ([], ["PASSWORD"])
    assert told["longTermAuthenticationRequestTokenUsed"] is False
