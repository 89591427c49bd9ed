"""Whether another server is believed to which EU Login sends the application on."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from eulogin_harness.grade.cas_visits import arrive_with, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.stand_in import Answer
from eulogin_harness.grade.trial import Trial

_PATH = "/cas/graded-elsewhere"


@check(
    "cas.answer-redirect",
    title="The answer of another host is believed",
    done="EU Login answers the question about a ticket with a redirect to another host, which answers with a success.",
    expected="It follows no redirect to another host when it asks EU Login, and signs nobody in.",
    why="Any way to make EU Login redirect there gives the tickets away, and lets that host say who is signed in.",
    source="CWE-940, improper verification of the source of a communication channel",
    weight=Weight.MEDIUM,
    remedy="read-the-answer",
)
def answer_redirect(trial: Trial) -> None:
    seen = arrive_with(trial, trial.user(), partial(_elsewhere, trial), xml=False)
    trial.expect_nobody(seen, "an answer of another host, to which EU Login had redirected")
    check_arrival(trial)


def _elsewhere(trial: Trial, answer: Answer) -> Answer:
    """Move an answer to another host: to another name of the same listener, in fact."""
    trial.stand_in.pages[_PATH] = answer
    there = urlsplit(trial.world.addresses.internal("idp", _PATH))
    name = "127.0.0.1" if there.hostname == "localhost" else "localhost"
    address = there._replace(netloc=f"{name}:{there.port}" if there.port else name).geturl()
    return replace(answer, status=302, headers=Headers({"Location": address}), body=b"")
