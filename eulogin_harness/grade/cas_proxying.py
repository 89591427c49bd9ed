"""Tickets of another application that acts for a user (proxy tickets)."""

from eulogin_harness.grade.people import User
from eulogin_harness.grade.trial import Trial
from mock_idp.cas.proxying import ProxyGrant, issue_proxy_ticket
from mock_idp.cas.tickets import ServiceTicket, new_ticket_id

PROXY = "https://proxy.example/pgt"


def ticket_by_proxy(trial: Trial, user: User, service: str) -> str:
    """A ticket for `service` that the application at PROXY got for `user`. Raises Refusal where EU Login gives none."""
    world = trial.world
    ticket = trial.ticket(user, service)
    with world.database.session() as db:
        session = db.get_one(ServiceTicket, ticket).sid
        grant = new_ticket_id(world, "PGT")
        db.add(ProxyGrant(id=grant, uid=user.uid, sid=session, proxies=[PROXY], made_at=world.clock.now()))
    return issue_proxy_ticket(world, grant, service).id
