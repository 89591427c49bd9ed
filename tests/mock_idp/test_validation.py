"""Validation by parameter, address and failure code, in EU Login's dialect."""

import base64
import re
from datetime import timedelta

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas import proxying
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.tickets import ServiceTicket, new_ticket_id
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP
from mock_idp.signin.services import NewService, register_service
from mock_world import World
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import Browser, advance
from tests.mock_idp.signing_in import told
from tests.mock_idp.small_application import fingerprint
from tests.mock_idp.validating import SERVICE, alter, code, get, names, proxy_ticket, text, ticket, validate

TOP = NewAccount("Io", "Top", "io@hospital.example", uid="iotop42", assurance_level=40)
SECRET = base64.b64encode(b"a secret of sixteen bytes or more").decode()


@pytest.fixture
def boss(world: World) -> Account:
    """Somebody of the highest assurance."""
    return create_account(world, TOP)


# Once, and in time.


def test_a_ticket_is_good_for_one_validation_that_says_something(
    world: World, account: Account, browser: Browser
) -> None:
    number = ticket(world, account)
    for nothing in ({"service": ""}, {"renew": "perhaps"}):
        assert code(validate(browser, ticket=number, **nothing)) == "INVALID_REQUEST"
    assert code(validate(browser, ticket=number)) is None
    assert code(validate(browser, ticket=number)) == "INVALID_TICKET"
    assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that was validated before"


def test_of_several_at_the_same_instant_exactly_one_wins(world: World, account: Account, browser: Browser) -> None:
    number = ticket(world, account)
    found = at_once(4, lambda: code(validate(browser, ticket=number)))
    assert sorted(map(str, found)) == ["INVALID_TICKET"] * 3 + ["None"]


def test_a_ticket_lives_less_than_five_minutes(world: World, account: Account, browser: Browser) -> None:
    early, late = ticket(world, account), ticket(world, account)
    advance(world, timedelta(seconds=299))
    assert code(validate(browser, ticket=early)) is None
    advance(world, timedelta(seconds=1))
    assert code(validate(browser, ticket=late)) == "INVALID_TICKET"
    assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that is too old"


def test_whatever_else_is_wrong_uses_the_ticket_up(world: World, account: Account, browser: Browser) -> None:
    wrong = {"service": "http://other.example/", "authenticationLevel": "HIGH", "assuranceLevel": "TOP"}
    for name, value in (wrong | {"ticketTypes": "PROXY"}).items():
        number = ticket(world, account)
        assert code(validate(browser, ticket=number, **{name: value})) is not None
        assert code(validate(browser, ticket=number)) == "INVALID_TICKET"


def test_a_forged_ticket_is_not_recognized(world: World, account: Account, browser: Browser) -> None:
    ticket(world, account)
    for forged in ("ST-", "x" * 10_000, "\0", "';--", "\N{PILE OF POO}", "%FF", "ST-1\r\nX: y"):
        assert code(validate(browser, ticket=forged)) == "INVALID_TICKET"
        assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that this world never issued"
    answer = requests.get(f"{browser.base}/cas/serviceValidate?service=%ff%fe&ticket=%c0%80", timeout=5)  # no text
    assert 'code="INVALID_TICKET"' in answer.text


def test_of_a_parameter_that_comes_twice_the_first_counts(world: World, account: Account, browser: Browser) -> None:
    query = [("service", SERVICE), ("ticket", ticket(world, account)), ("ticket", "x"), ("service", "http://b.example")]
    answer = requests.get(f"{browser.base}/cas/laxValidate", params=query, timeout=5)
    assert "authenticationSuccess" in answer.text


# Addresses and assurance.

LEVELS = {"NO_ASSURANCE": 0, "LOW": 10, "MEDIUM": 20, "HIGH": 30, "TOP": 40}
LEAST = {"laxValidate": 10, "sponsorValidate": 20, "interinstitutionalValidate": 30, "strictValidate": 40}
BY_XML = [path[1:] for path in ENDPOINTS if path not in {"/validate", "/ws/TicketValidationService/http/post"}]


