"""Requests to the phone: sent by the sign-in page, answered by the app (guide, G21 and G22)."""

import hmac
import math
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update

from mock_idp.accounts.model import Account
from mock_idp.accounts.rate_limit import check_rate_limit
from mock_idp.common import settings as s
from mock_idp.common.long_polling import wait_until
from mock_idp.common.strength_names import MOBILE_APP
from mock_idp.factors.devices.model import (
    APPROVED,
    BLOCKED,
    CANCELLED,
    DENIED,
    OPEN,
    PENDING,
    TIMED_OUT,
    USED,
    Device,
    SignInRequest,
    device_topic,
    secret_bytes,
)
from mock_idp.factors.devices.pins import check_pin
from mock_idp.factors.devices.rules import phones_with_app
from mock_world import RefusalKind, World
from mock_world.correlation import follow
from mock_world.events import EventType
from mock_world.fault_types import PUSH_LATE, PUSH_LOST, PUSH_TWICE
from mock_world.faults import Application
from mock_world.i18n import N_
from mock_world.world import job_handler

SENT = EventType(
    "request.sent",
    "A request to sign in to {service} by {strength} was sent to {phones}.",
)
ANSWERED = EventType(
    "request.answered",
    "{device} of {person} answered the request; approved: {approved}[, verified by {verified_by}].",
)
REQUEST_CANCELLED = EventType(
    "request.cancelled",
    "The request to the phone of {person} was cancelled on the sign-in page.",
)

REQUEST_UNKNOWN = RefusalKind(
    "request.unknown",
    message=N_("Start signing in again: this request is not known."),
    expected="a request of this account",
    remedy="start signing in again",
    status=404,
)
LAPSED = RefusalKind(
    "request.lapsed",
    message=N_("Start signing in again: this request is no longer open."),
    expected="an answer while the request is open",
    remedy="start signing in again",
    status=410,
)
ALREADY = RefusalKind(
    "request.answered_already",
    message=N_("Nothing more to do: this request was answered already."),
    expected="one answer to a request",
    remedy="start signing in again for a new request",
    status=409,
)
BAD_PROOF = RefusalKind(
    "request.bad_proof",
    message=N_("Delete this device on the EU Login page and add it again: it did not prove itself."),
    expected="the HMAC-SHA-512 over the challenge, made with the device's secret",
    remedy="delete the device and add it again",
    status=403,
)
TOO_MANY_REQUESTS = RefusalKind(
    "request.too_many",
    message=N_("Try again after {time}, or choose another verification method: your phone got too many requests."),
    expected="fewer than {most} requests to the phone within {minutes} minutes without one being approved",
    remedy="approve a request, wait until {time}, or move the world's clock",
    status=429,
)
_PUSH = "request.push"
_SECOND = "-2"  # behind the id of a request that reached the phone twice


def requests_topic(uid: str) -> str:
    """What a phone waits for: requests of this account come and go."""
    return f"requests:{uid}"


def request_topic(request_id: str) -> str:
    """What the sign-in page waits for."""
    return f"request:{request_id}"


