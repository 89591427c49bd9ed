"""Challenges for security keys: for one browser, one account and one answer; they lapse by the world's clock."""

from datetime import datetime
from typing import TYPE_CHECKING

from mock_idp.common import settings as s
from mock_idp.common.long_polling import wait_until
from mock_idp.factors.keys.model import FAILED, PENDING, TIMED_OUT, USED, KeyChallenge, SecurityKey
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_, clock_time
from mock_world.relying_party import GIVEN_UP, RelyingParty, no_answer, party_of

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    from mock_idp.accounts.model import Account

CHALLENGE_UNKNOWN = RefusalKind(
    "key.challenge_unknown",
    message=N_("Start again: this page was not opened for you in this browser."),
    expected="a challenge that was made for this account in this browser",
    remedy="start again, in one browser",
    status=404,
)
ANSWERED = RefusalKind(
    "key.challenge_answered",
    message=N_("Try again: this page was answered already, and each answer counts once."),
    expected="one answer to a challenge",
    remedy="try again: that makes a new challenge",
    status=409,
)
LAPSED = RefusalKind(
    "key.challenge_lapsed",
    message=N_("Start again: the security key had to answer by {time}."),
    expected="an answer before {time}",
    remedy="start again: that makes a new challenge",
    status=410,
)
CANCELLED = RefusalKind(
    "key.cancelled",
    message=N_("Try again: the prompt of your browser was cancelled, or not answered in time."),
    expected="an answer of the security key",
    remedy="try again, and touch the key or unlock the device when the browser asks",
)
NOT_USABLE = RefusalKind(
    "key.not_usable",
    message=N_("Open this page at {origin}, or try another key or browser: your browser reported {problem}."),
    expected="a browser that asks a security key for {origin}",
    remedy="open the page at {origin}, or use another key or browser",
)
TWICE = RefusalKind(
    "key.added_already",
    message=N_("Use another key: this one is in your list already."),
    expected="a key that the account does not have yet",
    remedy="use another key, or delete this one from the list first",
    status=409,
)
_PROBLEMS = {"InvalidStateError": TWICE, **dict.fromkeys(GIVEN_UP, CANCELLED)}


def relying_party(world: World) -> RelyingParty:
    return party_of(world, "idp")


def make_challenge(
    world: World,
    uid: str,
    *,
    browser: str,
    purpose: str,
    name: str = "",
    address: str = "",
    started_at: datetime | None = None,
) -> KeyChallenge:
    now = world.clock.now()
    challenge = KeyChallenge(
        id=world.random.token(16),
        uid=uid,
        browser=browser,
        purpose=purpose,
        name=name,
        address=address,
        challenge=world.random.token(32),
        started_at=started_at or now,
        expires_at=now + world.settings[s.CHALLENGE_LIFE],
        state=PENDING,
    )
    with world.database.session() as db:
        db.add(challenge)
    return challenge


def challenge_of(
    world: World, challenge_id: str, *, browser: str, purpose: str | None = None, uid: str | None = None
) -> KeyChallenge:
    """The challenge that this browser asked for. Raises Refusal (key.challenge_unknown)."""
    with world.database.reading() as db:
        challenge = db.get(KeyChallenge, challenge_id)
    fits = challenge is not None and challenge.browser == browser and purpose in {None, challenge.purpose}
    if challenge is None or not fits or uid not in {None, challenge.uid}:
        raise world.refuse(CHALLENGE_UNKNOWN, got="another challenge")
    return challenge


def state_of(world: World, challenge: KeyChallenge) -> str:
    """`pending`, `failed`, `used` or `timed-out` at this moment."""
    lapsed = challenge.state != USED and world.clock.now() >= challenge.expires_at
    return TIMED_OUT if lapsed else challenge.state


def state_after(refusal: Refusal) -> str:
    """`failed` or `timed-out`: the state of the page whose answer was refused."""
    return TIMED_OUT if refusal.kind is LAPSED else FAILED


def wait_for_lapse(world: World, challenge: KeyChallenge, seconds: float) -> str:
    """`timed-out`, or `pending` after at most `seconds` of real time.

    Answers are not reported: the page that gives one is on its way already.
    """

    def lapsed() -> str | None:
        return TIMED_OUT if world.clock.now() >= challenge.expires_at else None

    return wait_until(world, lapsed, challenge.expires_at, seconds=seconds) or PENDING


def check_alive(world: World, challenge: KeyChallenge, account: "Account") -> None:
    """Raises Refusal (key.challenge_lapsed)."""
    if state_of(world, challenge) == TIMED_OUT:
        time = clock_time(challenge.expires_at)
        raise world.refuse(LAPSED, got="nothing until then", person=account.email, time=time)


def take(world: World, challenge: KeyChallenge, account: "Account") -> None:
    """Take a challenge for the one answer that it allows. Raises Refusal (key.challenge_*)."""
    check_alive(world, challenge, account)
    with world.database.session() as db:
        stored = db.get_one(KeyChallenge, challenge.id)
        first = stored.state == PENDING
        stored.state = FAILED if first else stored.state
    if not first:
        raise world.refuse(ANSWERED, got="another answer", person=account.email)


def give_up(world: World, account: "Account", challenge: KeyChallenge, problem: str) -> Refusal:
    """The refusal for a browser without answer. problem: name of its exception. Raises Refusal (key.challenge_*)."""
    take(world, challenge, account)
    return no_answer(world, relying_party(world), problem, account.email, known=_PROBLEMS, otherwise=NOT_USABLE)


def descriptors(keys: list[SecurityKey]) -> "list[PublicKeyCredentialDescriptor]":
    """Security keys as the browser gets them."""
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential_id),
            transports=[known for known in AuthenticatorTransport if known in key.transports],
        )
        for key in keys
    ]
