"""Signing in with a security key: the second step, after the password."""

from datetime import datetime
from functools import partial

from sqlalchemy import func, select

from mock_idp.accounts import failed_attempts
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import OTHER_USER, check_enabled
from mock_idp.accounts.rate_limit import check_rate_limit
from mock_idp.common import settings as s
from mock_idp.common.page_expiry import check_opened
from mock_idp.factors.keys.challenges import (
    ANSWERED,
    check_alive,
    descriptors,
    make_challenge,
    relying_party,
    take,
)
from mock_idp.factors.keys.model import SIGN_IN, USED, KeyChallenge, SecurityKey
from mock_idp.factors.keys.rules import keys_of
from mock_world import Refusal, RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_, time_after
from mock_world.relying_party import LONGEST_ANSWER, WrongAnswerError, judging, milliseconds_left

KEY_USED = EventType(
    "key.used",
    "{person} signed in by the security key {key}.",
)

KEY_WRONG = RefusalKind(
    "key.wrong",
    message=N_("Try again with a key from your list: this answer was wrong. Tries left: {tries_left}."),
    expected="an answer to this page's challenge, signed by a key of the account for {origin}",
    remedy="use a key of the account at {origin}; tries left: {tries_left}",
    status=403,
)
CLONED = RefusalKind(
    "key.cloned",
    message=N_(
        "Use another verification method, then delete this key and add it again: "
        "its counter went back, so there may be a copy of it. Tries left: {tries_left}."
    ),
    expected="a counter above {counter}, where the key stood when it was used last",
    remedy="sign in with another method, delete the key and add it again; tries left: {tries_left}",
    status=403,
)
KEYS_LOCKED = RefusalKind(
    "key.locked",
    message=N_("Use another verification method, or try again after {time}: too many answers were wrong."),
    expected="an account whose keys are not locked by wrong answers",
    remedy="use another verification method, wait until {time}, or move the world's clock",
    status=403,
)
TOO_MANY_KEY_REQUESTS = RefusalKind(
    "key.too_many_requests",
    message=N_("Use another verification method, or try again after {time}: your key was asked too often."),
    expected="keys that were asked fewer than {most} times within {minutes} minutes without a sign-in",
    remedy="use another verification method, wait until {time}, or move the world's clock",
    status=429,
)


def ask_key(
    world: World, account: Account, *, browser: str, address: str = "", started_at: datetime | None = None
) -> KeyChallenge:
    """Ask for one of the account's keys; asking again on the same page is counted, and not refused for it.

    Raises Refusal (key.locked, key.too_many_requests).
    """
    _check_lock(world, account)
    if started_at is None:
        _check_rate_limit(world, account)
    return make_challenge(world, account.uid, browser=browser, purpose=SIGN_IN, address=address, started_at=started_at)


def _check_rate_limit(world: World, account: Account) -> None:
    """Limit how often keys are asked; a sign-in by one resets the count. Raises Refusal (key.too_many_requests)."""
    mine = (KeyChallenge.uid == account.uid) & (KeyChallenge.purpose == SIGN_IN)
    with world.database.reading() as db:
        done = db.scalar(select(func.max(KeyChallenge.started_at)).where(mine, KeyChallenge.state == USED))
    in_vain = mine & (KeyChallenge.state != USED)
    since = in_vain if done is None else in_vain & (KeyChallenge.started_at >= done)
    check_rate_limit(
        world, account, KeyChallenge.started_at, since, limit=s.KEY_REQUESTS, kind=TOO_MANY_KEY_REQUESTS, got="one more"
    )


def ask_again(world: World, account: Account, challenge: KeyChallenge) -> KeyChallenge:
    """A new challenge in place of one that is not older than `challenge.life`: then the password is due again.

    It is so in any case once the first of them is older than a sign-in page may be.

    Raises Refusal (key.locked, key.challenge_*, signin.page_too_old).
    """
    check_opened(world, challenge.started_at)
    check_alive(world, challenge, account)
    if challenge.state == USED:
        raise world.refuse(ANSWERED, got="a new question after the right answer", person=account.email)
    return ask_key(
        world,
        account,
        browser=challenge.browser,
        address=challenge.address,
        started_at=challenge.started_at,
    )


def _check_lock(world: World, account: Account) -> None:
    """Raises Refusal (key.locked)."""
    until = failed_attempts.locked_until(world, account.uid, failed_attempts.KEY)
    if until is not None:
        raise world.refuse(
            KEYS_LOCKED, got="locked keys", person=account.email, time=time_after(until, world.clock.now())
        )


def request_options(world: World, challenge: KeyChallenge) -> str:
    """The options of `navigator.credentials.get` for the browser, as JSON."""
    from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json

    options = generate_authentication_options(
        rp_id=relying_party(world).id,
        challenge=base64url_to_bytes(challenge.challenge),
        timeout=milliseconds_left(world, challenge.expires_at),
        allow_credentials=descriptors(keys_of(world, challenge.uid)),
    )
    return options_to_json(options)


def use_key(world: World, account: Account, challenge: KeyChallenge, answer: str) -> SecurityKey:
    """Take the key's answer, as JSON, for one sign-in; wrong ones are counted.

    Raises Refusal (key.challenge_*, key.wrong, key.cloned, key.locked, signin.other_user, account.disabled).
    """
    check_enabled(world, account)
    _check_lock(world, account)
    take(world, challenge, account)
    with world.database.session() as db:
        key_or_refusal = _judge(world, account, challenge, answer)
        if isinstance(key_or_refusal, SecurityKey):
            db.get_one(KeyChallenge, challenge.id).state = USED
            failed_attempts.forget_failures(world, account.uid, failed_attempts.KEY)
            world.journal.record(KEY_USED, person=account.email, key=key_or_refusal.name)
    if isinstance(key_or_refusal, SecurityKey):
        return key_or_refusal
    raise _counted(world, account, key_or_refusal)


def _counted(world: World, account: Account, refuse: partial[Refusal]) -> Refusal:
    """The refusal of a wrong answer, once that is counted: outside the transaction that found it."""
    left = failed_attempts.count_failure(world, account.uid, failed_attempts.KEY)
    if left == 0:
        _check_lock(world, account)
    return refuse(tries_left=left)


def _judge(world: World, account: Account, challenge: KeyChallenge, answer: str) -> SecurityKey | partial[Refusal]:
    """The key that answered, its counter and last use written; or the refusal, which lacks the attempts left."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json

    party, refuse = relying_party(world), partial(world.refuse, person=account.email)
    try:
        with judging():
            credential = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
            key = _registered(world, bytes_to_base64url(credential.raw_id))
            counter = verify_authentication_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(challenge.challenge),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=base64url_to_bytes(key.public_key),
                credential_current_sign_count=0,  # compared below, where it has its own words
            ).new_sign_count
    except WrongAnswerError as error:
        return partial(refuse, KEY_WRONG, got=str(error), origin=party.origin)
    if key.uid != account.uid:
        return partial(refuse, OTHER_USER, got=f"a key of {key.uid}", uid=account.uid, other=key.uid)
    if counter <= key.sign_count and (counter or key.sign_count):
        return partial(refuse, CLONED, got=f"the counter {counter}", counter=key.sign_count)
    key.sign_count, key.used_at = counter, world.clock.now()
    return key


def _registered(world: World, credential_id: str) -> SecurityKey:
    with world.database.reading() as db:
        key = db.scalar(select(SecurityKey).where(SecurityKey.credential_id == credential_id))
    if key is None:
        raise LookupError("a key that no account has")
    return key