def send_request(
    world: World,
    account: Account,
    *,
    browser: str,
    service: str,
    strength: str,
    address: str = "",
    application: Application | None = None,
    started_at: datetime | None = None,
) -> SignInRequest:
    """Ask the phone. `browser` binds the request to the page that sent it; `service` is what the phone shows.

    address, started_at (now): see SignInRequest. application: that of the address, for the faults of a push.
    Earlier requests of the same browser end, so that the phone shows one. Raises Refusal (request.too_many).
    """
    now = world.clock.now()
    request = SignInRequest(
        id=world.random.digits(18),
        uid=account.uid,
        browser=browser,
        challenge=world.random.token(64),
        service=service,
        address=address,
        strength=strength,
        started_at=started_at or now,
        sent_at=now,
        expires_at=now + world.settings[s.CHALLENGE_LIFE],
        state=PENDING,
        sent_again=False,
        counts=True,
        pushed_at=now,
        twice=False,
    )
    same = (SignInRequest.browser == browser) & (SignInRequest.uid == account.uid)
    with world.database.session() as db:
        check_rate_limit(
            world,
            account,
            SignInRequest.sent_at,
            SignInRequest.uid == account.uid,
            SignInRequest.counts.is_(True),
            (SignInRequest.strength == MOBILE_APP) == (strength == MOBILE_APP),  # which needs no password
            limit=s.DEVICE_REQUESTS,
            kind=TOO_MANY_REQUESTS,
            got="one more",
            field="loginStrength",
        )
        for earlier in db.scalars(select(SignInRequest).where(same, SignInRequest.state.in_(OPEN))):
            earlier.state = CANCELLED
            world.signals.notify(request_topic(earlier.id))
            world.signals.notify(requests_topic(earlier.uid))
        db.add(request)
        phones = ", ".join(device.name for device in phones_with_app(world, account.uid))
        world.journal.record(SENT, person=account.email, service=service, strength=strength, phones=phones)
        if strength != MOBILE_APP:
            _push_to_phones(world, account, request, application or {})
        if request.pushed_at is not None:
            world.scheduler.add(request.pushed_at, _PUSH, {"uid": account.uid})
    return request


def _push_to_phones(world: World, account: Account, request: SignInRequest, application: Application) -> None:
    """When the request reaches the phone, and whether twice: by its setting, and by the faults push.*."""
    inject = partial(world.faults.inject, person=account.email, **application)
    if inject(PUSH_LOST):
        request.pushed_at = None
        return
    request.pushed_at = request.sent_at + world.settings[s.PUSH_DELAY]
    if late := inject(PUSH_LATE):
        request.pushed_at += timedelta(seconds=late.seconds)
    request.twice = inject(PUSH_TWICE) is not None


@job_handler(_PUSH)
def _push(world: World, payload: dict[str, Any]) -> None:
    world.signals.notify(requests_topic(payload["uid"]))


def state_of(world: World, request: SignInRequest) -> str:
    """`pending`, `approved`, `denied`, `cancelled`, `used` or `timed-out` at this moment."""
    lapsed = request.state in OPEN and world.clock.now() >= request.expires_at
    return TIMED_OUT if lapsed else request.state


def shown_state(world: World, request: SignInRequest) -> str:
    """The state of a request for the page that waits; `blocked` where no phone is left that could answer."""
    state = state_of(world, request)
    return BLOCKED if state == PENDING and not phones_with_app(world, request.uid) else state


def request_of(world: World, request_id: str, browser: str) -> SignInRequest:
    """The request that this browser sent. Raises Refusal (request.unknown)."""
    with world.database.reading() as db:
        request = db.get(SignInRequest, request_id)
    if request is None or request.browser != browser:
        raise world.refuse(REQUEST_UNKNOWN, got="another request")
    follow(request.correlation_id)
    return request


def open_requests(world: World, uid: str) -> list[SignInRequest]:
    """What the phone shows: requests that have reached it and are still open, oldest first.

    Those of "On Mobile" are brought by the browser on the phone itself, whatever the delay of notifications.
    """
    now = world.clock.now()
    query = (
        select(SignInRequest)
        .where(SignInRequest.uid == uid, SignInRequest.state == PENDING, SignInRequest.expires_at > now)
        .where(SignInRequest.pushed_at <= now)
        .order_by(SignInRequest.sent_at, SignInRequest.id)
    )
    with world.database.reading() as db:
        return list(db.scalars(query))


def ids_on_phone(request: SignInRequest) -> list[str]:
    """By which ids the phone shows a request: one that arrived twice by two, and each may be answered."""
    return [request.id, request.id + _SECOND] if request.twice else [request.id]


def seconds_to_lapse(world: World, uid: str) -> float:
    """Seconds until the first open request of the account lapses; infinite without one, or where time stands still."""
    requests = [] if world.clock.frozen else open_requests(world, uid)
    return min(((one.expires_at - world.clock.now()).total_seconds() for one in requests), default=math.inf)


