"""A mock that runs for weeks forgets tickets and sessions that nobody can use or ask for any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mock_idp.accounts.model import Account
from mock_idp.cas import tickets
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.tickets import ServiceTicket, issue_ticket
from mock_idp.cas.validation import validate
from mock_idp.signin.sessions import SignedIn, SsoSession, start_session
from mock_world import Refusal, World
from tests.mock_idp.conftest import advance

SERVICE = "https://app.example/in"
VALIDATE = ENDPOINTS["/laxValidate"]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "KEPT", 2)


def issued(world: World, signed_in: SignedIn) -> str:
    advance(world, timedelta(seconds=1))
    return issue_ticket(world, signed_in, SERVICE, sso=False).id


def kept(world: World) -> set[str]:
    """Tickets that are there once the job has run that looks after them."""
    advance(world, timedelta(seconds=30))
    with world.database.session() as db:
        return set(db.scalars(select(ServiceTicket.id)))


def test_of_tickets_that_are_worth_nothing_the_newest_are_kept(world: World, signed_in: SignedIn) -> None:
    made = [issued(world, signed_in) for _ in range(4)]
    for ticket in made[:3]:
        validate(world, {"ticket": ticket, "service": SERVICE}, VALIDATE)
    assert kept(world) == {*made[2:]}
    with pytest.raises(Refusal) as refused:
        validate(world, {"ticket": made[2], "service": SERVICE}, VALIDATE)
    assert refused.value.got == "a ticket that was validated before"


def test_a_ticket_that_can_be_validated_stays_however_many_are_newer(world: World, signed_in: SignedIn) -> None:
    first, *others = [issued(world, signed_in) for _ in range(4)]
    for ticket in others:
        validate(world, {"ticket": ticket, "service": SERVICE}, VALIDATE)
    assert first in kept(world)
    assert validate(world, {"ticket": first, "service": SERVICE}, VALIDATE).ticket.id == first


def test_a_ticket_whose_service_is_to_be_told_of_the_end_stays(world: World, signed_in: SignedIn) -> None:
    world.settings.change({"dialect": "cas"})  # which tells every service
    made = [issued(world, signed_in) for _ in range(4)]
    for ticket in made:
        validate(world, {"ticket": ticket, "service": SERVICE}, VALIDATE)
    assert kept(world) == {*made}


def test_a_session_is_forgotten_a_day_after_its_end(world: World, signed_in: SignedIn, account: Account) -> None:
    def sessions() -> int:
        issued(world, signed_in)
        advance(world, timedelta(seconds=30))
        with world.database.session() as db:
            return len(list(db.scalars(select(SsoSession))))

    start_session(world, account, "PASSWORD")
    before = sessions()
    advance(world, timedelta(hours=14))
    assert sessions() == before
    advance(world, timedelta(days=1))
    assert sessions() == 0
