"""What shows that a step of a guide was really done: events of the journal, by the step's name.

A step that no event can show, such as one to be read or a field to be filled in, is not listed: whoever plays ticks it,
or goes on with the next one.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

PAGE = "page.shown"


class JournalEvent(Protocol):
    """What is read of an event."""

    @property
    def type(self) -> str: ...

    @property
    def fields(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Deed:
    """An event that completes a step.

    event: its type. page, state: of a page that was shown; an empty state is any. after: what must have happened
    before, as `occurrence_of` names it; empty is nothing.
    """

    event: str
    page: str = ""
    state: str = ""
    after: str = ""

    def is_shown_by(self, event: JournalEvent, before: Container[str]) -> bool:
        """Whether this event is the one. before: what happened earlier."""
        if event.type != self.event or (self.after and self.after not in before):
            return False
        fields = event.fields
        return self.page in {"", fields.get("page")} and self.state in {"", fields.get("state")}


def occurrence_of(event: JournalEvent) -> str:
    """What `after` calls an event: its type, or `page home` for a page that was shown."""
    return f"page {event.fields.get('page')}" if event.type == PAGE else event.type


def _did(event: str, after: str = "") -> Deed:
    return Deed(event, after=after)


def _saw(page: str, state: str = "", after: str = "") -> Deed:
    return Deed(PAGE, page, state, after)


DEEDS: Mapping[str, tuple[Deed, ...]] = {
    "sign-up.open": (_saw("register"),),
    "sign-up.create": (_did("account.registered"),),
    "sign-up.sent": (_saw("play-mailbox", after="link.sent"), _saw("play-mail", after="link.sent")),
    "sign-up.link": (_saw("new-password"),),
    "sign-up.password": (_did("password.set"),),
    "sign-up.ready": (_saw("password-set"),),
    "late-link.ask": (_did("link.sent", after="password.set"),),
    "late-link.mail": (_saw("new-password", after="password.set"),),
    "phone.store": (_did("phone.app_installed"),),
    "phone.open": (_saw("phone-permission", "notifications"),),
    "phone.notifications": (_saw("phone-home", "welcome"),),
    "phone.sign-in": (_saw("successful-login"), _saw("account")),
    "phone.account": (_saw("account"),),
    "phone.manage": (_saw("devices"),),
    "phone.add": (_saw("add-device"),),
    "phone.details": (_did("device.added"),),
    "phone.code": (_saw("device-qr", "waiting"),),
    "phone.initialise": (_saw("phone-permission", "camera"), _saw("phone-scan")),
    "phone.camera": (_saw("phone-scan"),),
    "phone.scan": (_did("phone.scanned"),),
    "phone.pin": (_did("phone.initialised"),),
    "phone.ready": (_saw("phone-home", "ready"),),
    "phone-again.delete": (_saw("confirm"),),
    "phone-again.confirm": (_did("device.deleted"),),
    "phone-again.add": (_saw("add-device", after="device.deleted"),),
    "sign-in.home": (_saw("whoami", after="page home"), _saw("password", after="page home")),
    "sign-in.email": (_saw("password", after="page home"),),
    "sign-in.submit": (_did("request.sent"),),
    "sign-in.waiting": (_saw("phone-request", "pin"), _did("phone.approved")),
    "sign-in.pin": (_did("phone.approved"),),
    "sign-in.done": (_did("cpms.signed_in"),),
    "access.next": (_did("profile.completed"),),
    "access.submit": (_did("access.requested"),),
    "access.status": (_saw("access-status"),),
    "access.mail": (_saw("play-mail", after="access.requested"),),
    "question.mail": (_saw("play-mail", after="access.question"),),
    "question.answer": (_did("access.replied"),),
    "decision.approve": (_did("access.approved"),),
    "decision.mail": (_saw("play-mail", after="access.approved"),),
    "decision.dashboard": (_saw("dashboard"),),
    "search.open": (_saw("search", "found"), _saw("search", "nothing-found")),
    "search.result": (_saw("search", "found"),),
    "app.welcome": (_saw("phone-home", "welcome"),),
    "app.home": (_saw("phone-home", "ready"),),
    "app.request": (_saw("phone-request"),),
    "app.settings": (_did("phone.sensor_enrolled"),),
    "app.offline-scan": (_saw("phone-code"),),
    "app.offline-code": (_did("otp.accepted"),),
    "app.accounts": (_did("phone.account_switched"),),
    "app.other-account": (_saw("phone-request", "other-account"),),
    "app.deny": (_did("phone.denied"),),
    "app.forgotten-pin": (_did("phone.pin_changed"),),
    "app.unlink": (_did("phone.account_removed"),),
    "app.remove": (_did("phone.app_removed"),),
    "app.reinstalled": (_did("phone.initialised", after="phone.app_removed"),),
}

DEEDS_BY_EVENT: Mapping[str, list[tuple[str, Deed]]] = {
    type_: [(step, deed) for step, deeds in DEEDS.items() for deed in deeds if deed.event == type_]
    for type_ in {deed.event for deeds in DEEDS.values() for deed in deeds}
}
"""The steps that an event may complete, by its type."""