@pytest.mark.parametrize("path", BY_XML)
def test_each_address_has_its_least_assurance_which_a_sent_level_raises_and_never_lowers(
    world: World, browser: Browser, path: str
) -> None:
    least = LEAST.get(path, 40)
    below = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", assurance_level=least - 1))
    just = create_account(world, NewAccount("Jo", "Lind", "jo@hospital.example", assurance_level=least))
    assert code(validate(browser, path, ticket=ticket(world, below))) == "INVALID_USER"
    assert told(world, "ticket.invalid_user")["least"] == least
    assert code(validate(browser, path, ticket=ticket(world, just))) is None
    expected = "INVALID_USER" if path in LEAST else None  # else the sent one decides
    assert code(validate(browser, path, ticket=ticket(world, below), assuranceLevel="LOW")) == expected
    expected = None if least == 40 else "INVALID_USER"
    assert code(validate(browser, path, ticket=ticket(world, just), assuranceLevel="TOP")) == expected


@pytest.mark.parametrize(("name", "number"), LEVELS.items())
def test_where_no_level_is_in_the_name_the_sent_one_decides(
    world: World, browser: Browser, name: str, number: int
) -> None:
    below = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", assurance_level=number - 1))
    just = create_account(world, NewAccount("Jo", "Lind", "jo@hospital.example", assurance_level=number))
    for sent in (name, name.lower(), str(number)):
        for person, expected in ((below, "INVALID_USER"), (just, None)):
            answer = validate(browser, "serviceValidate", ticket=ticket(world, person), assuranceLevel=sent)
            assert code(answer) == expected


def test_all_addresses_take_a_form_too(world: World, boss: Account, browser: Browser) -> None:
    for path in ENDPOINTS:
        form = {"service": SERVICE, "ticket": ticket(world, boss), "userDetails": "true"}
        answer = requests.post(f"{browser.base}/cas{path}", data=form, timeout=5)
        assert ("yes\n" if path == "/validate" else f"<cas:email>{boss.email}</cas:email>") in answer.text
    assert requests.get(f"{browser.base}/cas/ws/TicketValidationService/http/post", timeout=5).status_code == 405


def test_the_first_version_answers_a_line_and_a_name(world: World, account: Account, browser: Browser) -> None:
    answer = get(browser, "validate", ticket=ticket(world, account), assuranceLevel="LOW")
    assert (answer.text, answer.headers["Content-Type"]) == (f"yes\n{account.uid}\n", "text/plain; charset=utf-8")
    assert get(browser, "validate", ticket=ticket(world, account)).text == "no\n\n"
    assert get(browser, "validate").text == "no\n\n"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("samlValidate", "SAML"),
        ("ws/TicketValidationService", "SOAP"),
        ("ws/TicketValidationService/soap/1.1", "SOAP"),
        ("ws/CertLoginService/http/get", "certificates"),
    ],
)
def test_what_is_not_mocked_names_what_is(world: World, browser: Browser, path: str, what: str) -> None:
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{browser.base}/cas/{path}", timeout=5)
        assert answer.status_code == 404
        assert f"does not speak {what}: validate tickets at /cas/serviceValidate" in answer.text
        assert told(world, "validation.not_mocked")["what"] == what


# Parameters.

ODD = {
    "renew": ["yes", "true,false"],
    "userDetails": ["yes"],
    "singleSignOut": ["on"],
    "format": ["YAML"],
    "version": ["NEWEST", "8.3.x", "1" * 10_000],
    "ticketTypes": ["SERVICE,OTHER", "SERVICE,PROXY,DESKTOP,SERVICE"],
    "assuranceLevel": ["BEST", "41", "15", "-1", "\N{SUPERSCRIPT TWO}0"],
    "authenticationLevel": ["TOP", "LOW"],
    "proxyGrantingProtocol": ["OTHER", "CLIENT_CERT", "DESKTOP", "PGT_URL"],
    "userAddress": ["::1", "1.2.3"],
    "sessionId": ["a b", "x" * 10_000],
}
DOCUMENTED = [
    {"sessionId": "0f4a9c", "userAddress": "192.0.2.7", "version": "CURRENT"},
    {"version": "8.3", "ticketTypes": "service, proxy,DESKTOP"},
    {"format": "xml", "renew": "FALSE", "userDetails": "", "groups": "", "ticketTypes": "", "pgtUrl": ""},
    {"authenticationLevel": "basic", "acceptStrengths": "PASSWORD", "assuranceLevel": ""},
]


