"""Noticing that browser and application loop: ticket after ticket comes to nothing, and the next one is asked for.

What was validated or redeemed ends no sign-in: an application that loses its own cookie loops so too, but nothing
distinguishes it from tests that share a browser and sign in many times a second. It is written to the journal.
"""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common import settings as s
from mock_idp.common.service_mismatch import shown
from mock_world import RefusalKind, World
from mock_world.clock import real_now
from mock_world.database import Base, table_of
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.journal import Event

NOTICED = EventType(
    "loop.noticed",
    "Browser and {service} looped[; refused last: {refusal}].",
)
NOT_KEPT = EventType(
    "signin.not_kept",
    "{service} got {person} {count} times within {seconds} seconds, and sent the browser back to EU Login each time: "
    "it does not keep its user signed in. {cause}.",
    logged=True,
)
LOOP = RefusalKind(
    "signin.loop",
    message=N_(
        "Ask those who run the application: it sent you back to EU Login {count} times within {seconds} seconds, "
        "although you are signed in here."
    ),
    expected="an application that lets its browser in after a ticket; {wanted}",
    remedy="{advice}",
    status=409,
)
WITHIN = timedelta(seconds=10)  # of real time: browsers loop in a frozen world too
# Of refusals to an application.
_SUBJECTS = ("ticket.", "proxy.", "oidc.", "client.", "token.", "authorize.", "parameter.")
_EXPECTED = "a validation of that ticket, and its own session cookie back from the browser"
_EXPECTED_CODE = "that code redeemed at the token endpoint, and its own session cookie back from the browser"
MOST_ROUNDS = 3  # that were validated or redeemed; the browser ends them soon
MOST_CODES = 3  # by way of the pages a round of OpenID Connect has five redirects, and browsers follow 20
_COOKIE = (
    "look for the application's own session cookie, which the browser does not bring back: SameSite=Strict, Secure "
    "on http, another host name or http/https mixed (localhost and 127.0.0.1 are two), a path that does not fit, one "
    "cookie name for two applications (cookies know no ports), or sessions kept in a process that is not asked again"
)
_UNREAD = "Or else it does not find its user in the answer of the validation (namespace, names of attributes)"
_REFUSED = "Or else it refuses the ID token (issuer, audience, nonce, algorithm, clock)"


class LoopWatch(Base):
    """Tickets that one browser got for one address of a service without any page in between, since one was validated.

    browser: the `sid` of its session. seen: when, in real time, the last ones. since: the journal's last event before
    the first of them.
    """

    __tablename__ = "idp_loop_watch"

    browser: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[list[str]]
    last_at: Mapped[datetime]
    since: Mapped[int]


_ENDED: "WeakKeyDictionary[World, dict[tuple[str, str], list[datetime]]]" = WeakKeyDictionary()
_TABLE = table_of(LoopWatch)
_FORGET = delete(_TABLE).where(_TABLE.c.browser == bindparam("browser"), _TABLE.c.service == bindparam("address"))


def check_loop(
    world: World,
    browser: str,
    service: str,
    *,
    person: str | None = None,
    codes: bool = False,
    most: int | None = None,
) -> None:
    """Count a ticket or code that is given without a page in between; instead of one too many, say why.

    browser: the `sid` of its session. service: its address; the query matters, since one application may well open many
    pages of its own at once. person: e-mail address. codes: of OpenID Connect. most: where a browser would
    end the loop before the setting's number is reached. Counting begins again after a refusal.

    Raises Refusal (signin.loop).
    """
    count = world.settings[s.LOOP_TICKETS]
    if not count:
        return
    count = min(count, most or count)
    now, address = real_now(), _address(service)
    with world.database.session() as db:
        db.execute(delete(LoopWatch).where(LoopWatch.last_at < now - WITHIN))
        watch = db.get(LoopWatch, (browser, address))
        if watch is None:
            db.add(LoopWatch(browser=browser, service=address, seen=[now.isoformat()], last_at=now, since=_last(world)))
            return
        if not _is_loop(watch, count):
            watch.seen, watch.last_at = [*watch.seen, now.isoformat()][-count:], now
            return
        db.delete(watch)
        address = _place(service)
        refused = _last_refusal(world, watch, person)
        world.journal.record(NOTICED, person=person, service=address, refusal=refused.type if refused else None)
    expected, got, advice = _reason(world, refused, count, codes=codes)
    raise world.refuse(
        LOOP,
        got=got,
        person=person,
        count=count,
        seconds=WITHIN.seconds,
        wanted=expected,
        advice=advice,
        service=address,
    )


