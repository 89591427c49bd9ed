"""The phone with the EU Login app, as one class. Its pages and the control API stand on it."""

import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from math import ceil
from typing import Any

from sqlalchemy import delete, update

from mock_phone import refusals as no
from mock_phone.codes import EnrolmentCode, read_picture, understand
from mock_phone.eu_login import Decision, Enrolled, answer_request, enrol, open_requests
from mock_phone.handset import Handset, acting
from mock_phone.model import AccountRow, LinkedAccount, OpenRequest
from mock_world import settings as s
from mock_world.journal import EventType
from mock_world.refusal import Refusal

SCANNED = EventType("phone.scanned", "The app scanned the QR code of a new device.")
INITIALISED = EventType("phone.initialised", "The app was initialised with a scanned QR code and its PIN.")
LINKED = EventType("phone.linked", "A ready account was put on the phone, without scanning.")
UNLINKED = EventType("phone.unlinked", "EU Login no longer knew the device of an account.")
APPROVED = EventType("phone.approved", "A request was approved on the phone.")
DENIED = EventType("phone.denied", "A request was denied on the phone.")

_DEVICE = {"os": "Mock OS 1", "manufacturer": "Mock", "model": "Phone 1"}  # told to EU Login
_PIN = re.compile(r"[0-9]{4}")
_LONGEST_POLL = 30.0  # seconds that EU Login is asked to hold one answer
_TURN = 1.0  # seconds until the next account has its turn
_DEAD_CODES = {no.CODE_EXPIRED, no.CODE_USED, no.CODE_UNKNOWN, no.DEVICE_BLOCKED}


