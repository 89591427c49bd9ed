"""Whether what stands in a ticket becomes parameters of the question to EU Login."""

from eulogin_harness.grade.cas_visits import check_arrival, come_back, service_of
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "cas.ticket-not-encoded",
    title="A ticket adds parameters to the question to EU Login",
    done=(
        "A browser comes back with a ticket that holds `&pgtUrl=...` and `&service=...`, and EU Login looks what "
        "it is asked."
    ),
    expected="It encodes the ticket, so that EU Login is asked about one odd ticket, or refuses the ticket itself.",
    why=(
        "With a service of their own choice, attackers bring in tickets that were issued for another application; "
        "with pgtUrl they get proxy tickets in the name of the person."
    ),
    source="CVE-2014-4172; CAS protocol 3.0, 2.5.1",
    weight=Weight.CRITICAL,
    remedy="encode-the-ticket",
)
def ticket_not_encoded(trial: Trial) -> None:
    other = "http://localhost/another-application"
    visitor = trial.visitor()
    come_back(trial, visitor, service_of(visitor), f"ST-12345678-odd&pgtUrl={other}&service={other}")
    for call in trial.stand_in.calls:
        added = [name for name, value in call.query if name in {"pgtUrl", "service"} and value == other]
        if added:
            raise Unsound(f"EU Login was asked with {' and '.join(added)} out of the ticket, at {call.path}")
    check_arrival(trial)
