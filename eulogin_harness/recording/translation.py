"""From what was done to the calls that do it again."""

import keyword
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from eulogin_harness.documents.people import Persona
from eulogin_harness.recording.actions import (
    Action,
    ClockMoved,
    Ended,
    Entry,
    FaultChanged,
    Field,
    MailFollowed,
    PersonMade,
    PersonRegistered,
    RequestDecided,
)
from eulogin_harness.recording.calls import Argument, Call, ScreenKey, quoted
from eulogin_harness.recording.forms import press
from eulogin_harness.recording.journeys import joined
from eulogin_harness.recording.special_forms import sent_calls
from eulogin_harness.recording.unused_variables import without_unused
from eulogin_harness.recording.values import Values

# Buttons that only change what the form of the same page sends.
_OF_FORM = {("password", "button"), ("phone-pin", "button"), ("phone-request", "button"), ("phone-scan", "button")}
_OF_FORM |= {("phone-scan", "summary")}
_SHOWS_CODE = {"device-qr", "one-time-code"}
_BUTTONS = {"reloaded": "page.reload", "went_back": "page.go_back", "went_forward": "page.go_forward"}
_LONGEST_TEXT = 90
# Names that a scenario has already.
_VARIABLES = {"world", "page", "persona", "mailbox", "clock", "journal", "faults"}
_VARIABLES |= {"mail", "mails", "code", "request", "cpms", "handset"}
_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def translate(entries: Iterable[Entry]) -> tuple[list[Call], Values]:
    """The calls of a scenario in their order, and the values that they name."""
    translation = _Translation()
    for entry in entries:
        translation.add(entry)
    return joined(without_unused(translation.calls, translation.values)), translation.values