class Phone(Handset):
    """A phone with the EU Login app, as people know it. Its methods raise Refusal (`phone.*`).

    Of EU Login it needs only the HTTP interface, at the address that the QR code names.
    """

    @acting()
    def scan(self, *, image: bytes | None = None, payload: str | None = None) -> EnrolmentCode:
        """Scan the QR code of a new device (guide, G17), out of a picture or from its address.

        Raises Refusal (phone.no_code, .picture_unreadable, .code_foreign, .code_of_sign_in, .camera_off,
        .notifications_off, .not_installed, .one_account); TypeError unless exactly one of the two is given.
        """
        if (image is None) == (payload is None):
            raise TypeError("scan() takes either an image or a payload")
        self._must_be_ready_to_initialise()
        address = (payload or "") if image is None else self._photograph(image)
        code = understand(self.world, address)
        self._must_have_room_for(code.account)
        with self._row() as row:
            row.scanned = address
            self._record(SCANNED, code.account)
        return code

    def _photograph(self, image: bytes) -> str:
        if not self.settings.camera:
            raise self._no(no.CAMERA_OFF, got="a phone whose camera is not allowed")
        return read_picture(self.world, image)

    @property
    def scanned(self) -> EnrolmentCode | None:
        """The QR code that waits for its PIN."""
        address = self._read().scanned
        return understand(self.world, address) if address else None

    def forget_scan(self) -> None:
        """Give up initialising with the QR code scanned last."""
        with self._row() as row:
            row.scanned = ""

    @acting()
    def initialise(self, pin: str) -> LinkedAccount:
        """Confirm the scanned QR code with the PIN chosen on the computer (guide, G18).

        Raises Refusal (phone.nothing_scanned, .pin_form, .pin_wrong, .device_blocked, .code_expired,
        .code_used, .code_unknown, .offline, .eu_login_unreachable).
        """
        self._must_be_ready_to_initialise()
        code = self.scanned
        if code is None:
            raise self._no(no.NOTHING_SCANNED, got="no QR code")
        self._check_form(pin)
        self._must_be_online()
        try:
            enrolled = enrol(self.world, code, pin, _DEVICE | {"name": self.id})
        except Refusal as refusal:
            if refusal.kind in _DEAD_CODES:
                self.forget_scan()
            raise
        return self._put(enrolled, code.server, INITIALISED)

    @acting()
    def link(self, *, account: str, device_identifier: str, secret: str, server: str) -> LinkedAccount:
        """Put a ready account on the phone, the app with it, without any call. Joins the transaction at hand.

        secret: base64url, as EU Login keeps it for the device. server: back-channel base of EU Login;
        empty is that of the phone's own world, which holds in a copy of the world too. Raises ValueError where
        `secret` or `device_identifier` is none.
        """
        ready = Enrolled(device_identifier=device_identifier, account=account, secret=secret)
        return self._put(ready, server.rstrip("/"), LINKED)

    def _put(self, enrolled: Enrolled, server: str, event: EventType) -> LinkedAccount:
        """Keep an account; the same one of before is replaced."""
        server = "" if server == self.world.addresses.internal("idp") else server
        new = AccountRow(
            phone=self._number,
            **enrolled.model_dump(),
            server=server,
            linked_at=self.world.clock.now(),
            known=True,
        )
        with self.world.database.session() as db, self._row() as row:
            db.execute(delete(AccountRow).filter_by(phone=new.phone, account=new.account, server=server))
            db.add(new)
            row.installed = True
            row.scanned = ""
            self._record(event, new.account)
        return LinkedAccount.model_validate(new)

    def requests(self, wait: float = 0) -> list[OpenRequest]:
        """Sign-ins that wait for this phone, of all its accounts; waits up to `wait` seconds for the first.

        Raises Refusal (phone.offline; where none was found, what an account met: phone.device_blocked,
        .eu_login_unreachable, .eu_login_answer).
        """
        return self._look({}, wait)

    @acting()
    def _look(
        self, refused: dict[int, Refusal], wait: float = 0, seen: frozenset[str] = frozenset()
    ) -> list[OpenRequest]:
        """Ask for all accounts but those in `refused` (by their id), where others are put that meet a no.

        Waits up to `wait` seconds as long as the requests are those in `seen` (ids).
        """
        accounts = [account for account in self._accounts() if account.known]
        if accounts:
            self._must_be_online()
        found = {account.id: self._ask(account, refused) for account in accounts}
        answering = [account for account in accounts if account.id not in refused]
        for account, seconds in _turns(answering, wait):
            if {request.id for each in found.values() for request in each} != seen:
                break
            found[account.id] = self._ask(account, refused, seconds, found[account.id])
        trouble = [refusal for refusal in refused.values() if refusal.kind != no.DEVICE_UNKNOWN]
        if trouble and not any(found.values()):
            raise trouble[0]
        return [request for each in found.values() for request in each]

    def _ask(
        self, account: AccountRow, refused: dict[int, Refusal], wait: float = 0, seen: Sequence[OpenRequest] = ()
    ) -> list[OpenRequest]:
        if account.id in refused:
            return []
        try:
            return open_requests(self.world, account, wait, [request.id for request in seen])
        except Refusal as refusal:
            refused[account.id] = refusal
            if refusal.kind == no.DEVICE_UNKNOWN:
                self._unlink(account)
            return []

    def _unlink(self, account: AccountRow) -> None:
        with self.world.database.session() as db:
            db.execute(update(AccountRow).filter_by(id=account.id).values(known=False))
            self._record(UNLINKED, account.account)
            self.world.signals.notify(self.topic)

    @acting()
    def approve(self, pin: str, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with the PIN (guide, G21); returns what was approved.

        request: its id, needed where several are open. wait: seconds to wait for a request.
        Raises Refusal (phone.no_request, .several_requests, .request_gone, .pin_form, .pin_wrong,
        .device_blocked, .request_lapsed, .request_answered, .not_initialised, .offline ...).
        """
        self._check_form(pin)
        return self._answer("approve", request, wait, pin=pin)

    @acting()
    def approve_with_biometrics(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with fingerprint or face (guide, G22). Raises Refusal (phone.biometrics_off ...)."""
        if not self.settings.biometrics:
            raise self._no(no.BIOMETRICS_OFF, got="a phone without biometrics")
        return self._answer("approve", request, wait)

    @acting()
    def deny(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Deny; needs no PIN."""
        return self._answer("deny", request, wait)

    def _answer(self, decision: Decision, request: str | None, wait: float, pin: str | None = None) -> OpenRequest:
        chosen = self._choose(request, wait)
        of = (chosen.account, chosen.server)
        account = next(a for a in self._accounts() if (a.account, a.server) == of)
        answer_request(self.world, account, chosen, decision, pin=pin)
        if decision == "deny":
            self._record(DENIED, chosen.account, service=chosen.service)
        else:
            by = "biometrics" if pin is None else "pin"
            self._record(APPROVED, chosen.account, service=chosen.service, verified_by=by)
        self.world.signals.notify(self.topic)
        return chosen

    def _choose(self, request: str | None, wait: float) -> OpenRequest:
        self._must_be_initialised()
        found = self.requests(wait)
        if request is not None:
            found = [one for one in found if one.id == request]
            if not found:
                raise self._no(no.REQUEST_GONE, got="another id")
        if not found:
            raise self._no(no.NO_REQUEST, got=f"none within {wait:g} seconds")
        if len(found) > 1:
            ids = ", ".join(one.id for one in found)
            raise self._no(no.SEVERAL_REQUESTS, got="none of them named", count=len(found), ids=ids)
        return found[0]

    def wait_for_news(self, seen: frozenset[str], seconds: float) -> list[OpenRequest]:
        """Open requests, as soon as they are others than `seen` (ids), at the latest after `seconds`."""
        return self._look({}, seconds, seen)

    def shows(self) -> dict[str, Any]:
        """What the screen shows, as JSON; no secret in it. `trouble` says why requests cannot be seen."""
        row, code = self._read(), self.scanned
        requests, trouble = self.visible_requests()
        return {
            "id": self.id,
            "owner": self.owner,
            "installed": row.installed,
            "settings": row.settings,
            "scanned": {"account": code.account, "server": code.server} if code else None,
            "accounts": [account.model_dump(mode="json") for account in self.accounts()],
            "requests": [request.model_dump(mode="json") for request in requests],
            "trouble": trouble.message() if trouble else None,
        }

    def visible_requests(self) -> tuple[list[OpenRequest], Refusal | None]:
        """Open requests, or why they cannot be seen."""
        try:
            return self.requests(), None
        except Refusal as refusal:
            return [], refusal

    def _check_form(self, pin: str) -> None:
        if not _PIN.fullmatch(pin):
            raise self._no(no.PIN_FORM, got="something else", field="pin")

    def _must_be_online(self) -> None:
        if not self.settings.online:
            raise self._no(no.OFFLINE, got="a phone without network")

    def _must_have_app(self) -> None:
        if not self.installed:
            raise self._no(no.NOT_INSTALLED, got="a phone without it")

    def _must_be_ready_to_initialise(self) -> None:
        self._must_have_app()
        if not self.settings.notifications:
            raise self._no(no.NOTIFICATIONS_OFF, got="an app that may not send any")

    def _must_have_room_for(self, account: str) -> None:
        if self.world.settings[s.PHONE_ACCOUNTS] == "several":
            return
        other = next((row for row in self._accounts() if row.known and row.account != account), None)
        if other is not None:
            raise self._no(no.ONE_ACCOUNT, got="an app with another account", account=other.account)

    def _must_be_initialised(self) -> None:
        self._must_have_app()
        accounts = self._accounts()
        if not accounts:
            raise self._no(no.NOT_INITIALISED, got="an app without an account")
        if not any(account.known for account in accounts):
            account = accounts[-1].account
            raise self._no(no.DEVICE_UNKNOWN, got="a device deleted there", account=account)


def _turns(accounts: list[AccountRow], wait: float) -> Iterator[tuple[AccountRow, float]]:
    """Whom to ask next and for how many seconds, so that all of it takes `wait` seconds."""
    turn = _LONGEST_POLL if len(accounts) == 1 else _TURN
    for number, account in enumerate(islice(cycle(accounts), ceil(wait / turn))):
        yield account, min(turn, wait - number * turn)
