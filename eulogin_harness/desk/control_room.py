"""The first page: where things start, what waits for somebody, and what happened last."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from eulogin_harness.certificate_authority import certificate_url
from eulogin_harness.desk.journal import lines, written_day
from mock_cpms.access.rules import newest_requests
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.model import PENDING, SignInRequest
from mock_world import World
from mock_world.fault_types import FAULTS
from mock_world.i18n import N_
from mock_world.web import current_world

room = Blueprint("room", __name__)

_EVENTS, _REQUESTS, _REFUSALS = 60, 5, 5  # newest ones shown
_BACK = 500  # newest lines of the journal among which refusals are looked for


@dataclass(frozen=True)
class Place:
    """A page of an actor where something starts."""

    label: str
    hint: str
    url: str


@room.get("/")
def control_room() -> str:
    world = current_world()
    events = world.journal.events(newest=_BACK)[::-1]
    return render_template(
        "desk/control_room.html",
        places=_urls(world),
        waiting=_waiting_phones(world),
        requests=[one for one in newest_requests(world, _REQUESTS) if one.open],
        refusals=[event for event in events if event.is_refusal][:_REFUSALS],
        faults=FAULTS,
        lines=lines(events[:_EVENTS]),
        newest_id=events[0].id if events else 0,
        written_day=written_day,
    )


def _urls(world: World) -> list[Place]:
    public = world.addresses.public
    authority = certificate_url(world)
    return [
        Place(N_("Create an account"), N_("EU Login"), public("idp", "/cas/eim/external/register.cgi")),
        Place(N_("Sign in"), N_("EU Login"), public("idp", "/cas/login")),
        Place(N_("See a sign-in"), N_("Debugger"), public("desk", "/debugger")),
        Place(N_("Open CPMS"), N_("CPMS 2.0"), public("cpms", "/screen/home")),
        Place(N_("Find a hospital"), N_("ERN search tool"), public("cpms", "/ernsd/screen/public")),
        *([Place(N_("Trust this mock"), N_("Certificate of its authority"), authority)] if authority else ()),
    ]


def _waiting_phones(world: World) -> list[tuple[SignInRequest, str]]:
    """Requests that a phone has still to answer, the newest first, each with whom it asks (e-mail address)."""
    query = (
        select(SignInRequest, Account.email)
        .join(Account, Account.uid == SignInRequest.uid)
        .where(SignInRequest.state == PENDING, SignInRequest.expires_at > world.clock.now())
        .order_by(SignInRequest.sent_at.desc())
    )
    with world.database.reading() as db:
        return [(request, email) for request, email in db.execute(query)]
