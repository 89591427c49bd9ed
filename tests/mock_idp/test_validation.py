"""Validation by parameter, address and failure code, in EU Login's dialect."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas import failures, proxying
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.services import NewService, register_service
from mock_idp.cas.tickets import ServiceTicket
from mock_idp.factors import PASSWORD_MOBILE_APP
from mock_world import World
from mock_world.server import Site
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


# Failure codes.

SELF_REGISTERED = (
    'Invalid user: "adaberg" belongs to "SELF_REGISTERED" users while application accepts only "INTERNAL" users or '
    "users with higher assurance levels"
)
FAILURES = [  # code, its documented text, the refusal in the journal, what is sent
    ("INVALID_REQUEST", "Parameters 'service' and 'ticket' are both required", "ticket.invalid_request",
     {"ticket": ""}),
    ("INVALID_REQUEST", "Parameters 'service' and 'ticket' are both required", "ticket.invalid_request",
     {"service": ""}),
    ("INVALID_REQUEST", "Parameter 'renew' is not valid", "ticket.invalid_parameter", {"renew": "perhaps"}),
    ("INVALID_TICKET", "Ticket not recognized", "ticket.invalid_ticket", {"ticket": "ST-1-unknown"}),
    ("INVALID_TICKET", "Ticket type not accepted: SERVICE", "ticket.wrong_type", {"ticketTypes": "PROXY"}),
    ("INVALID_SERVICE", "The ticket was not issued for this service", "ticket.invalid_service",
     {"service": SERVICE + "/"}),
    ("INVALID_USER", SELF_REGISTERED, "ticket.invalid_user", {"assuranceLevel": "TOP"}),
    ("INVALID_STRENGTH", "The strength of the sign-in is not accepted", "ticket.invalid_strength",
     {"acceptStrengths": "PASSWORD_MOBILE_APP,CLIENT_CERT"}),
    ("INSUFFICIENT_AUTHENTICATION_LEVEL", "The authentication level of the user is too low: BASIC",
     "ticket.insufficient_level", {"authenticationLevel": "MEDIUM"}),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "words", "kind", "change"), FAILURES)
def test_each_failure_has_its_code_its_text_and_a_line_in_the_journal(
    world: World, browser: Browser, expected: str, words: str, kind: str, change: dict[str, str]
) -> None:
    ada = create_account(world, NewAccount("Ada", "Berg", "ada@hospital.example", uid="adaberg"))
    query = {"ticket": ticket(world, ada)} | change
    answer = validate(browser, **query)
    assert (code(answer), answer.text) == (expected, words)
    fields = told(world, kind)
    assert not query["ticket"] or query["ticket"] not in str(fields)


def test_the_table_of_failures_has_every_code_but_those_of_faults_and_proxies() -> None:
    assert {row[0] for row in FAILURES} == set(failures.CODES.values()) - {"INTERNAL_ERROR"}


# Once, and in time.


def test_a_ticket_is_good_for_one_validation(world: World, account: Account, browser: Browser) -> None:
    number = ticket(world, account)
    assert code(validate(browser, ticket=number)) is None
    assert code(validate(browser, ticket=number)) == "INVALID_TICKET"
    assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that was validated before"


def test_of_two_at_the_same_instant_exactly_one_wins(world: World, account: Account, browser: Browser) -> None:
    for _ in range(5):
        number, together = ticket(world, account), threading.Barrier(4)

        def try_it(number: str = number, together: threading.Barrier = together) -> str | None:
            together.wait()
            return code(validate(browser, ticket=number))

        with ThreadPoolExecutor(4) as pool:
            found = [pool.submit(try_it) for _ in range(4)]
        assert sorted(str(each.result()) for each in found) == ["INVALID_TICKET"] * 3 + ["None"]


@pytest.mark.parametrize(("seconds", "expected"), [(299, None), (300, "INVALID_TICKET"), (301, "INVALID_TICKET")])
def test_a_ticket_lives_less_than_five_minutes(
    world: World, account: Account, browser: Browser, seconds: int, expected: str | None
) -> None:
    number = ticket(world, account)
    advance(world, timedelta(seconds=seconds))
    assert code(validate(browser, ticket=number)) == expected
    if expected:
        assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that is too old"


@pytest.mark.parametrize(
    "change",
    [
        {"service": "http://other.example/"},
        {"authenticationLevel": "HIGH"},
        {"assuranceLevel": "TOP"},
        {"ticketTypes": "PROXY"},
    ],
)
def test_whatever_else_is_wrong_uses_the_ticket_up(
    world: World, account: Account, browser: Browser, change: dict[str, str]
) -> None:
    number = ticket(world, account)
    assert code(validate(browser, ticket=number, **change)) is not None
    assert code(validate(browser, ticket=number)) == "INVALID_TICKET"


def test_a_request_that_says_nothing_leaves_the_ticket(world: World, account: Account, browser: Browser) -> None:
    number = ticket(world, account)
    assert code(validate(browser, ticket=number, service="")) == "INVALID_REQUEST"
    assert code(validate(browser, ticket=number, renew="perhaps")) == "INVALID_REQUEST"
    assert code(validate(browser, ticket=number)) is None


def test_a_ticket_of_another_world_is_worth_nothing(
    site: Site, world: World, account: Account, browser: Browser
) -> None:
    other = Browser(site.listeners["idp"])
    number = ticket(world, account)
    assert code(validate(other, ticket=number)) == "INVALID_TICKET"
    assert code(validate(browser, ticket=number)) is None


@pytest.mark.parametrize(
    "forged", ["ST-", "ST-1", "x" * 10_000, "\0", "';--", "\N{PILE OF POO}", "%FF", "ST-1\r\nX: y"]
)
def test_a_forged_ticket_is_not_recognized(world: World, account: Account, browser: Browser, forged: str) -> None:
    ticket(world, account)
    assert code(validate(browser, ticket=forged)) == "INVALID_TICKET"
    assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that this world never issued"


def test_bytes_that_are_no_text_are_no_ticket(browser: Browser) -> None:
    answer = requests.get(f"{browser.base}/cas/serviceValidate?service=%ff%fe&ticket=%c0%80", timeout=5)
    assert 'code="INVALID_TICKET"' in answer.text


def test_of_a_parameter_that_comes_twice_the_first_counts(world: World, account: Account, browser: Browser) -> None:
    query = [("service", SERVICE), ("ticket", ticket(world, account)), ("ticket", "x"), ("service", "http://b.example")]
    answer = requests.get(f"{browser.base}/cas/laxValidate", params=query, timeout=5)
    assert "authenticationSuccess" in answer.text


# Addresses and assurance.

LEVELS = {"NO_ASSURANCE": 0, "LOW": 10, "MEDIUM": 20, "HIGH": 30, "TOP": 40}
LEAST = {"laxValidate": 10, "sponsorValidate": 20, "interinstitutionalValidate": 30, "strictValidate": 40}
BY_XML = [path[1:] for path in ENDPOINTS if path not in {"/validate", "/ws/TicketValidationService/http/post"}]


@pytest.mark.parametrize("level", [0, 10, 20, 30, 40])
@pytest.mark.parametrize("path", BY_XML)
def test_each_address_has_its_least_assurance(world: World, browser: Browser, path: str, level: int) -> None:
    person = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", assurance_level=level))
    least = LEAST.get(path, 40)
    expected = None if level >= least else "INVALID_USER"
    assert code(validate(browser, path, ticket=ticket(world, person))) == expected
    if expected:
        assert told(world, "ticket.invalid_user")["least"] == least


@pytest.mark.parametrize(("name", "number"), LEVELS.items())
@pytest.mark.parametrize("path", ["serviceValidate", "p3/serviceValidate", "proxyValidate", "TicketValidationService"])
def test_where_no_level_is_in_the_name_the_sent_one_decides(
    world: World, browser: Browser, path: str, name: str, number: int
) -> None:
    for level in LEVELS.values():
        email = f"io{level}@hospital.example"
        person = create_account(world, NewAccount("Io", "Lind", email, assurance_level=level))
        for sent in (name, name.lower(), str(number)):
            answer = validate(browser, path, ticket=ticket(world, person), assuranceLevel=sent)
            assert code(answer) == (None if level >= number else "INVALID_USER")


@pytest.mark.parametrize(("path", "least"), LEAST.items())
def test_a_sent_level_raises_and_never_lowers_what_the_name_says(
    world: World, browser: Browser, path: str, least: int
) -> None:
    below = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", assurance_level=least - 1))
    just = create_account(world, NewAccount("Jo", "Lind", "jo@hospital.example", assurance_level=least))
    assert code(validate(browser, path, ticket=ticket(world, below), assuranceLevel="LOW")) == "INVALID_USER"
    assert code(validate(browser, path, ticket=ticket(world, just), assuranceLevel="LOW")) is None
    expected = None if least == 40 else "INVALID_USER"
    assert code(validate(browser, path, ticket=ticket(world, just), assuranceLevel="TOP")) == expected


def test_who_is_refused_at_a_registered_service_is_told_of_the_next_level(
    world: World, account: Account, browser: Browser
) -> None:
    register_service(world, NewService("http://app.example", least_assurance_level=25))
    assert '"INTERINSTITUTIONAL"' in str(validate(browser, ticket=ticket(world, account)).text)
    assert "least_assurance_level" in told(world, "ticket.invalid_user")["remedy"]


def test_all_addresses_take_a_form_too(world: World, boss: Account, browser: Browser) -> None:
    for path in ENDPOINTS:
        form = {"service": SERVICE, "ticket": ticket(world, boss), "userDetails": "true"}
        answer = requests.post(f"{browser.base}/cas{path}", data=form, timeout=5)
        assert ("yes\n" if path == "/validate" else f"<cas:email>{boss.email}</cas:email>") in answer.text


def test_the_address_of_a_form_takes_nothing_else(browser: Browser) -> None:
    assert requests.get(f"{browser.base}/cas/ws/TicketValidationService/http/post", timeout=5).status_code == 405


def test_the_first_version_answers_a_line_and_a_name(
    world: World, boss: Account, account: Account, browser: Browser
) -> None:
    answer = get(browser, "validate", ticket=ticket(world, boss))
    assert (answer.text, answer.headers["Content-Type"]) == ("yes\niotop42\n", "text/plain; charset=utf-8")
    assert get(browser, "validate", ticket=ticket(world, account)).text == "no\n\n"
    assert get(browser, "validate", ticket=ticket(world, account), assuranceLevel="LOW").text.startswith("yes\n")
    assert get(browser, "validate").text == "no\n\n"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("samlValidate", "SAML"),
        ("ws/TicketValidationService", "SOAP"),
        ("ws/TicketValidationService/soap/1.1", "SOAP"),
        ("ws/TicketValidationService/soap/1.2", "SOAP"),
        ("ws/CertLoginService/http/get", "certificates"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_mocked_names_what_is(world: World, browser: Browser, path: str, what: str, method: str) -> None:
    answer = requests.request(method, f"{browser.base}/cas/{path}", timeout=5)
    assert answer.status_code == 404
    assert f"does not speak {what}: validate tickets at /cas/serviceValidate" in answer.text
    assert told(world, "validation.not_mocked")["what"] == what


# Parameters.


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "renew": ["yes", "1", "true,false"],
        "userDetails": ["yes", "0"],
        "singleSignOut": ["on"],
        "format": ["YAML", "JSON;"],
        "version": ["NEWEST", "8.3.x", "1" * 10_000],
        "ticketTypes": ["OTHER", "SERVICE,OTHER", "SERVICE,PROXY,DESKTOP,SERVICE", "x" * 10_000],
        "assuranceLevel": ["BEST", "41", "15", "-1", "9" * 10_000, "\N{SUPERSCRIPT TWO}0"],
        "authenticationLevel": ["TOP", "LOW"],
        "proxyGrantingProtocol": ["OTHER", "CLIENT_CERT", "DESKTOP", "PGT_URL"],
        "userAddress": ["::1", "1.2.3", "1.2.3.4.5", "localhost"],
        "sessionId": ["a b", "x" * 10_000],
    }.items(),
)
def test_odd_values_are_refused_with_the_parameters_name(
    world: World, account: Account, browser: Browser, name: str, values: list[str]
) -> None:
    for value in values:
        answer = validate(browser, ticket=ticket(world, account), **{name: value})
        assert code(answer) == "INVALID_REQUEST", value
        fields = told(world, "ticket.invalid_parameter")
        assert fields["name"] in {name, "pgtUrl"}
        assert len(fields["got"]) <= 40


@pytest.mark.parametrize(
    "query",
    [
        {"sessionId": "0f4a9c", "userAddress": "192.0.2.7", "version": "CURRENT"},
        {"version": "current"},
        {"version": "8.3"},
        {"format": "xml", "renew": "FALSE", "userDetails": "", "groups": "", "ticketTypes": "", "pgtUrl": ""},
        {"ticketTypes": "service, proxy,DESKTOP"},
        {"authenticationLevel": "basic", "acceptStrengths": "PASSWORD", "assuranceLevel": ""},
    ],
)
def test_what_is_documented_is_accepted(
    world: World, account: Account, browser: Browser, query: dict[str, str]
) -> None:
    assert code(validate(browser, ticket=ticket(world, account), **query)) is None


def test_details_and_groups_come_when_asked_for(world: World, account: Account, browser: Browser) -> None:
    always = ["user", "authenticationLevel", "strengths", "authenticationFactors", "loginDate", "sso", "ticketType"]
    assert names(validate(browser, ticket=ticket(world, account))) == always
    assert names(validate(browser, ticket=ticket(world, account), userDetails="false", groups="")) == always
    some = validate(browser, ticket=ticket(world, account), groups="G2,G9")
    assert [group.text for group in some.findall("{*}groups/{*}group")] == ["G2"]
    none = validate(browser, ticket=ticket(world, account), groups="G9")
    assert [each.attrib for each in none.findall("{*}groups")] == [{"number": "0"}]


@pytest.mark.parametrize("path", ["laxValidate", "proxyValidate"])
@pytest.mark.parametrize("types", ["", "SERVICE", "PROXY", "DESKTOP", "SERVICE,PROXY"])
def test_addresses_take_the_types_that_are_asked_for(
    world: World, boss: Account, browser: Browser, path: str, types: str
) -> None:
    accepted = types.split(",") if types else ["SERVICE", "PROXY"] if path == "proxyValidate" else ["SERVICE"]
    for kind, make in (("SERVICE", ticket), ("PROXY", proxy_ticket)):
        answer = validate(browser, path, ticket=make(world, boss), ticketTypes=types)
        assert code(answer) == (None if kind in accepted else "INVALID_TICKET")
        if kind in accepted:
            assert text(answer, "ticketType") == kind
        else:
            assert f"ticketTypes={kind}" in told(world, "ticket.wrong_type")["remedy"]


def test_proxies_are_listed_the_last_one_first(world: World, boss: Account, browser: Browser) -> None:
    number = proxy_ticket(world, boss, "https://b.example/", "https://a.example/")
    answer = validate(browser, "proxyValidate", ticket=number)
    (proxies,) = answer.findall("{*}proxies")
    assert (proxies.attrib, [each.text for each in proxies]) == (
        {"number": "2"},
        ["https://b.example/", "https://a.example/"],
    )


def test_renew_refuses_single_sign_on(world: World, account: Account, browser: Browser) -> None:
    assert code(validate(browser, ticket=ticket(world, account, sso=True))) is None
    assert code(validate(browser, ticket=ticket(world, account, sso=False), renew="true")) is None
    assert code(validate(browser, ticket=ticket(world, account, sso=True), renew="true")) == "INVALID_TICKET"
    assert "/cas/login" in told(world, "ticket.not_fresh")["remedy"]


def test_the_fingerprint_of_the_transaction_is_to_be_proved(world: World, account: Account, browser: Browser) -> None:
    for digested in (base64.b64decode(SECRET), SECRET.encode()):
        number = alter(world, ticket(world, account), fingerprint=fingerprint(digested))
        assert code(validate(browser, ticket=number, clientFingerprint=SECRET)) is None


@pytest.mark.parametrize(
    ("sent", "expected", "kind"),
    [
        ("", "INVALID_REQUEST", "ticket.fingerprint_missing"),
        (fingerprint(base64.b64decode(SECRET)), "INVALID_TICKET", "ticket.fingerprint_wrong"),
        (SECRET[:-4], "INVALID_TICKET", "ticket.fingerprint_wrong"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "INVALID_TICKET", "ticket.fingerprint_wrong"),
        ("x" * 10_000, "INVALID_TICKET", "ticket.fingerprint_wrong"),
    ],
)
def test_without_it_or_with_another_nobody_is_named(
    world: World, account: Account, browser: Browser, sent: str, expected: str, kind: str
) -> None:
    number = alter(world, ticket(world, account), fingerprint=fingerprint(base64.b64decode(SECRET)))
    assert code(validate(browser, ticket=number, clientFingerprint=sent)) == expected
    assert SECRET not in str(told(world, kind))
    assert code(validate(browser, ticket=number, clientFingerprint=SECRET)) == "INVALID_TICKET"


def test_where_no_fingerprint_was_kept_none_is_compared(world: World, account: Account, browser: Browser) -> None:
    assert code(validate(browser, ticket=ticket(world, account), clientFingerprint="anything")) is None


@pytest.mark.parametrize(
    ("asked", "registered", "told_of_the_end"),
    [("", False, False), ("false", False, False), ("true", False, True), ("", True, True), ("false", True, True)],
)
def test_a_service_hears_of_the_sessions_end_if_it_asks_or_is_known_for_it(
    world: World, account: Account, browser: Browser, asked: str, *, registered: bool, told_of_the_end: bool
) -> None:
    register_service(world, NewService("http://app.example", single_logout=registered))
    number = ticket(world, account)
    assert code(validate(browser, ticket=number, singleSignOut=asked)) is None
    with world.database.session() as db:
        assert db.get_one(ServiceTicket, number).single_logout is told_of_the_end


def test_a_refused_validation_hears_nothing(world: World, account: Account, browser: Browser) -> None:
    number = ticket(world, account)
    assert code(validate(browser, ticket=number, singleSignOut="true", authenticationLevel="HIGH"))
    with world.database.session() as db:
        assert db.get_one(ServiceTicket, number).single_logout is False


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
    found = validate(browser, ticket=both, authenticationLevel="MEDIUM")
    assert [each.text for each in found.findall("{*}strengths/{*}strength")] == [PASSWORD_MOBILE_APP]
    both = alter(world, ticket(world, account), strengths=["PASSWORD", PASSWORD_MOBILE_APP])
    found = validate(browser, ticket=both, acceptStrengths="PASSWORD,NTLM")
    assert [each.text for each in found.findall("{*}strengths/{*}strength")] == ["PASSWORD"]
    assert text(found, "authenticationLevel") == "BASIC"


def test_a_proxy_granting_ticket_is_sent_after_everything_else_was_right(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def grant(world: World, ticket: ServiceTicket, account: Account, pgt_url: str) -> str:
        world.database.must_not_hold()
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


@pytest.mark.parametrize("protocol", ["CLIENT_CERT", "DESKTOP"])
def test_of_the_ways_to_a_proxy_only_the_call_back_is_mocked(
    world: World, account: Account, browser: Browser, protocol: str
) -> None:
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


def test_a_malformed_answer_breaks_off_in_the_middle(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("validation.malformed")
    half, whole = [get(browser, ticket=ticket(world, account)).content for _ in range(2)]
    assert len(half) == len(whole) // 2
    assert whole.startswith(half[:60])


def test_a_slow_answer_is_held_for_fifteen_seconds(
    world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[float] = []
    monkeypatch.setattr(world.signals, "wait", lambda _, *, seconds: held.append(seconds))
    world.faults.arm("validation.slow", person=account.email)
    assert [code(validate(browser, ticket=ticket(world, account))) for _ in range(2)] == [None, None]
    assert held == [15]
