"""Why a test failed, in one sentence: as well as its world, its browser and its own error can say."""

from collections.abc import Callable, Sequence

from eulogin_harness.browser.shown import in_words
from eulogin_harness.pytest_plugin.reports.failure import Failure, cannot_answer, refusal_sentence
from eulogin_harness.pytest_plugin.reports.trouble import newest_trouble
from eulogin_harness.pytest_plugin.reports.waits import mail_waited_for, request_waited_for

Rule = Callable[[Failure], str | None]

_HINTS = frozenset({"signin.stray_parameters", "signin.parameter_ignored", "signin.gateway_without_ticket"})
_WENT_WELL = frozenset({"ticket.validated", "token.issued", "cpms.signed_in"})


def reason_of(failure: Failure) -> str:
    """The reason of a failure: one sentence, on one line."""
    sentences = (rule(failure) for rule in _RULES)
    return " ".join(next(sentence for sentence in sentences if sentence).split())


def _refused_call(failure: Failure) -> str | None:
    """The test's own call was refused."""
    error = failure.refused_call
    if error is None or error.type == "nothing-yet":
        return None
    for event in reversed(failure.report.events):
        if event.type == error.type and event.remedy is not None:
            return refusal_sentence(event)
    return f"The control API refused the test's call {error.call}: {error}"


def _trouble(failure: Failure) -> str | None:
    """The newest refusal or fault, and what the application made of it."""
    sentence, page = newest_trouble(failure.report.events), failure.page
    is_of_application = page is not None and not page["name"]
    return f"{sentence}{failure.where}" if sentence and is_of_application else sentence


def _open_request(failure: Failure) -> str | None:
    """A sign-in waits for a phone that nobody answered, or that cannot answer."""
    for request in failure.report.requests[-1:]:
        phones = [phone for phone in failure.report.phones if request.person in phone.accounts]
        states = [f"{phone.id}: {state}" for phone in phones if (state := cannot_answer(phone))]
        why = "; ".join(states) or f"nobody answered it on {', '.join(phone.id for phone in phones) or 'any phone'}"
        return f"The sign-in of {request.person} to {request.service} waits for a request to the phone: {why}"
    return None


def _not_redeemed(failure: Failure) -> str | None:
    """EU Login gave a ticket or code, and the application did nothing with it."""
    for item in failure.report.unredeemed[-1:]:
        verb = "validated" if item.kind == "ticket" else "redeemed"
        brought = f"the {item.kind} that {item.person} brought to {item.application}"
        return f"Nobody {verb} {brought}; likely: {item.causes[0]}{failure.where}"
    return None


def _hint(failure: Failure) -> str | None:
    """An application sent what EU Login does not know."""
    newest = next((event for event in reversed(failure.report.events) if event.type in _HINTS), None)
    return newest.sentence if newest else None


def _page_of_ours(failure: Failure) -> str | None:
    """The browser stands on a page of the mock, and nothing was refused."""
    page = failure.page
    if page is None or not page["name"]:
        return None
    waited = f", where the test waited for {locator}" if (locator := _locator(failure.error)) else ""
    buttons = f"; its buttons: {', '.join(page['buttons'])}" if page["buttons"] else ""
    refused = any(event.remedy is not None for event in failure.report.events)
    nothing = "no refusal explains it" if refused else "nothing was refused"
    return f"The browser is at {in_words(page)}{waited}; {nothing}{buttons}"


def _went_well(failure: Failure) -> str | None:
    """EU Login did its part: what the application makes of it is the application's."""
    newest = next((event for event in reversed(failure.report.events) if event.type in _WENT_WELL), None)
    if newest is None:
        return None
    return f"EU Login's part went well, so look at the application: {newest.sentence.rstrip('.')}{failure.where}"


def _never_struck(failure: Failure) -> str | None:
    """A fault was armed, and nothing came where it would have happened."""
    for fault in failure.report.faults[-1:]:
        whom = ", ".join(one for one in (fault.person, fault.service, fault.client_id) if one)
        known = "" if fault.known else f" (nobody is called {fault.person} here)"
        armed = f"The fault {fault.name} is armed{f' for {whom}' if whom else ''}"
        return f"{armed} and never happened{known}{failure.where}"
    return None


def _not_reached(failure: Failure) -> str | None:
    """Nobody asked for anything."""
    if failure.report.last_request is not None:
        return None
    question = f"was the application given the addresses of world {failure.report.world}?"
    return f"No browser and no application came to EU Login or CPMS in this world: {question}{failure.where}"


def _last_request(failure: Failure) -> str | None:
    where = f"; the browser is at {in_words(failure.page)}" if failure.page else ""
    return f"Nothing was refused and no sign-in was finished; last, {failure.report.last_request}{where}"


_RULES: Sequence[Rule] = (
    _refused_call,
    mail_waited_for,
    request_waited_for,
    _trouble,
    _open_request,
    _hint,
    _not_redeemed,
    _page_of_ours,
    _went_well,
    _never_struck,
    _not_reached,
    _last_request,
)


def _locator(error: BaseException | None) -> str:
    """What Playwright waited for, by its own words."""
    lines = str(error or "").splitlines()
    return next((line.partition("waiting for ")[2] for line in lines if "- waiting for " in line), "")
