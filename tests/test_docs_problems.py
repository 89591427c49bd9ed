"""docs/problems.md: each row is lived through by a test, and each code, event and setting in it exists."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.names import PreparedWorldName
from eulogin_harness.prepared_worlds.catalogue import prepared_worlds
from eulogin_harness.settings import TABLE
from mock_idp.cas import proxying
from mock_idp.cas import refusals as cas_refusals
from mock_idp.oidc.refusals import OAuthRefusalKind
from mock_world import RefusalKind
from mock_world.events import EventType
from tests.eulogin_harness import test_integrators_tls as by_tls
from tests.mock_idp import test_integrators_applications as by_cas
from tests.mock_idp import test_integrators_openid as by_openid
from tests.mock_idp import test_loops
from tests.reference.cas_codes import codes_in, proxy_codes
from tests.reference.page import DOCS, codes
from tools.reference import declared

TEXT = (DOCS / "problems.md").read_text(encoding="utf-8")
TABLES = [line for line in TEXT.splitlines() if re.match(r"\| (?!problem|---)", line)]
LINES = [[cell.strip() for cell in line[1:-1].split("|")] for line in TABLES]
ROWS = {line[0]: line for line in LINES}
# Of the tables of tests, by problem: the event that they look at.
CASES = (
    {name: row[2] for name, row in by_cas.ROWS.items()}
    | dict.fromkeys(by_cas.NOTHING_REFUSED, "ticket.validated")
    | {name: row[3] for name, row in by_openid.REFUSED.items()}
    | {name: row[3] for name, row in by_openid.NOTHING_REFUSED.items()}
)
# Tests of one problem each.
TESTS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "proxy call-back of an authority that is not trusted": (
            by_cas.test_a_call_back_of_an_authority_that_is_not_trusted_is_told_apart
        ),
        "address of validation wrong": by_cas.test_a_ticket_that_comes_to_no_address_is_told_and_still_good,
        "issuer wrong": by_openid.test_discovery_at_no_address_is_told_with_the_issuer,
        "application's own cookie lost": test_loops.test_a_lost_cookie_is_left_to_the_browser_and_shows_in_the_journal,
        "our authority not trusted": (by_tls.test_a_client_that_does_not_trust_our_authority_is_told_in_the_journal),
        "clocks differ": by_openid.test_clocks_that_differ_are_told_in_seconds,
        "clock moved meanwhile": by_openid.test_a_clock_that_moved_meanwhile_makes_what_was_issued_too_old,
    }
)
KINDS = [kind for kinds in declared(RefusalKind).values() for kind in kinds]
PREPARED = [name for name, one in prepared_worlds().items() if one.group in {"cas", "openid", "both"}]
LOADED = [(row, name) for row, name in zip(ROWS, PREPARED, strict=True) if not prepared_worlds()[name].tls]
EVENTS = {kind.code for kind in KINDS} | {event.name for events in declared(EventType).values() for event in events}

# What an application is told, by refusal.
FAILURES = {
    **codes_in(cas_refusals),
    **proxy_codes(proxying),
    **{kind.code: kind.error for kind in KINDS if isinstance(kind, OAuthRefusalKind)},
    "call.authority_not_trusted": codes_in(proxying)[proxying.CALLBACK_FAILED.code],
}


def test_each_row_is_lived_through_by_a_test() -> None:
    assert len(ROWS) == len(LINES)
    assert {*ROWS} == {*CASES, *TESTS}


@pytest.mark.parametrize("name", CASES)
def test_the_event_is_that_of_the_test(name: str) -> None:
    assert codes(ROWS[name][2])[0] == CASES[name]


@pytest.mark.parametrize("name", ROWS)
def test_every_event_and_setting_exists(name: str) -> None:
    _, _, journal, remedy = ROWS[name]
    named = [code for code in codes(journal + remedy) if "." in code and not code.endswith(".pem")]
    assert [code for code in named if code not in EVENTS and code not in TABLE] == []


@pytest.mark.parametrize("name", ROWS)
def test_what_the_application_sees_is_the_code_of_that_refusal(name: str) -> None:
    seen, events = (codes(ROWS[name][column]) for column in (1, 2))
    by_code = [code for code in seen if code != "loop"]
    assert by_code == [FAILURES[event] for event in events[: len(by_code)]]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "prepared"), LOADED)
def test_each_row_is_a_prepared_world_whose_journal_has_its_event(
    world: World, name: str, prepared: PreparedWorldName
) -> None:
    world.prepared.load(prepared)
    named = {code for code in codes(ROWS[name][2]) if code in EVENTS}
    assert named & {event.type for event in world.events.list()}


def test_events_and_settings_of_the_sentences_exist() -> None:
    words = {code for code in codes(TEXT) if re.fullmatch(r"[a-z_]+\.[a-z_]+", code)} - {"ca.pem"}
    assert words <= EVENTS | {*TABLE}
