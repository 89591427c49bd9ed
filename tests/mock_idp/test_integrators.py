"""What integrators get wrong with tickets: the sentence that explains it, and the way out that it names."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.service_mismatch import mismatch, shown
from mock_idp.signin.services import NewService, register_service
from mock_world import World
from tests.mock_idp import signing_in
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signing_in import told
from tests.mock_idp.validating import SERVICE, code, ticket, validate

APP = "https://app.example/in"
LEFT = f"{APP}?ticket=ST-12345678-abcDEF_-9"


@pytest.mark.parametrize(
    ("at_login", "at_validation", "words"),
    [
        (APP, APP + "/", "a slash at the end at the validation only"),
        (APP + "/", APP, "a slash at the end at login only"),
        ("https://app.example", "https://app.example/", "a slash at the end at the validation only"),
        (APP, APP.replace("https", "http"), "https:// at login, http:// at the validation (an application behind a"),
        (APP, APP.replace("app", "www"), "host app.example at login, www.example at the validation"),
        (APP, LEFT, "the parameter ticket was left in the address (take it off before"),
        (LEFT, APP, "the parameter ticket was left in the address"),
        (APP + "?a=1", f"{APP}?a=1&ticket=ST-1", "the parameter ticket was left in the address"),
        (APP + "?next=/a b", APP + "?next=%2Fa%20b", "they are encoded differently (encode the address once"),
        (APP + "?next=%2Fa", APP + "?next=%252Fa", "they are encoded differently"),
        (APP + "?next=%252Fa", APP + "?next=%2Fa", "they are encoded differently"),
        (
            APP + "/a%20b?x=1",
            APP + "/a b?x=2",
            "(encode the address once, as a parameter's value); the query differs in x",
        ),
        (APP, "https%3A%2F%2Fapp.example%2Fin", "they are encoded differently"),
        (APP, APP.replace("/in", "/IN"), "capitals in the path differ"),
        (APP, APP + "/more", "path /in at login, /in/more at the validation"),
        (APP + "?a=1&b=2", APP + "?b=2&a=1", "the parameters of the query stand in another order"),
        (APP + "?a=1", APP + "?a=2", "the query differs in a"),
        (APP + "?a=1", APP, "the query differs in a"),
        (APP, APP + "#top", "one has a fragment (#...) that the other lacks; leave it out of both"),
        (APP + "#top", APP, "one has a fragment (#...) that the other lacks"),
        (APP + "#top", APP + "#end", "the fragments (#...) differ; leave them out of both"),
        (APP + "?a=&b=1", APP + "?b=1", "the query differs in a"),
        (APP + "?a=1&b=2", APP + "?a=1&a=1&b=2", "the query differs in a"),
        (APP + "?a=1", APP + "?a=1&", "the query says the same in other signs (encode the address once"),
        (APP + "?next=%2Fa", APP.replace("https", "http") + "?next=/a", "the query says the same in other signs"),
        (APP, APP.replace("https", "http") + "/", "http:// at the validation (an application behind a proxy must know"),
        (APP, "http://[", "the addresses differ"),
        (APP, APP + " /", "path /in at login, /in / at the validation"),
    ],
)
def test_a_service_that_differs_is_told_in_which_way(at_login: str, at_validation: str, words: str) -> None:
    assert words in mismatch(at_login, at_validation)


def test_blanks_around_a_service_count_neither_at_login_nor_here(
    world: World, account: Account, browser: Browser
) -> None:
    signing_in.sign_in(browser, account, service=f" {APP} ")
    assert code(validate(browser, ticket=signing_in.ticket(world, browser).id, service=f" {APP} ")) is None


@settings(deadline=None, database=None, derandomize=True)
@given(st.text(), st.text())
@example("http://[", "http://\u2100.example/")
@example("http://a.example/?%", "http://a.example/?%25")
def test_whatever_differs_there_is_a_sentence_for_it(one: str, other: str) -> None:
    assert mismatch(one, other)
    assert mismatch(f"http://a.example/{one}", f"http://a.example/{other}")


def test_a_ticket_in_an_address_is_not_written_down(world: World, account: Account, browser: Browser) -> None:
    assert shown(LEFT) == f"{APP}?ticket=ST-..."
    assert shown(APP + "?next=%3Fticket%3DPT-1-abc") == f"{APP}?next=%3Fticket%3DPT-..."
    assert shown(APP + "?pgtIou=PGTIOU-1-a_b&pgtId=PGT-1-a-b") == APP + "?pgtIou=PGTIOU-...&pgtId=PGT-..."
    assert len(shown(APP + "x" * 10_000)) == 200
    assert code(validate(browser, ticket=ticket(world, account, service=LEFT), service=LEFT)) is None
    assert code(validate(browser, ticket=ticket(world, account, service=LEFT), service=APP)) == "INVALID_SERVICE"
    assert "abcDEF" not in str([event.fields for event in world.journal.events()])


OF_THE_ADDRESS = "call /laxValidate or send assuranceLevel=LOW to accept self-registered people"
OF_THE_REGISTRY = "lower least_assurance_level of the registered service, or sign in as a person of that level"


@pytest.mark.parametrize(
    ("path", "registered", "remedy"),
    [
        ("laxValidate", 10, ""),
        ("laxValidate", 25, OF_THE_REGISTRY),
        ("serviceValidate", 10, OF_THE_ADDRESS),
        ("serviceValidate", 25, OF_THE_REGISTRY),
    ],
)
def test_where_a_service_is_registered_for_more_the_way_out_is_another(
    world: World, account: Account, browser: Browser, path: str, registered: int, remedy: str
) -> None:
    register_service(world, NewService(SERVICE, least_assurance_level=registered))
    answer = validate(browser, path, ticket=ticket(world, account))
    assert code(answer) == ("INVALID_USER" if remedy else None)
    if remedy:
        assert told(world, "ticket.invalid_user")["remedy"] == remedy
        assert ('"INTERINSTITUTIONAL"' if path == "laxValidate" else '"INTERNAL"') in str(answer.text)


def test_a_disabled_account_is_not_named(world: World, browser: Browser) -> None:
    one = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example"))
    number = ticket(world, one)
    with world.database.session() as db:
        db.get_one(Account, one.uid).disabled = True
    assert code(validate(browser, ticket=number, service=SERVICE)) == "INVALID_TICKET"
    assert "disabled" in told(world, "ticket.invalid_ticket")["got"]