def wait_for_answer(world: World, request_id: str, browser: str, seconds: float) -> str:
    """The request's state, waiting at most `seconds` of real time while it is pending, and not beyond its end."""

    def settled() -> str | None:
        state = shown_state(world, request_of(world, request_id, browser))
        return None if state == PENDING else state

    request = request_of(world, request_id, browser)
    topics = (request_topic(request_id), device_topic(request.uid))
    return wait_until(world, settled, request.expires_at, *topics, seconds=seconds) or PENDING


def answer(world: World, device: Device, request_id: str, *, approve: bool, pin: str | None, proof: str) -> None:
    """Take the phone's answer. `pin` None where biometrics unlocked the app. Raises Refusal (request.*, device.*)."""
    with world.database.reading() as db:
        account = db.get_one(Account, device.uid)
    request = _open_request(world, device, request_id, account.email)
    expected = hmac.digest(secret_bytes(device.secret), secret_bytes(request.challenge), "sha512").hex()
    if not hmac.compare_digest(expected.encode(), proof.lower().encode()):
        raise world.refuse(BAD_PROOF, got="another proof", person=account.email)
    if approve and pin is not None:
        check_pin(world, device, pin, person=account.email)
    if not _change(world, request.id, {PENDING}, APPROVED if approve else DENIED):
        raise world.refuse(ALREADY, got="a second answer", person=account.email)
    if approve:
        _stop_counting(world, account.uid)
    by = {"verified_by": "biometrics" if pin is None else "pin"} if approve else {}  # a denial needs neither
    world.journal.record(ANSWERED, person=account.email, approved=approve, device=device.name, **by)


def _stop_counting(world: World, uid: str) -> None:
    with world.database.session() as db:
        db.execute(update(SignInRequest).where(SignInRequest.uid == uid).values(counts=False))


def _open_request(world: World, device: Device, request_id: str, person: str) -> SignInRequest:
    with world.database.reading() as db:
        request = db.get(SignInRequest, request_id.removesuffix(_SECOND))
    if request is None or request.uid != device.uid or request_id not in ids_on_phone(request):
        raise world.refuse(REQUEST_UNKNOWN, got="a request of somebody else")
    follow(request.correlation_id, person=person)
    state = state_of(world, request)
    if state in {TIMED_OUT, CANCELLED}:
        raise world.refuse(LAPSED, got=f"a request that is {state}")
    if state != PENDING:
        raise world.refuse(ALREADY, got=f"a request that is {state}")
    return request


def _change(world: World, request_id: str, before: Collection[str], after: str) -> bool:
    """Bring a request from one of the states `before` to `after`; False where it is in none of them (any more)."""
    with world.database.session() as db:
        request = db.get_one(SignInRequest, request_id)
        fits = request.state in before
        if fits:
            request.state = after
    if fits:
        world.signals.notify(request_topic(request_id))
        world.signals.notify(requests_topic(request.uid))
    return fits


def cancel(world: World, request: SignInRequest) -> None:
    """Cancel a request as the person gave up waiting; an approval that came meanwhile is worth nothing either."""
    if _change(world, request.id, OPEN, CANCELLED):
        with world.database.session() as db:
            world.journal.record(REQUEST_CANCELLED, person=db.get_one(Account, request.uid).email)


def end_requests(world: World, uid: str) -> None:
    """End the requests of an account: none becomes a sign-in any more, nor is it sent again."""
    query = select(SignInRequest).where(SignInRequest.uid == uid, SignInRequest.state.in_({*OPEN, DENIED}))
    with world.database.session() as db:
        for request in list(db.scalars(query)):
            if not _change(world, request.id, {DENIED}, CANCELLED):
                cancel(world, request)


def send_again(world: World, request: SignInRequest, application: Application | None = None) -> SignInRequest:
    """A new request in place of one that was denied, lapsed or did not arrive. Raises Refusal (request.too_many)."""
    with world.database.session() as db:
        account = db.get_one(Account, request.uid)
        again = send_request(
            world,
            account,
            browser=request.browser,
            service=request.service,
            strength=request.strength,
            address=request.address,
            application=application,
            started_at=request.started_at,
        )
        again.sent_again = True
    return again


def use_up(world: World, request: SignInRequest) -> bool:
    """Take an approved request for one sign-in; False where it was taken before."""
    return _change(world, request.id, {APPROVED}, USED)
