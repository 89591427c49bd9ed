"""Whether a ticket is taken that was issued for another application."""

from eulogin_harness.grade.cas_visits import check_arrival, come_back, service_of
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query


@check(
    "cas.ticket-of-another-service",
    title="A ticket for another application signs somebody in",
    done=(
        "Somebody's ticket for another application is brought to this one, alone and with that one's address as "
        "`service`."
    ),
    expected=(
        "It validates tickets for its own address alone, never for one that the request names, and signs nobody in."
    ),
    why="Whoever runs any other application behind EU Login gets in as each person who signs in there.",
    source="CAS protocol 3.0, 3.1.1: a ticket is valid only for the service that was named at /login",
    weight=Weight.CRITICAL,
    remedy="service-from-settings",
)
def ticket_of_another_service(trial: Trial) -> None:
    other = "http://localhost/another-application"
    for named in ({}, {"service": other}):
        visitor = trial.visitor()
        service = with_query(service_of(visitor), named)
        seen = come_back(trial, visitor, service, trial.ticket(trial.user(), other))
        trial.expect_nobody(seen, "a ticket for another application" + (", which the request named" if named else ""))
    check_arrival(trial)
