"""Whether the page to which EU Login sends the browser tells other sites its whole address."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial

if TYPE_CHECKING:
    from playwright.sync_api import Route

_OTHER = "other-site.example"
# What any picture or link of another site on that page would send; once before and once after its <meta> are read.
_PROBE = f"""
if (window === top && /[?&](ticket|code)=/.test(location.search)) {{
  const ask = () => {{ new Image().src = `${{location.protocol}}//{_OTHER}/picture`; }};
  ask();
  document.addEventListener("DOMContentLoaded", ask);
}}"""


@check(
    "session.ticket-in-referer",
    title="The ticket or the code is told to other sites by `Referer`",
    done="Somebody signs in; the page at the address with ticket or code, where one is shown, asks for a picture "
    "of another site.",
    expected="It shows no page at that address, or one whose `Referrer-Policy` keeps the address from other sites.",
    why="Every site of which that page loads a part, or to which it links, can read the ticket or the code.",
    source="RFC 9700, 4.2, credential leakage by Referer headers; CWE-598",
    weight=Weight.MEDIUM,
    remedy="leave-no-ticket",
)
def ticket_in_referer(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.visitor(user)
    referers: list[str] = []

    def answer(route: "Route") -> None:
        referers.append(route.request.headers.get("referer", ""))
        route.fulfill(status=204)

    own = {urlsplit(trial.application.service).hostname, urlsplit(trial.world.addresses.public("idp")).hostname}
    visitor.context.route(lambda address: urlsplit(address).hostname not in own, answer)
    visitor.context.add_init_script(_PROBE)
    visitor.arrive()
    trial.check_signed_in(visitor.look(), user)
    for address in referers:
        query = dict(parse_qsl(urlsplit(address).query))
        if {"ticket", "code"} & query.keys():
            raise Unsound(f"the page at {address.partition('?')[0]} sends its address with {', '.join(query)}")
