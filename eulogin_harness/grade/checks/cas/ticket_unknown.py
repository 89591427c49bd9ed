"""Whether a ticket is taken that EU Login never issued."""

from eulogin_harness.grade.cas_visits import check_arrival, come_back, service_of
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.ticket-unknown",
    title="A ticket that EU Login never issued signs somebody in",
    done="A browser begins to sign in, and comes back with a made-up ticket that ends with somebody's identifier.",
    expected="It asks EU Login about the ticket, reads that it is refused, and signs nobody in.",
    why="Anybody gets in without an account, and as whom they like.",
    source="CAS protocol 3.0, 2.5.3: INVALID_TICKET; CWE-287, improper authentication",
    weight=Weight.CRITICAL,
    remedy="validate-each-ticket",
)
def ticket_unknown(trial: Trial) -> None:
    visitor = trial.visitor()
    seen = come_back(trial, visitor, service_of(visitor), f"ST-12345678-{trial.user().uid}")
    trial.expect_nobody(seen, "a ticket that EU Login never issued")
    check_arrival(trial)
