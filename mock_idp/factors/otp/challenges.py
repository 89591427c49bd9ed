"""Asking for one-time passwords at sign-in: for one browser, one account and one service, with few attempts."""

from sqlalchemy import update

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import check_enabled
from mock_idp.accounts.rate_limit import check_rate_limit
from mock_idp.common import settings as s
from mock_idp.common.long_polling import wait_until
from mock_idp.factors.devices.model import BLOCKED, device_topic
from mock_idp.factors.devices.rules import devices_of, is_usable
from mock_idp.factors.otp import codes
from mock_idp.factors.otp.model import FAILED, PENDING, TIMED_OUT, USED, CodeChallenge
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_, clock_time

CODE_REQUESTED = EventType(
    "otp.asked",
    "The sign-in page asked {person} for a one-time password.",
)
ACCEPTED = EventType(
    "otp.accepted",
    "{person} signed in by a one-time password of {device}.",
)

CODE_PAGE_UNKNOWN = RefusalKind(
    "otp.unknown",
    message=N_("Start again: this page was not opened for you in this browser."),
    expected="a page that was opened for this account in this browser",
    remedy="start again, in one browser",
    status=404,
)
CODE_WRONG = RefusalKind(
    "otp.wrong",
    message=N_("Enter the one-time password again: this one is not right. Tries left: {tries_left}."),
    expected="the one-time password of a device of the account: for this page's QR code, or the six digits of now",
    remedy="scan the QR code of this page, or look at the digits again; tries left: {tries_left}",
    status=403,
)
USED_BEFORE = RefusalKind(
    "otp.used_before",
    message=N_("Wait until your authenticator app shows other digits: each one-time password works once."),
    expected="digits of a later half minute than the last ones that were accepted",
    remedy="wait half a minute, or move the world's clock; no try was counted",
    status=409,
)
TOO_MANY_TRIES = RefusalKind(
    "otp.too_many_tries",
    message=N_("Use another verification method, or start again: too many one-time passwords were wrong."),
    expected="fewer than {most} wrong one-time passwords on one page",
    remedy="start again: that makes a new page",
    status=403,
)
LAPSED = RefusalKind(
    "otp.lapsed",
    message=N_("Enter your password again: the one-time password was due by {time}."),
    expected="a one-time password before {time}",
    remedy="start again: that makes a new page",
    status=410,
)
CODE_PAGE_ENDED = RefusalKind(
    "otp.ended",
    message=N_("Start again: this page was answered already, or ended by a new password."),
    expected="one right answer to a page, while the password before it is the account's",
    remedy="start again: that makes a new page",
    status=409,
)
NO_DEVICE = RefusalKind(
    "otp.no_device",
    message=N_(
        "Use another verification method: your phone is blocked by wrong PIN codes, "
        "or not linked to your account any more."
    ),
    expected="an active device of the account",
    remedy="use another verification method, or delete the device and add it again",
    status=409,
)
TOO_MANY_CODES = RefusalKind(
    "otp.too_many_requests",
    message=N_(
        "Try again after {time}, or choose another verification method: one-time passwords were asked for too often."
    ),
    expected="fewer than {most} pages for a one-time password within {minutes} minutes without a right one",
    remedy="choose another verification method, wait until {time}, or move the world's clock",
    status=429,
)


def ask_code(world: World, account: Account, *, browser: str, address: str) -> CodeChallenge:
    """Make the challenge of a page that asks for a one-time password. Raises Refusal (otp.too_many_requests)."""
    now = world.clock.now()
    challenge = CodeChallenge(
        id=world.random.token(16),
        uid=account.uid,
        browser=browser,
        address=address,
        challenge=world.random.token(64),
        asked_at=now,
        expires_at=now + world.settings[s.CHALLENGE_LIFE],
        failures=0,
        state=PENDING,
        counts=True,
    )
    with world.database.session() as db:
        check_rate_limit(
            world,
            account,
            CodeChallenge.asked_at,
            CodeChallenge.uid == account.uid,
            CodeChallenge.counts.is_(True),
            limit=s.DEVICE_REQUESTS,
            kind=TOO_MANY_CODES,
            got="one more",
            field="loginStrength",
        )
        db.add(challenge)
        world.journal.record(CODE_REQUESTED, person=account.email)
    return challenge