def test_odd_values_are_refused_with_the_parameters_name_and_documented_ones_accepted(
    world: World, account: Account, browser: Browser
) -> None:
    for name, value in ((name, value) for name, values in ODD.items() for value in values):
        answer = validate(browser, ticket=ticket(world, account), **{name: value})
        assert code(answer) == "INVALID_REQUEST", (name, value)
        fields = told(world, "ticket.invalid_parameter")
        assert fields["name"] in {name, "pgtUrl"}
        assert len(fields["got"]) <= 40
    for query in DOCUMENTED:
        assert code(validate(browser, ticket=ticket(world, account), **query)) is None, query


def test_details_and_groups_come_when_asked_for(world: World, account: Account, browser: Browser) -> None:
    always = ["user", "authenticationLevel", "strengths", "authenticationFactors", "loginDate", "sso", "ticketType"]
    assert names(validate(browser, ticket=ticket(world, account), userDetails="false", groups="")) == always
    some = validate(browser, ticket=ticket(world, account), groups="G2,G9")
    assert [group.text for group in some.findall("{*}groups/{*}group")] == ["G2"]


@pytest.mark.parametrize("path", ["laxValidate", "proxyValidate"])
def test_addresses_take_the_types_that_are_asked_for(world: World, boss: Account, browser: Browser, path: str) -> None:
    usual = ["SERVICE", "PROXY"] if path == "proxyValidate" else ["SERVICE"]
    for types in ("", "PROXY", "DESKTOP", "SERVICE,PROXY"):
        accepted = types.split(",") if types else usual
        for kind, make in (("SERVICE", ticket), ("PROXY", proxy_ticket)):
            answer = validate(browser, path, ticket=make(world, boss), ticketTypes=types)
            assert code(answer) == (None if kind in accepted else "INVALID_TICKET")
            if kind in accepted:
                assert text(answer, "ticketType") == kind
            else:
                assert f"ticketTypes={kind}" in told(world, "ticket.wrong_type")["remedy"]


def test_renew_refuses_single_sign_on(world: World, account: Account, browser: Browser) -> None:
    assert code(validate(browser, ticket=ticket(world, account, sso=False), renew="true")) is None
    assert code(validate(browser, ticket=ticket(world, account, sso=True), renew="true")) == "INVALID_TICKET"
    assert "/cas/login" in told(world, "ticket.not_fresh")["remedy"]


def test_the_fingerprint_of_the_transaction_is_to_be_proved_where_one_was_kept(
    world: World, account: Account, browser: Browser
) -> None:
    for digested in (base64.b64decode(SECRET), SECRET.encode()):
        number = alter(world, ticket(world, account), fingerprint=fingerprint(digested))
        assert code(validate(browser, ticket=number, clientFingerprint=SECRET)) is None
    assert code(validate(browser, ticket=ticket(world, account), clientFingerprint="anything")) is None


def test_without_it_or_with_another_nobody_is_named(world: World, account: Account, browser: Browser) -> None:
    digest = fingerprint(base64.b64decode(SECRET))
    for sent in ("", digest, "\N{LATIN SMALL LETTER E WITH ACUTE}"):
        number = alter(world, ticket(world, account), fingerprint=digest)
        refused = code(validate(browser, ticket=number, clientFingerprint=sent))
        assert refused == ("INVALID_TICKET" if sent else "INVALID_REQUEST")
        assert SECRET not in str(told(world, f"ticket.fingerprint_{'wrong' if sent else 'missing'}"))
        assert code(validate(browser, ticket=number, clientFingerprint=SECRET)) == "INVALID_TICKET"


@pytest.mark.parametrize(
    ("asked", "registered", "hears"), [("false", False, False), ("true", False, True), ("false", True, True)]
)
def test_a_service_hears_of_the_sessions_end_if_it_asks_or_is_known_for_it_and_was_not_refused(
    world: World, account: Account, browser: Browser, asked: str, *, registered: bool, hears: bool
) -> None:
    register_service(world, NewService("http://app.example", single_logout=registered))
    for refused, expected in (({"authenticationLevel": "HIGH"}, False), ({}, hears)):
        number = ticket(world, account)
        assert (code(validate(browser, ticket=number, singleSignOut=asked, **refused)) is None) is (not refused)
        with world.database.session() as db:
            assert db.get_one(ServiceTicket, number).single_logout is expected


