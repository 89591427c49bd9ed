"""Whether a ticket is taken that another application got for a user."""

from eulogin_harness.grade.cas_proxying import ticket_by_proxy
from eulogin_harness.grade.cas_visits import check_arrival, come_back, service_of
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.proxy-ticket",
    title="A ticket of another application that acts for the user signs it in",
    done="Another application, which EU Login lets act for its users, gets a ticket for this one and brings it here.",
    expected=(
        "It validates at serviceValidate, which refuses proxy tickets, or takes only proxies that it knows, and "
        "signs nobody in."
    ),
    why="Each application that may act as a proxy gets in as all people who sign in there.",
    source=(
        "CAS protocol 3.0, 2.5: serviceValidate refuses proxy tickets; 2.5.4 and 2.6.2: whether the proxies are "
        "trusted is the service's decision"
    ),
    weight=Weight.HIGH,
    remedy="validate-each-ticket",
)
def proxy_ticket(trial: Trial) -> None:
    visitor = trial.visitor()
    service = service_of(visitor)
    seen = come_back(trial, visitor, service, ticket_by_proxy(trial, trial.user(), service))
    trial.expect_nobody(seen, "a proxy ticket")
    check_arrival(trial)