def challenge_of(world: World, challenge_id: str, browser: str) -> CodeChallenge:
    """The challenge of a page in this browser. Raises Refusal (otp.unknown)."""
    with world.database.reading() as db:
        challenge = db.get(CodeChallenge, challenge_id)
    if challenge is None or challenge.browser != browser:
        raise world.refuse(CODE_PAGE_UNKNOWN, got="another page")
    return challenge


def state_of(world: World, challenge: CodeChallenge) -> str:
    """`pending`, `failed`, `used`, `timed-out`, or `blocked` where no device is left that gives codes."""
    if challenge.state in {FAILED, USED}:
        return challenge.state
    if world.clock.now() >= challenge.expires_at:
        return TIMED_OUT
    usable = any(is_usable(world, device) for device in devices_of(world, challenge.uid))
    return PENDING if usable else BLOCKED


def wait_for_end(world: World, challenge_id: str, browser: str, seconds: float) -> str:
    """The state of a challenge, waiting at most `seconds` of real time while it is pending, and not beyond its end."""

    def ended() -> str | None:
        state = state_of(world, challenge_of(world, challenge_id, browser))
        return None if state == PENDING else state

    challenge = challenge_of(world, challenge_id, browser)
    return wait_until(world, ended, challenge.expires_at, device_topic(challenge.uid), seconds=seconds) or PENDING


def use_code(world: World, account: Account, challenge: CodeChallenge, typed: str) -> None:
    """Take a one-time password for one sign-in. Raises Refusal (otp.*, account.disabled).

    Wrong ones are counted, and end the page; what can be none, or was used before, is not.
    """
    check_enabled(world, account)
    _check_open(world, account, challenge)
    code = codes.read(world, typed, person=account.email)
    most = world.settings[s.DEVICE_PIN_TRIES]
    with world.database.session() as db:
        stored = db.get_one(CodeChallenge, challenge.id)
        is_open = stored.state == PENDING
        match = codes.find(world, account.uid, stored.challenge, code)
        is_new = match is not None and match.is_new
        if is_open and match is not None and is_new:
            _accept(world, account, stored, match)
        elif is_open and match is None:
            stored.failures += 1
            stored.state = FAILED if stored.failures >= most else PENDING
        left = most - stored.failures
        if is_open and stored.state != PENDING:  # other tabs wait for it
            world.signals.notify(device_topic(account.uid))
    if not is_open:
        raise world.refuse(CODE_PAGE_ENDED, got="another answer", person=account.email)
    if match is None and left <= 0:
        raise world.refuse(TOO_MANY_TRIES, got="the last wrong one", person=account.email, most=most)
    if match is None:
        raise world.refuse(CODE_WRONG, got="another one", person=account.email, field="otp", tries_left=left)
    if not is_new:
        raise world.refuse(USED_BEFORE, got="digits that were used", person=account.email, field="otp")


def _accept(world: World, account: Account, challenge: CodeChallenge, match: codes.Match) -> None:
    with world.database.session() as db:
        challenge.state, match.device.code_step = USED, max(match.step, match.device.code_step)
        db.execute(update(CodeChallenge).where(CodeChallenge.uid == account.uid).values(counts=False))
        world.journal.record(ACCEPTED, person=account.email, device=match.device.name)


def _check_open(world: World, account: Account, challenge: CodeChallenge) -> None:
    """Raises Refusal (otp.*)."""
    person, state = account.email, state_of(world, challenge)
    if state == TIMED_OUT:
        raise world.refuse(LAPSED, got="nothing until then", person=person, time=clock_time(challenge.expires_at))
    if state == FAILED:
        most = world.settings[s.DEVICE_PIN_TRIES]
        raise world.refuse(TOO_MANY_TRIES, got="one more", person=person, most=most)
    if state == BLOCKED:
        raise world.refuse(NO_DEVICE, got="none", person=person)
    if state == USED:
        raise world.refuse(CODE_PAGE_ENDED, got="another answer", person=person)


def end_codes(world: World, uid: str) -> None:
    """End the challenges of an account: no page that asks for a one-time password becomes a sign-in any more."""
    with world.database.session() as db:
        db.execute(update(CodeChallenge).where(CodeChallenge.uid == uid).values(state=USED))
    world.signals.notify(device_topic(uid))