def end_round(world: World, browser: str, service: str, person: str, *, codes: bool = False) -> None:
    """A ticket or code was validated or redeemed: what that browser got for that address until now is no loop.

    Where that happens again and again without any page in between, the application does not keep its user.
    person: e-mail address. codes: of OpenID Connect.
    """
    address = _address(service)
    with world.database.session() as db:
        waited = db.connection().execute(_FORGET, {"browser": browser, "address": address}).rowcount
        if waited and _rounds(world, (browser, address)) == MOST_ROUNDS:
            cause = f"{_COOKIE[0].upper()}{_COOKIE[1:]}. {_REFUSED if codes else _UNREAD}"
            place = _place(service)
            world.journal.record(
                NOT_KEPT, person=person, service=place, count=MOST_ROUNDS, seconds=WITHIN.seconds, cause=cause
            )


def _rounds(world: World, key: tuple[str, str]) -> int:
    """How many rounds of a browser and an address this is within the time."""
    now, held = real_now(), _ENDED.setdefault(world, {})
    if key not in held:
        for old in [each for each, times in held.items() if now - times[-1] > WITHIN]:
            del held[old]
    before = [each for each in held.get(key, []) if now - each <= WITHIN]
    held[key] = [*before[-MOST_ROUNDS:], now]  # one more is enough to know that it was told
    return len(held[key])


def _address(service: str) -> str:
    return shown(service).partition("#")[0]


def _place(service: str) -> str:
    """A service's address without what differs each time: query, and a ticket that was left in the path."""
    return _address(service).partition("?")[0]


def _is_loop(watch: LoopWatch, count: int) -> bool:
    seen = watch.seen[-count:]
    first, last = (datetime.fromisoformat(seen[end]) for end in (0, -1))
    return len(seen) == count and last - first <= WITHIN


def _last(world: World) -> int:
    return next((event.id for event in world.journal.events(newest=1)), 0)


def _last_refusal(world: World, watch: LoopWatch, person: str | None) -> Event | None:
    """What was refused last to that service since it was first sent a ticket."""
    events = world.journal.events(after=watch.since)
    return next((event for event in reversed(events) if _concerns(event, _place(watch.service), person)), None)


def _concerns(event: Event, service: str, person: str | None) -> bool:
    """Whether a refusal is about service and person; where it does not name them, they count as the same."""
    if "expected" not in event.fields or not event.type.startswith(_SUBJECTS):
        return False
    same_person = person is None or event.person in {None, person}
    return same_person and _place(str(event.fields.get("service", service))) == service


def _reason(world: World, refused: Event | None, count: int, *, codes: bool) -> tuple[str, str, str]:
    """Expected, got, remedy; each in one line. The journal proves that nothing was redeemed, so that comes first."""
    if refused is None and codes:
        endpoint = world.addresses.internal("idp", "/cas/oauth2/token")
        advice = f"see whether the application's server redeems the code at {endpoint} at all; then {_COOKIE}"
        return _EXPECTED_CODE, f"{count} codes, and no token.issued: none was redeemed or refused", advice
    if refused is None:
        endpoint = world.addresses.internal("idp", "/cas/serviceValidate")
        advice = f"see whether the application's server validates the ticket at {endpoint} at all; then {_COOKIE}"
        return _EXPECTED, f"{count} tickets, and no ticket.validated: none was validated or refused", advice
    expected, got, remedy = (" ".join(str(refused.fields[name]).split()) for name in ("expected", "got", "remedy"))
    return expected, got, remedy
