"""The phone with the EU Login app, as one class. Its pages and the control API stand on it."""

from collections.abc import Container, Iterator
from itertools import cycle, islice
from math import ceil
from typing import Any, Literal

from sqlalchemy import func, select

from mock_phone import refusals as no
from mock_phone.eu_login import Decision, answer_request, open_requests
from mock_phone.handset import acting
from mock_phone.model import AccountRow, OpenRequest, PhoneRow, State
from mock_phone.scanning import Scanner, kind_of
from mock_world.journal import EventType
from mock_world.refusal import Refusal
from mock_world.world import World

APPROVED = EventType("phone.approved", "A request was approved on the phone.")
DENIED = EventType("phone.denied", "A request was denied on the phone.")

VerifiedBy = Literal["pin", "biometrics", "auto_approve"]

_ON_MOBILE = "MOBILE_APP"  # the strength of a request for which the browser of the phone opens the app
_LONGEST_POLL = 30.0  # seconds that EU Login is asked to hold one answer
_TURN = 1.0  # seconds until the next account has its turn


class Phone(Scanner):
    """A phone with the EU Login app, as people know it. Its methods raise Refusal (`phone.*`).

    Of EU Login it needs only the HTTP interface, at the address that the QR code names.
    """

    def requests(self, wait: float = 0, *, seen: frozenset[str] = frozenset()) -> list[OpenRequest]:
        """Sign-ins that wait for this phone, of all its accounts, at the latest after `wait` seconds.

        seen: ids of requests; waits as long as those and no others are there, so by default for the first.
        Without notifications none arrives by itself: a look shows those that are there. Raises Refusal
        (phone.offline; where none was found, what an account met: phone.device_blocked, .eu_login_unreachable,
        .eu_login_answer).
        """
        refused: dict[str, Refusal] = {}
        found = self.ask(refused, wait, seen)
        trouble = [refusal for refusal in refused.values() if refusal.kind != no.DEVICE_UNKNOWN]
        if trouble and not found:
            raise trouble[0]
        return found

    @acting()
    def ask(
        self, refused: dict[str, Refusal], wait: float = 0, seen: frozenset[str] = frozenset()
    ) -> list[OpenRequest]:
        """The same, leaving out devices in `refused` (by identifier), where those are put that meet a no."""
        accounts = [account for account in self._accounts() if account.known]
        if not accounts:
            return []
        self._check_online()
        found: dict[int, list[OpenRequest]] = {}
        for account, seconds in _turns(accounts, wait if self.settings.notifications else 0, refused):
            before = _ids(found[account.id]) if account.id in found else seen
            found[account.id] = self._ask_one(account, refused, seconds, before)
            if seconds:  # both may have changed while EU Login held its answer
                self._check_online()
                if not self.settings.notifications:
                    return [request for each in found.values() for request in each if request.id in seen]
            if len(found) == len(accounts) and _ids(*found.values()) != seen:
                break
        return [request for each in found.values() for request in each]

    def _ask_one(
        self, account: AccountRow, refused: dict[str, Refusal], wait: float, seen: frozenset[str]
    ) -> list[OpenRequest]:
        if account.device_identifier in refused:
            return []
        try:
            with self._as_device(account):
                address, found = open_requests(self.world, account, wait, seen)
        except Refusal as refusal:
            refused[account.device_identifier] = refusal
            return []
        self._rename(account, address)
        return found

    @acting()
    def approve(self, pin: str, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with the PIN (guide, G21); returns what was approved.

        request: its id, needed where several are open. wait: seconds to wait for a request.
        Raises Refusal (phone.no_request, .several_requests, .other_account, .request_gone, .pin_form, .pin_wrong,
        .device_blocked, .request_lapsed, .request_answered, .not_initialised, .reinstalled, .offline ...).
        """
        self._check_form(pin)
        return self._answer("approve", self._choose(request, wait), "pin", pin)

    @acting()
    def approve_with_biometrics(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with fingerprint or face (guide, G22). Raises Refusal (phone.biometrics_off ...)."""
        if not self.settings.biometrics:
            raise self._no(no.BIOMETRICS_OFF, got="a phone without biometrics")
        return self._answer("approve", self._choose(request, wait), "biometrics")

    @acting()
    def approve_by_itself(self, request: OpenRequest) -> OpenRequest:
        """Approve as the switch `auto_approve` does: under whatever account, as by biometrics."""
        return self._answer("approve", request, "auto_approve")

    @acting()
    def deny(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Deny; needs no PIN."""
        return self._answer("deny", self._choose(request, wait), None)

    def _answer(
        self, decision: Decision, chosen: OpenRequest, verified_by: VerifiedBy | None, pin: str | None = None
    ) -> OpenRequest:
        account = self._asked_by(chosen)
        with self._as_device(account):
            answer_request(self.world, account, chosen, decision, pin=pin)
        if verified_by is None:
            self._record(DENIED, chosen.account, service=chosen.service)
        else:
            self._record(APPROVED, chosen.account, service=chosen.service, verified_by=verified_by)
        self.world.signals.notify(self.topic)
        return chosen

    def _asked_by(self, request: OpenRequest) -> AccountRow:
        account = next((one for one in self._accounts() if one.device_identifier == request.device), None)
        if account is None:  # unlinked while the request was on the screen
            raise self._no(no.REQUEST_GONE, got="a request of an account that left the phone")
        return account

    def _choose(self, request: str | None, wait: float) -> OpenRequest:
        """The request that is meant, of the account that the app shows (facts, the app, 12.2).

        To the account of one from On Mobile it switches by itself (facts, the app, 12.4).
        """
        if not any(account.known for account in self._accounts()):
            self._check_known(self._shown())
        found = self.requests(wait)
        shown = self._shown()
        if not found:
            self._check_known(shown)
        if request is not None:
            found = [one for one in found if one.id == request]
            if not found:
                raise self._no(no.REQUEST_GONE, got="another id")
        if not found:
            raise self._no(no.NO_REQUEST, got=f"none within {wait:g} seconds")
        mine = [one for one in found if one.device == shown.device_identifier]
        mine = mine or [one for one in found if one.strength == _ON_MOBILE]
        if not mine:
            raise self._no(no.OTHER_ACCOUNT, got="a request of another account", account=found[0].account)
        if len(mine) > 1:
            ids = ", ".join(one.id for one in mine)
            raise self._no(no.SEVERAL_REQUESTS, got="none of them named", count=len(mine), ids=ids)
        if mine[0].device != shown.device_identifier:
            self._show(self._asked_by(mine[0]))
        return mine[0]

    @property
    def state(self) -> State:
        """What the app's home is about: an account that is missing, what stands in the way, or what waits."""
        return self.state_with(*self.visible_requests())

    def state_with(self, requests: list[OpenRequest], trouble: Refusal | None) -> State:
        """The same, where the requests (visible_requests) are known already."""
        active = self.active_account
        if not self.installed:
            return "not-installed"
        if active is None:
            return "reinstalled" if self.lost else "welcome"
        if not active.known:
            return "not-linked"
        if trouble is not None:
            return "blocked" if trouble.kind == no.DEVICE_BLOCKED else "trouble"
        if requests and all(map(self.asks_other_account, requests)):
            return "other-account"
        return "waiting" if requests else "ready"

    def asks_other_account(self, request: OpenRequest) -> bool:
        """Whether the person has to switch account before this request is answered (facts, the app, 12.2, 12.4)."""
        active = self.active_account
        return active is not None and active.device_identifier != request.device and request.strength != _ON_MOBILE

    def shows(self) -> dict[str, Any]:
        """What the screen shows, as JSON; no secret in it. `trouble` says why requests cannot be seen."""
        requests, trouble = self.visible_requests()
        row, code, active = self._read(), self.scanned, self.active_account
        return {
            "id": self.id,
            "owner": self.owner,
            "now": self.now.isoformat(),
            "installed": row.installed,
            "state": self.state_with(requests, trouble),
            "to_ask": row.to_ask,
            "settings": row.settings,
            "scanned": code and {"kind": kind_of(code), "account": code.account, "server": code.server},
            "accounts": [account.model_dump(mode="json") for account in self.accounts()],
            "active_account": active and active.account,
            "lost": row.lost,
            "requests": [request.model_dump(mode="json") for request in requests],
            "trouble": trouble.message() if trouble else None,
        }

    def visible_requests(self) -> tuple[list[OpenRequest], Refusal | None]:
        """Open requests, or why they cannot be seen."""
        try:
            return self.requests(), None
        except Refusal as refusal:
            return [], refusal


def _ids(*requests: list[OpenRequest]) -> frozenset[str]:
    return frozenset(request.id for each in requests for request in each)


def _turns(accounts: list[AccountRow], wait: float, refused: Container[str]) -> Iterator[tuple[AccountRow, float]]:
    """Whom to ask next and for how many seconds, so that all of it takes `wait` seconds.

    EU Login holds the answer to one account; several are asked once, then those in turns that are not `refused`.
    """
    turn = _LONGEST_POLL if len(accounts) == 1 else _TURN
    if len(accounts) > 1 or not wait:
        yield from ((account, 0) for account in accounts)
    answering = [account for account in accounts if account.device_identifier not in refused]
    for number, account in enumerate(islice(cycle(answering), ceil(wait / turn))):
        yield account, min(turn, wait - number * turn)


def phones_with(world: World, account: str) -> list[Phone]:
    """Phones whose app is linked to the account, oldest first; case tells no accounts apart."""
    query = (
        select(PhoneRow)
        .join(PhoneRow.accounts)
        .where(PhoneRow.installed, AccountRow.known, func.lower(AccountRow.account) == account.lower())
        .distinct()
        .order_by(PhoneRow.number)
    )
    with world.database.session() as db:
        return [Phone(world, row) for row in db.scalars(query)]