@pytest.mark.parametrize(
    ("accepted", "name"),
    [({}, "BASIC"), ({"acceptStrengths": "BASIC"}, "BASIC"), ({"acceptStrengths": "PASSWORD"}, "PASSWORD")],
)
def test_the_password_alone_is_called_as_at_the_mockup(
    world: World, account: Account, browser: Browser, accepted: dict[str, str], name: str
) -> None:
    world.settings.change({"cas.password_strength": "BASIC"})
    both = alter(world, ticket(world, account), strengths=["PASSWORD", PASSWORD_MOBILE_APP])
    found = validate(browser, ticket=both, **accepted)
    assert text(found, "strengths/strength") == name


def test_strengths_are_those_that_the_application_accepts(world: World, account: Account, browser: Browser) -> None:
    both = alter(world, ticket(world, account), strengths=["PASSWORD", PASSWORD_MOBILE_APP])
    found = validate(browser, ticket=both, acceptStrengths="PASSWORD,NTLM")
    assert [each.text for each in found.findall("{*}strengths/{*}strength")] == ["PASSWORD"]
    assert text(found, "authenticationLevel") == "BASIC"


def test_a_proxy_granting_ticket_is_sent_after_everything_else_was_right(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def grant(world: World, ticket: ServiceTicket, account: Account, pgt_url: str) -> str:
        world.database.check_no_transaction()
        sent.append(pgt_url)
        return "PGTIOU-1"

    monkeypatch.setattr(proxying, "grant", grant)
    url = "https://app.example/proxy"
    assert code(validate(browser, ticket=ticket(world, account), pgtUrl=url, authenticationLevel="HIGH"))
    assert sent == []
    for protocol in ("", "PGT_URL"):
        found = validate(browser, ticket=ticket(world, account), pgtUrl=url, proxyGrantingProtocol=protocol)
        assert [text(found, f"proxyGranting{name}") for name in ("Protocol", "Ticket")] == ["PGT_URL", "PGTIOU-1"]
    assert sent == [url, url]
    assert text(validate(browser, ticket=ticket(world, account)), "proxyGrantingTicket") is None


def test_of_the_ways_to_a_proxy_only_the_call_back_is_mocked(world: World, account: Account, browser: Browser) -> None:
    for protocol in ("CLIENT_CERT", "DESKTOP"):
        query = {"pgtUrl": "https://app.example/pgt", "proxyGrantingProtocol": protocol}
        assert code(validate(browser, ticket=ticket(world, account), **query)) == "INVALID_REQUEST"
        fields = told(world, "ticket.invalid_parameter")
        assert (fields["name"], "PGT_URL" in fields["expected"]) == ("proxyGrantingProtocol", True)


# Faults.


@pytest.mark.parametrize(
    ("fault", "expected", "kind"),
    [
        ("ticket.expired", "INVALID_TICKET", "ticket.invalid_ticket"),
        ("ticket.eaten", "INVALID_TICKET", "ticket.invalid_ticket"),
        ("ticket.wrong_service", "INVALID_SERVICE", "ticket.invalid_service"),
        ("validation.failed", "INTERNAL_ERROR", "ticket.internal_error"),
    ],
)
def test_faults_strike_once_for_the_person_they_are_meant_for(
    world: World, account: Account, boss: Account, browser: Browser, fault: str, expected: str, kind: str
) -> None:
    world.faults.arm(fault, person=account.email)
    assert code(validate(browser, ticket=ticket(world, boss))) is None
    assert code(validate(browser, ticket=ticket(world, account))) == expected
    assert fault in str(told(world, kind))
    assert code(validate(browser, ticket=ticket(world, account))) is None


def test_a_slow_answer_is_held_for_half_a_second_and_a_malformed_one_breaks_off_in_the_middle(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[float] = []
    monkeypatch.setattr(world.signals, "wait", lambda _, *, seconds: held.append(seconds))
    world.faults.arm("validation.slow", person=account.email)
    assert [code(validate(browser, ticket=ticket(world, account))) for _ in range(2)] == [None, None]
    assert held == [0.5]
    world.faults.arm("validation.malformed")
    half, whole = [get(browser, ticket=ticket(world, account)).content for _ in range(2)]
    assert (len(half), whole.startswith(half[:60])) == (len(whole) // 2, True)


def test_a_ticket_holds_letters_digits_and_hyphens_alone(world: World) -> None:
    """Which every CAS client takes."""
    made = {new_ticket_id(world, "ST") for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"ST-[0-9]{8}-[A-Za-z0-9-]{128}", name) for name in made)
