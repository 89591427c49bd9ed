"""Whether a ticket is taken that another browser asked for (login CSRF)."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query


@check(
    "cas.ticket-of-another-browser",
    title="A ticket of somebody else's sign-in signs a browser in",
    done="An attacker asks for a ticket of their own, and a victim's browser opens the address with it.",
    expected="It knows which browser began the sign-in, such as by a random value in `service` and in a cookie.",
    why="The victim works in the attacker's account without noticing, and leaves there what is meant for the own one.",
    source="CAS protocol 3.0 has no `state`; the attack is login CSRF (RFC 6749, 10.12, of OAuth)",
    weight=Weight.LOW,
    remedy="bind-the-sign-in",
)
def ticket_of_another_browser(trial: Trial) -> None:
    attacker = trial.user()
    service = trial.visitor(attacker).begin()["service"]
    victim = trial.visitor()
    victim.open(with_query(service, {"ticket": trial.ticket(attacker, service)}))
    trial.expect_nobody(victim.look(), "a ticket that another browser had asked for")
