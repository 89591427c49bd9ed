"""The sign-ins that wait for a phone: asking EU Login for them, approving and denying (guide, G21 and G22)."""

from collections.abc import Container, Iterator
from itertools import cycle, islice
from math import ceil
from typing import Literal

from mock_phone import refusals as no
from mock_phone.accounts import Accounts
from mock_phone.eu_login import Decision, answer_request, open_requests
from mock_phone.handset import Handset, acting
from mock_phone.model import AccountRow, OpenRequest
from mock_world.correlation import follow_none
from mock_world.events import EventType
from mock_world.refusal import Refusal

APPROVED = EventType(
    "phone.approved",
    "The request of {service} was approved on phone {phone} by {verified_by}.",
)
DENIED = EventType(
    "phone.denied",
    "The request of {service} was denied on phone {phone}.",
)

VerifiedBy = Literal["pin", "biometrics", "auto_approve"]

ON_MOBILE = "MOBILE_APP"  # the strength of a request for which the browser of the phone opens the app
_LONGEST_POLL = 30.0  # seconds that EU Login is asked to hold one answer
_TURN = 1.0  # seconds until the next account has its turn


class Requests:
    """The requests of all accounts of a phone's app."""

    def __init__(self, handset: Handset, accounts: Accounts) -> None:
        self._handset = handset
        self._accounts = accounts

    def open_requests(self, wait: float = 0, *, seen: frozenset[str] = frozenset()) -> list[OpenRequest]:
        """Sign-ins that wait for this phone, of all its accounts, at the latest after `wait` seconds.

        seen: ids of requests; waits as long as those and no others are there, so by default for the first.
        Without notifications none arrives by itself: a look shows those that are there. Raises Refusal
        (phone.offline; where none was found, what an account met: phone.device_blocked, .eu_login_unreachable,
        .eu_login_answer).
        """
        refused: dict[str, Refusal] = {}
        requests = self.ask(refused, wait, seen)
        trouble = [refusal for refusal in refused.values() if refusal.kind != no.DEVICE_UNKNOWN]
        if trouble and not requests:
            raise trouble[0]
        return requests

    @acting()
    def ask(
        self, refused: dict[str, Refusal], wait: float = 0, seen: frozenset[str] = frozenset()
    ) -> list[OpenRequest]:
        """Open requests, without those of devices in `refused` (by identifier); those that meet a no are put there."""
        accounts = [account for account in self._accounts.rows() if account.known]
        if not accounts:
            return []
        self._accounts.check_online()
        by_account: dict[int, list[OpenRequest]] = {}
        for account, seconds in _turns(accounts, wait if self._handset.settings.notifications else 0, refused):
            before = _ids(by_account[account.id]) if account.id in by_account else seen
            by_account[account.id] = self._ask_one(account, refused, seconds, before)
            if seconds:  # both may have changed while EU Login held its answer
                self._accounts.check_online()
                if not self._handset.settings.notifications:
                    return [request for each in by_account.values() for request in each if request.id in seen]
            if len(by_account) == len(accounts) and _ids(*by_account.values()) != seen:
                break
        return [request for each in by_account.values() for request in each]

    def _ask_one(
        self, account: AccountRow, refused: dict[str, Refusal], wait: float, seen: frozenset[str]
    ) -> list[OpenRequest]:
        if account.device_identifier in refused:
            return []
        try:
            with self._accounts.as_device(account):
                address, requests = open_requests(self._handset.world, account, wait, seen)
        except Refusal as refusal:
            refused[account.device_identifier] = refusal
            return []
        self._accounts.rename(account, address)
        return requests

    @acting()
    def approve(self, pin: str, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with the PIN (guide, G21); returns what was approved.

        request: its id, needed where several are open. wait: seconds to wait for a request.
        Raises Refusal (phone.no_request, .several_requests, .other_account, .request_gone, .pin_form, .pin_wrong,
        .device_blocked, .request_lapsed, .request_answered, .not_initialised, .reinstalled, .offline ...).
        """
        self._accounts.check_pin_form(pin)
        return self._answer("approve", self._choose(request, wait), "pin", pin)

    @acting()
    def approve_with_biometrics(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Approve with fingerprint or face (guide, G22). Raises Refusal (phone.biometrics_off ...)."""
        if not self._handset.settings.biometrics:
            raise self._handset.refuse(no.BIOMETRICS_OFF, got="a phone without biometrics")
        return self._answer("approve", self._choose(request, wait), "biometrics")

    @acting()
    def approve_by_itself(self, request: OpenRequest) -> OpenRequest:
        """Approve as the switch `auto_approve` does: under whatever account, as by biometrics."""
        follow_none()
        return self._answer("approve", request, "auto_approve")

    @acting()
    def deny(self, *, request: str | None = None, wait: float = 0) -> OpenRequest:
        """Deny; needs no PIN."""
        return self._answer("deny", self._choose(request, wait), None)

    def _answer(
        self, decision: Decision, chosen: OpenRequest, verified_by: VerifiedBy | None, pin: str | None = None
    ) -> OpenRequest:
        account = self._account_of_request(chosen)
        with self._accounts.as_device(account):
            answer_request(self._handset.world, account, chosen, decision, pin=pin)
        if verified_by is None:
            self._handset.record(DENIED, chosen.account, service=chosen.service)
        else:
            self._handset.record(APPROVED, chosen.account, service=chosen.service, verified_by=verified_by)
        self._handset.world.signals.notify(self._handset.topic)
        return chosen

    def _account_of_request(self, request: OpenRequest) -> AccountRow:
        account = next((one for one in self._accounts.rows() if one.device_identifier == request.device), None)
        if account is None:  # unlinked while the request was on the screen
            raise self._handset.refuse(no.REQUEST_GONE, got="a request of an account that left the phone")
        return account

    def _choose(self, request: str | None, wait: float) -> OpenRequest:
        """The request that is meant, of the account that the app shows (facts, the app, 12.2).

        To the account of one from On Mobile it switches by itself (facts, the app, 12.4).
        """
        if not any(account.known for account in self._accounts.rows()):
            self._accounts.check_known(self._accounts.shown_row())
        requests = self.open_requests(wait)
        shown = self._accounts.shown_row()
        if not requests:
            self._accounts.check_known(shown)
        if request is not None:
            requests = [one for one in requests if one.id == request]
            if not requests:
                raise self._handset.refuse(no.REQUEST_GONE, got="another id")
        if not requests:
            raise self._handset.refuse(no.NO_REQUEST, got=f"none within {wait:g} seconds")
        mine = [one for one in requests if one.device == shown.device_identifier]
        mine = mine or [one for one in requests if one.strength == ON_MOBILE]
        if not mine:
            raise self._handset.refuse(
                no.OTHER_ACCOUNT, got="a request of another account", account=requests[0].account
            )
        if len(mine) > 1:
            ids = ", ".join(one.id for one in mine)
            raise self._handset.refuse(no.SEVERAL_REQUESTS, got="none of them named", count=len(mine), ids=ids)
        if mine[0].device != shown.device_identifier:
            self._accounts.show(self._account_of_request(mine[0]))
        return mine[0]


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
