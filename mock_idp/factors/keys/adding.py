"""Adding a security key: name, challenge, and the key's answer to it."""

import hmac

from sqlalchemy import select

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import OTHER_USER
from mock_idp.common import settings as s
from mock_idp.factors.keys.challenges import TWICE, descriptors, make_challenge, relying_party, take
from mock_idp.factors.keys.model import ADD, USED, KeyChallenge, SecurityKey
from mock_idp.factors.keys.rules import free_name, keys_of
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.relying_party import LONGEST_ANSWER, WrongAnswerError, judging, milliseconds_left

ADDED = EventType(
    "key.added",
    "{person} added the security key {key}.",
)
ADDED_MAIL = Change(N_('The security key "{name}" was added to your account.'))

TOO_MANY_KEYS = RefusalKind(
    "key.too_many",
    message=N_("Delete a security key first: an account can have {most} keys."),
    expected="fewer than {most} security keys",
    remedy="delete a security key first",
    status=409,
)
NOT_ADDED = RefusalKind(
    "key.not_added",
    message=N_("Try again, or use another key: the answer of this one was wrong."),
    expected="an answer to this page's challenge, made by a new key for {origin}",
    remedy="try again at {origin}, or use another key",
    status=403,
)


def start_adding(world: World, account: Account, *, name: str, browser: str) -> KeyChallenge:
    """Ask for a new key. Raises Refusal (key.name_*, key.too_many)."""
    name = free_name(world, account, name)
    _check_room(world, account)
    return make_challenge(world, account.uid, browser=browser, purpose=ADD, name=name)


def _check_room(world: World, account: Account) -> None:
    most = world.settings[s.KEY_MAX]
    if len(keys_of(world, account.uid)) >= most:
        raise world.refuse(TOO_MANY_KEYS, got=f"{most} keys", person=account.email, most=most)


def creation_options(world: World, account: Account, challenge: KeyChallenge) -> str:
    """The options of `navigator.credentials.create` for the browser, as JSON."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

    options = generate_registration_options(
        rp_id=relying_party(world).id,
        rp_name="EU Login mock",
        user_id=hmac.digest(world.secret.encode(), account.uid.encode(), "sha256"),  # says nothing of the person
        user_name=account.email,
        user_display_name=account.full_name,
        challenge=base64url_to_bytes(challenge.challenge),
        timeout=milliseconds_left(world, challenge.expires_at),
        exclude_credentials=descriptors(keys_of(world, account.uid)),
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.PREFERRED),
    )
    return options_to_json(options)


def add_key(world: World, account: Account, challenge: KeyChallenge, answer: str) -> SecurityKey:
    """Take the key's answer, as JSON.

    Raises Refusal (key.challenge_*, key.not_added, key.added_already, key.too_many, key.name_taken,
    signin.other_user).
    """
    take(world, challenge, account)
    key = _verified(world, account, challenge, answer)
    with world.database.session() as db:
        _check_new(world, account, key)
        _check_room(world, account)
        key.name = free_name(world, account, challenge.name)
        db.add(key)
        db.get_one(KeyChallenge, challenge.id).state = USED
        world.database.settle(db)
        world.journal.record(ADDED, person=account.email, key=key.name)
        report_change(world, account, ADDED_MAIL, name=key.name)
    return key


def _verified(world: World, account: Account, challenge: KeyChallenge, answer: str) -> SecurityKey:
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    party = relying_party(world)
    try:
        with judging():
            credential = parse_registration_credential_json(answer[:LONGEST_ANSWER])
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(challenge.challenge),
                expected_rp_id=party.id,
                expected_origin=party.origin,
            )
    except WrongAnswerError as error:
        raise world.refuse(NOT_ADDED, got=str(error), person=account.email, origin=party.origin) from None
    return SecurityKey(
        uid=account.uid,
        name=challenge.name,
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        transports=[str(transport.value) for transport in credential.response.transports or ()],
        added_at=world.clock.now(),
        used_at=None,
    )


def _check_new(world: World, account: Account, key: SecurityKey) -> None:
    with world.database.reading() as db:
        owner = db.scalar(select(SecurityKey.uid).where(SecurityKey.credential_id == key.credential_id))
    if owner == account.uid:
        raise world.refuse(TWICE, got="a key of the list", person=account.email)
    if owner is not None:
        got = f"a key of {owner}"
        raise world.refuse(OTHER_USER, got=got, person=account.email, uid=account.uid, other=owner)