class _Translation:
    """What is known while entries are read one after another."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.values = Values()
        self._pages: dict[int, tuple[ScreenKey | None, str, str]] = {}  # what each window shows
        self._initial: dict[int, list[Call]] = {}  # windows of the recorder that nobody used yet
        self._followed_mail: set[int] = set()  # windows that come from a mail's link
        self._sent_forms: dict[int, tuple[str, str, tuple[Field, ...]]] = {}  # not answered yet, by window
        self._qr_code: ScreenKey | None = None
        self._mail_id = 0
        self._variables = _VARIABLES | {*keyword.kwlist}
        self._by_type: dict[type, Callable[..., None]] = {
            Action: self._action,
            MailFollowed: self._mail,
            PersonMade: self._person,
            PersonRegistered: self._registered,
            ClockMoved: self._clock,
            FaultChanged: self._fault,
            RequestDecided: self._decision,
            Ended: self._end,
        }

    def add(self, entry: Entry) -> None:
        self._by_type[type(entry)](entry)

    # In a browser.

    def _action(self, action: Action) -> None:
        screen = _screen(action)
        if action.kind == "shown":
            self._shown(screen, action)
        elif screen is None:
            return
        elif action.kind == "sent" and not self._is_repeated(action):
            self._do(action.window, sent_calls(screen, action, self.values))
        elif action.kind == "clicked" and (action.page, action.role) not in _OF_FORM:
            self._do(action.window, [_clicked(screen, action)])

    def _is_repeated(self, sent: Action) -> bool:
        """Whether a form is sent again before it was answered: by a double click, or a script that held it back."""
        what = sent.page, sent.name, tuple(field for field in sent.fields if field.label)
        repeated = self._sent_forms.get(sent.window) == what
        self._sent_forms[sent.window] = what
        return repeated

    def _do(self, window: int, calls: list[Call]) -> None:
        self.calls += [*self._initial.pop(window, []), *calls]

    def _shown(self, screen: ScreenKey | None, action: Action) -> None:
        self._sent_forms.pop(action.window, None)
        before, page, state = self._pages.get(action.window, (None, "", ""))
        self._pages[action.window] = screen, action.page, action.state
        if screen is None:
            return
        if page == "phone-scan" and action.page in {"phone-pin", "phone-code"}:
            self._do(action.window, self._scanned(screen))
        if action.cause == "followed" and (before, page, state) == self._pages[action.window]:
            self._mark_reload(screen)
        calls = [*self._opened(screen, action, before), *_assertions(screen, action)]
        if action.initial:
            self._initial[action.window] = calls
            return
        if action.cause == "opened":
            self._initial.pop(action.window, None)
        self._do(action.window, calls)
        if action.page in _SHOWS_CODE:
            self._qr_code = screen
        if action.page == "phone-code":
            self.values.one_time_code = "code"
            self.calls.append(Call(screen, "one_time_code.inner_text", result="code"))

    def _mark_reload(self, screen: ScreenKey) -> None:
        """The last thing that was done with a page led to the same one again."""
        for number, call in reversed([*enumerate(self.calls)]):
            if not call.is_assertion:
                if call.screen == screen:
                    self.calls[number] = replace(call, reloads=True)
                return

    def _opened(self, screen: ScreenKey, action: Action, before: ScreenKey | None) -> list[Call]:
        """How a window came to a page, where nothing on the page before led there."""
        if action.window in self._followed_mail:
            self._followed_mail.remove(action.window)
            return []
        if action.cause in _BUTTONS:
            return [Call(screen, _BUTTONS[action.cause])]
        if action.cause == "opened" or (action.cause == "followed" and before is None):
            return [Call(screen, "open", (quoted(action.path),) if action.path else ())]
        return []

    def _scanned(self, screen: ScreenKey) -> list[Call]:
        if self._qr_code is None:
            return []
        return [Call(screen, "scan", (Argument(self._qr_code, ".page.screenshot(full_page=True)"),))]

    # In the mailbox and the control room.

    def _mail(self, mail: MailFollowed) -> None:
        if mail.mail_id != self._mail_id:
            self.calls += self._waits(mail)
            self._mail_id = mail.mail_id
        clicked = Call(ScreenKey("Mailbox", mail.window), f"open_mail(mail.id).mail_link({quoted(mail.link)}).click")
        self._initial.pop(mail.window, None)
        self._do(mail.window, [clicked])
        self._followed_mail.add(mail.window)

    def _waits(self, mail: MailFollowed) -> list[Call]:
        """Wait for a mail, after the ones before it that look like it, unless they were waited for."""
        options = {"to": self.values.source("email", mail.to), "subject": quoted(mail.subject)}
        is_next = max(mail.earlier, default=0) <= self._mail_id < mail.mail_id
        first = Call(None, "mailbox.wait", (), options, result="mail")
        following = replace(first, options=options | {"after": "mail.id"})
        if is_next:
            return [following if mail.earlier else first]
        return [first, *(following for _ in mail.earlier)]

    def _person(self, made: PersonMade) -> None:
        person = made.person
        name = self._variable(person.first_name)
        options = {"first_name": quoted(person.first_name), "last_name": quoted(person.last_name)}
        options["email"] = quoted(person.email)
        options |= {field: self.values.source(field, secret) for field, secret in _secrets(person).items()}
        self.calls.append(Call(None, "persona", (quoted(person.stage),), options, result=name))
        self.values.learn("email", person.email, f"{name}.email")
        self.values.learn("email", person.uid, f"{name}.uid")
        if person.phone_id:
            self.values.phones[person.phone_id] = f"{name}.phone_id"

    def _variable(self, name: str) -> str:
        word = re.sub(r"[^a-z]", "", name.lower()) or "person"
        words = (word, *(f"{word}_{number}" for number in range(2, 1000)))
        variable = next(each for each in words if each not in self._variables)
        self._variables.add(variable)
        return variable

    def _registered(self, registered: PersonRegistered) -> None:
        options = f'person={self.values.source("email", registered.email)}, type="account.registered"'
        self.values.learn("email", registered.uid, f"journal.wait({options}).model_dump()['uid']".replace("'", '"'))

    def _clock(self, moved: ClockMoved) -> None:
        if moved.seconds > 0:
            self.calls.append(Call(None, "clock.advance", (), _units(moved.seconds)))
        if moved.frozen is not None:
            self.calls.append(Call(None, "clock.freeze" if moved.frozen else "clock.run"))

    def _fault(self, changed: FaultChanged) -> None:
        name = quoted(changed.name)
        if changed.options is None:
            self.calls.append(Call(None, "faults.disarm", (name,)))
            return
        options = {option: self._fault_option(option, value) for option, value in changed.options}
        self.calls.append(Call(None, "faults.arm", (name,), options))

    def _fault_option(self, option: str, value: str | float | None) -> str:
        if not isinstance(value, str):
            return "None" if value is None else f"{value:.15g}"
        return self.values.source("email", value) if option == "person" else quoted(value)

    def _decision(self, decided: RequestDecided) -> None:
        options = {"person": self.values.source("email", decided.person), "network": quoted(decided.network)}
        self.calls.append(Call(None, "world.access_requests.list", (), options, result="*_, request"))
        reason = {"reason": quoted(decided.reason)} if decided.reason else {}
        arguments = ("request.id", quoted(decided.decision))
        self.calls.append(Call(None, "world.access_requests.decide", arguments, reason))

    def _end(self, ended: Ended) -> None:
        for person, network, state in ended.requests:
            options = f"person={self.values.source('email', person)}, network={quoted(network)}"
            request = f"world.access_requests.list({options})[-1]"
            self.calls.append(Call(None, f"assert {request}.state == {quoted(state)}", None))


def _screen(action: Action) -> ScreenKey | None:
    """The page object of a page; None for pages of which only the outcome counts: control room, list of phones."""
    if action.actor == "phone":
        return ScreenKey("Handset", action.window, action.phone) if action.phone else None
    kinds = {"idp": ScreenKey("EuLogin", action.window), "cpms": ScreenKey("Cpms", action.window)}
    return kinds.get(action.actor)


def _clicked(screen: ScreenKey, action: Action) -> Call:
    if action.page == "phone-request" and action.name == "Continue":
        return Call(screen, "go_on.click")
    if screen.kind == "Cpms" and action.role == "summary" and action.name.endswith("menu"):
        return Call(screen, "open_menu")
    return press(screen, action)


def _assertions(screen: ScreenKey, action: Action) -> list[Call]:
    state = () if action.state == "ready" else (quoted(action.state),)
    heading = {"heading": quoted(action.heading)} if _is_stable(action.heading) else {}
    begin = re.split(r"\d", action.alert)[0].strip()
    alert = [Call(screen, "has_alert", (quoted(begin),))] if _is_stable(begin) else []
    return [Call(screen, "is_at", (quoted(action.page), *state), heading), *alert]


def _is_stable(text: str) -> bool:
    """Whether it is the same each time, and short: digits may be of a time, of a code or of a user id."""
    return 0 < len(text) <= _LONGEST_TEXT and not re.search(r"\d", text.replace("CPMS 2.0", ""))


def _secrets(person: Persona) -> dict[str, str]:
    return {name: value for name, value in (("password", person.password), ("pin", person.pin)) if value}


def _units(seconds: int) -> dict[str, str]:
    """Options of Clock.advance."""
    units = {}
    for name, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            units[name] = str(count)
    return units
