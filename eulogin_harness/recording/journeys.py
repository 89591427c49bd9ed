"""Several calls that one method of a page object, or one journey, does together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.recording.calls import Argument, Call, quoted

Arguments = tuple[str, ...]


@dataclass(frozen=True)
class Journey:
    """Calls that follow each other, apart from assertions, and what does them all.

    methods: of the calls. join: the one call; None where their arguments are not what it does. ends_at: arguments of
    the assertion that must follow on the last screen. reloads: a method that may lead to the same page again, since the
    next one waits for what is new there. keeps: those of an assertion before the last call that still
    holds afterwards; all others in between are of pages that were left.
    """

    methods: tuple[str, ...]
    join: Callable[[Sequence[Call]], Call | None]
    ends_at: Arguments = ()
    reloads: str = ""
    keeps: Arguments = ()


def _same_screen(method: str, *arguments_of: int) -> Callable[[Sequence[Call]], Call | None]:
    """A method of the page object that all calls are of, with the arguments of some of them."""

    def join(calls: Sequence[Call]) -> Call | None:
        if len({call.screen for call in calls}) != 1:
            return None
        return Call(calls[0].screen, method, tuple(one for number in arguments_of for one in _arguments(calls[number])))

    return join


def _arguments(call: Call) -> tuple[str | Argument, ...]:
    return call.arguments or ()


def _install(calls: Sequence[Call]) -> Call | None:
    wanted_app = _arguments(calls[0]) == (quoted("EU Login"),)
    return _same_screen("install_app")(calls) if wanted_app else None


def _sign_in(calls: Sequence[Call]) -> Call | None:
    joint = _same_screen("sign_in", 0, 2, 1)(calls)
    if joint is not None and joint.arguments and joint.arguments[-1] == quoted("Password"):
        return replace(joint, arguments=joint.arguments[:-1])
    return joint


def _log_out(calls: Sequence[Call]) -> Call | None:
    is_logout = _arguments(calls[0]) == (quoted("/logout"),)
    return _same_screen("log_out")(calls) if is_logout else None


def _sign_out_everywhere(calls: Sequence[Call]) -> Call | None:
    joint = _same_screen("sign_out")(calls)
    return replace(joint, options={"everywhere": "True"}) if joint else None


def _sign_up(calls: Sequence[Call]) -> Call | None:
    filled = calls[0]
    if filled.screen is None or calls[1].screen != filled.screen:
        return None
    return Call(None, "sign_up", (Argument(filled.screen),), filled.options)


def _link_phone(calls: Sequence[Call]) -> Call | None:
    filled, submitted, initialised, scanned, confirmed, done = calls
    computer, phone, pin = filled.screen, initialised.screen, filled.options.get("pin", "")
    scans = tuple(one.screen for one in _arguments(scanned) if isinstance(one, Argument))
    if computer is None or phone is None or submitted.screen != computer or scans != (computer,):
        return None
    if {scanned.screen, confirmed.screen, done.screen} != {phone} or _arguments(confirmed) != (pin,):
        return None
    name = {} if filled.options["name"] == quoted("My phone") else {"name": filled.options["name"]}
    return Call(None, "link_phone", (Argument(computer), Argument(phone), pin), name)


def _sign_in_with_app(calls: Sequence[Call]) -> Call | None:
    signed_in, approved = calls
    if signed_in.screen is None or approved.screen is None or _arguments(signed_in)[-1] != quoted(APP_METHOD):
        return None
    username, password, _ = _arguments(signed_in)
    screens = Argument(signed_in.screen), Argument(approved.screen)
    return Call(None, "sign_in_with_app", (*screens, username, password, *_arguments(approved)))


_OPEN, _CONTINUE = 'link("Open").click', 'link("Continue").click'
_INITIALISE, _AT_SCAN = 'link("Initialise").click', (quoted("phone-scan"),)
_APPROVED, _INITIALISED = (quoted("phone-home"), quoted("approved")), (quoted("device-qr"), quoted("initialised"))
# Those of one page object first: the others are made of them.
JOURNEYS = (
    Journey(("search_store", 'button("Install").click', _OPEN, "allow"), _install, reloads="search_store"),
    Journey((_INITIALISE, "allow"), _same_screen("initialise"), ends_at=_AT_SCAN),
    Journey((_INITIALISE,), _same_screen("initialise"), ends_at=_AT_SCAN),
    Journey(("go_on.click", "authenticate"), _same_screen("approve", 1), ends_at=_APPROVED),
    Journey(("enter_username", "choose_method", "enter_password"), _sign_in),
    Journey(("open", 'button("Log me out").click'), _log_out, ends_at=(quoted("logged-out"),)),
    Journey(("open_menu", 'button("Sign out").click'), _same_screen("sign_out")),
    Journey(("open_menu", 'button("Sign out here and at EU Login").click'), _sign_out_everywhere),
    Journey(("fill_sign_up", 'button("Create an account").click'), _sign_up, ends_at=(quoted("sign-up-sent"),)),
    Journey(
        ("fill_device", 'button("Submit").click', "initialise", "scan", "authenticate", _CONTINUE),
        _link_phone,
        keeps=_INITIALISED,
    ),
    Journey(("sign_in", "approve"), _sign_in_with_app),
)


def joined(calls: Sequence[Call]) -> list[Call]:
    """Calls put together to journeys, where there are some, without assertions about pages that only passed by."""
    done = _settled(calls)
    for journey in JOURNEYS:
        done = _join(done, journey)
    return done


def _settled(calls: Sequence[Call]) -> list[Call]:
    """A page that another one follows in its window, before anybody does anything, may be gone too soon to be seen."""
    return [call for number, call in enumerate(calls) if not (call.is_assertion and _passes(call, calls[number + 1 :]))]


def _passes(shown: Call, later: Sequence[Call]) -> bool:
    for call in later:
        if not call.is_assertion:
            return False
        same_window = shown.screen and call.screen and call.screen.window == shown.screen.window
        if same_window and call.method == "is_at":
            return True
    return False


def _join(calls: list[Call], journey: Journey) -> list[Call]:
    done, number = list[Call](), 0
    while number < len(calls):
        matched = _match(calls[number:], journey)
        done += matched[0] if matched else [calls[number]]
        number += matched[1] if matched else 1
    return done


def _match(calls: list[Call], journey: Journey) -> tuple[list[Call], int] | None:
    """What does the first calls, if the journey does, and how many they are."""
    if not calls or calls[0].is_assertion:
        return None
    numbers = [number for number, call in enumerate(calls) if not call.is_assertion][: len(journey.methods) + 1]
    steps = [calls[number] for number in numbers[: len(journey.methods)]]
    lead_on = not any(step.reloads and step.method != journey.reloads for step in steps)
    if tuple(step.method for step in steps) != journey.methods or not lead_on:
        return None
    last = numbers[len(journey.methods) - 1]
    after = numbers[len(journey.methods)] if len(numbers) > len(journey.methods) else len(calls)
    ends = [call.arguments for call in calls[last + 1 : after] if call.screen == steps[-1].screen]
    joint = journey.join(steps)
    if joint is None or (journey.ends_at and journey.ends_at not in ends):
        return None
    still = [call for call in calls[:last] if call.is_assertion and journey.keeps and call.arguments == journey.keeps]
    return [joint, *still[-1:]], last + 1
