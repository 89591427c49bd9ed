"""Whether a ticket that was used is taken once more."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query


@check(
    "cas.ticket-replayed",
    title="A ticket is taken twice",
    done="Somebody signs in; then another browser begins to sign in, and comes back with the ticket that was used.",
    expected="It asks EU Login again, which refuses the used ticket, and signs nobody in.",
    why="Tickets stand in addresses: in histories, logs of proxies, `Referer`. Whoever reads one there gets in.",
    source="CAS protocol 3.0, 3.1.1: a service ticket is valid for one validation attempt",
    weight=Weight.CRITICAL,
    remedy="validate-each-ticket",
)
def ticket_replayed(trial: Trial) -> None:
    ticket = trial.used_ticket(trial.signed_in())
    other = trial.visitor()
    other.open(with_query(other.begin()["service"], {"ticket": ticket}))
    trial.expect_nobody(other.look(), "a used ticket")
