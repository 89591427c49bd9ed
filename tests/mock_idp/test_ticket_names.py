"""Tickets and the cookie of a sign-in have names that every CAS client takes."""

import re

import pytest

from mock_idp.accounts.model import Account
from mock_idp.cas import proxying
from mock_idp.cas.tickets import issue_ticket, new_ticket_id
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world import World
from tests.mock_idp.signing_in import SERVICE


def test_a_ticket_holds_letters_digits_and_hyphens_alone(world: World) -> None:
    names = {new_ticket_id(world, "ST") for _ in range(100)}
    assert len(names) == 100
    assert all(re.fullmatch(r"ST-[0-9]{8}-[A-Za-z0-9-]{128}", name) for name in names)


def test_a_session_holds_letters_digits_and_hyphens_alone(world: World, account: Account) -> None:
    names = {start_session(world, account, PASSWORD).id for _ in range(20)}
    assert all(re.fullmatch(r"[A-Za-z0-9-]{64}", name) for name in names)


def test_proxy_granting_tickets_hold_letters_digits_and_hyphens_alone(
    world: World, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(proxying, "_call_back", lambda *given: sent.append(given[-1]))
    ticket = issue_ticket(world, SignedIn(start_session(world, account, PASSWORD), account), SERVICE, sso=False)
    ious = [proxying.grant(world, ticket, account, "https://localhost/pgt") for _ in range(10)]
    assert [tickets["pgtIou"] for tickets in sent] == ious
    names = [name for tickets in sent for name in tickets.values()]
    assert all(re.fullmatch(r"PGT(IOU)?-[0-9]{8}-[A-Za-z0-9-]{128}", name) for name in names)
