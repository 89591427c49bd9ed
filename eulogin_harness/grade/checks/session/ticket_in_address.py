"""Whether the ticket or the code stays in the address."""

from urllib.parse import parse_qsl, urlsplit

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "session.ticket-in-address",
    title="The ticket or the code stays in the address",
    done="Somebody signs in, and the address of the page that is shown then is read.",
    expected="It sends the browser on to an address without it.",
    why="Addresses are copied into mails, bookmarks and histories; with it they do not work, or work for others.",
    source="RFC 9700, 4.3.1, authorization code in browser history; CWE-598",
    weight=Weight.LOW,
    remedy="leave-no-ticket",
)
def ticket_in_address(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.visitor(user)
    visitor.arrive()
    landed = urlsplit(visitor.page.url)
    trial.check_signed_in(visitor.look(), user)
    name = "ticket" if trial.application.protocol == "cas" else "code"
    if name in dict(parse_qsl(landed.query)):
        raise Unsound(f"signed in, the browser stands at {landed.path}?...{name}=...")
