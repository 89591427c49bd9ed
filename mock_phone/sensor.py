"""Fingerprint and face on the phone's page: the browser's own sensor or screen lock, by WebAuthn (guide, G22).

Whom it recognises is the browser's affair; the phone keeps a public key, and asks for the person to be verified.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, mapped_column

from mock_phone.model import Biometrics, OpenRequest
from mock_phone.phone import Phone
from mock_phone.refusals import BIOMETRICS_OFF
from mock_world import Refusal, RefusalKind
from mock_world.database import Base
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.relying_party import (
    GIVEN_UP,
    LONGEST_ANSWER,
    WrongAnswerError,
    judging,
    milliseconds_left,
    no_answer,
    party_of,
)

LIFE = timedelta(minutes=2)  # of a question (our choice)
MISSING_HERE = "NoSensor"  # what the page's script says where the browser has nothing to ask

ENROLLED = EventType(
    "phone.sensor_enrolled",
    "{biometrics} was enrolled on phone {phone}.",
)

OVER = RefusalKind(
    "phone.sensor_over",
    message=N_("Start again: this prompt was answered already, or was open for too long."),
    expected="one answer to a prompt of this phone, within {minutes} minutes by the world's clock",
    remedy="start again: that makes a new prompt",
    status=410,
)
NOT_RECOGNISED = RefusalKind(
    "phone.sensor_not_recognised",
    message=N_("Try again, or use your PIN: you were not recognised, or the prompt was cancelled."),
    expected="a person whom the browser's sensor or screen lock recognises",
    remedy="try again in the browser in which biometrics were switched on, or approve with the PIN",
    status=403,
)
SENSOR_WRONG = RefusalKind(
    "phone.sensor_wrong",
    message=N_("Try again, or use your PIN: this was not the answer of the sensor that was enrolled."),
    expected="a verified answer to this prompt, made for {origin} by the sensor that was enrolled",
    remedy="try again at {origin}, or approve with the PIN",
    status=403,
)
MISSING = RefusalKind(
    "phone.sensor_missing",
    message=N_("Use your PIN: this browser has no fingerprint sensor, no face recognition and no screen lock."),
    expected="a browser with a sensor or screen lock that verifies the person (WebAuthn)",
    remedy="use another browser, or switch biometrics on without one: PATCH /api/phones/<id> with `biometrics`",
    status=409,
)
NOT_USABLE = RefusalKind(
    "phone.sensor_not_usable",
    message=N_("Open this page at {origin}, or use your PIN: your browser reported {problem}."),
    expected="a browser that asks its sensor for {origin}",
    remedy="open the page at {origin}, or approve with the PIN",
    status=409,
)


_PROBLEMS = {MISSING_HERE: MISSING, **dict.fromkeys(GIVEN_UP, NOT_RECOGNISED)}


class SensorQuestion(Base):
    """What the sensor has to answer, once and before `expires_at`. `challenge`: 32 bytes, base64url.

    request: the one to be approved; empty where a fingerprint or face of `kind` is to be enrolled.
    """

    __tablename__ = "phone_sensor_question"

    id: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(ForeignKey("phone_phone.name", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    request: Mapped[str]
    challenge: Mapped[str]
    expires_at: Mapped[datetime]


def ask(phone: Phone, kind: Biometrics, *, request: str = "") -> SensorQuestion:
    """Ask to enrol, or with `request` (its id) to approve; expired prompts of this phone are swept up."""
    world = phone.world
    question = SensorQuestion(
        id=world.random.token(16),
        phone=phone.id,
        kind=kind,
        request=request,
        challenge=world.random.token(32),
        expires_at=world.clock.now() + LIFE,
    )
    lapsed = SensorQuestion.expires_at <= world.clock.now()
    with world.database.session() as db:
        db.execute(delete(SensorQuestion).where(SensorQuestion.phone == phone.id, lapsed))
        db.add(question)
    return question


def is_unanswered(phone: Phone, question_id: str) -> bool:
    """Whether a question of this phone has had no answer yet, though its time may have ended."""
    with phone.world.database.reading() as db:
        question = db.get(SensorQuestion, question_id)
    return question is not None and question.phone == phone.id


def question_of(phone: Phone, question_id: str) -> SensorQuestion:
    """A question of this phone that may be answered. Raises Refusal (phone.sensor_over)."""
    with phone.world.database.reading() as db:
        question = db.get(SensorQuestion, question_id)
    if question is None or question.phone != phone.id or phone.world.clock.now() >= question.expires_at:
        raise _over(phone, "another prompt, or one that is over")
    return question


def options(phone: Phone, question: SensorQuestion) -> str:
    """What the browser is told for `navigator.credentials.create` or `.get`, as JSON."""
    from webauthn import options_to_json

    return options_to_json(_approving(phone, question) if question.request else _enrolling(phone, question))


def _enrolling(phone: Phone, question: SensorQuestion) -> Any:
    from webauthn import base64url_to_bytes, generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorAttachment,
        AuthenticatorSelectionCriteria,
        UserVerificationRequirement,
    )

    world = phone.world
    return generate_registration_options(
        rp_id=party_of(world, "phone").id,
        rp_name="EU Login app mock",
        user_id=hmac.digest(world.secret.encode(), phone.id.encode(), "sha256"),
        user_name=f"{phone.id}, {world.name}",
        challenge=base64url_to_bytes(question.challenge),
        timeout=milliseconds_left(phone.world, question.expires_at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            authenticator_attachment=AuthenticatorAttachment.PLATFORM,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )


def _approving(phone: Phone, question: SensorQuestion) -> Any:
    from webauthn import base64url_to_bytes, generate_authentication_options
    from webauthn.helpers.structs import (
        AuthenticatorTransport,
        PublicKeyCredentialDescriptor,
        UserVerificationRequirement,
    )

    known = phone.sensor
    if known is None:
        raise phone.world.refuse(BIOMETRICS_OFF, got="a phone without a sensor", person=phone.owner or None)
    descriptor = PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(known["credential_id"]), transports=[AuthenticatorTransport.INTERNAL]
    )
    return generate_authentication_options(
        rp_id=party_of(phone.world, "phone").id,
        challenge=base64url_to_bytes(question.challenge),
        timeout=milliseconds_left(phone.world, question.expires_at),
        allow_credentials=[descriptor],
        user_verification=UserVerificationRequirement.REQUIRED,
    )


def enrol(phone: Phone, question: SensorQuestion, answer: str) -> None:
    """Take the browser's new credential (JSON) and switch biometrics on.

    Raises Refusal (phone.sensor_over, .sensor_wrong).
    """
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    _take(phone, question)
    party = party_of(phone.world, "phone")
    try:
        with judging():
            verified = verify_registration_response(
                credential=parse_registration_credential_json(answer[:LONGEST_ANSWER]),
                expected_challenge=base64url_to_bytes(question.challenge),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
    except WrongAnswerError as error:
        raise _wrong(phone, error) from None
    known = {
        "credential_id": bytes_to_base64url(verified.credential_id),
        "public_key": bytes_to_base64url(verified.credential_public_key),
        "sign_count": verified.sign_count,
    }
    with phone.world.database.session():
        phone.change_settings(biometrics=question.kind)
        phone.keep_sensor(known)
        phone.world.journal.record(ENROLLED, person=phone.owner or None, phone=phone.id, biometrics=question.kind)


def approve(phone: Phone, question: SensorQuestion, answer: str) -> OpenRequest:
    """Approve the request that the question was about, once the sensor's answer (JSON) is found right.

    Raises Refusal (phone.sensor_over, .sensor_wrong; what Phone.approve_with_biometrics raises).
    """
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json

    _take(phone, question)
    party, known = party_of(phone.world, "phone"), phone.sensor or {}
    try:
        with judging():
            credential = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
            if credential.id != known["credential_id"]:
                raise LookupError("another credential")
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(question.challenge),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=base64url_to_bytes(known["public_key"]),
                credential_current_sign_count=known["sign_count"],
                require_user_verification=True,
            )
    except WrongAnswerError as error:
        raise _wrong(phone, error) from None
    phone.keep_sensor(known | {"sign_count": verified.new_sign_count})
    return phone.approve_with_biometrics(request=question.request)


def give_up(phone: Phone, question: SensorQuestion, problem: str) -> Refusal:
    """The browser has no answer; `problem` is the name of its exception. Raises Refusal (phone.sensor_over)."""
    _take(phone, question)
    party = party_of(phone.world, "phone")
    return no_answer(phone.world, party, problem, phone.owner or None, known=_PROBLEMS, otherwise=NOT_USABLE)


def _take(phone: Phone, question: SensorQuestion) -> None:
    """Take a question for the one answer that it allows. Raises Refusal (phone.sensor_over)."""
    question_of(phone, question.id)
    with phone.world.database.session() as db:
        taken = db.execute(delete(SensorQuestion).where(SensorQuestion.id == question.id).returning(SensorQuestion.id))
        first = taken.scalar() is not None
    if not first:
        raise _over(phone, "a second answer")


def _over(phone: Phone, got: str) -> Refusal:
    return phone.world.refuse(OVER, got=got, person=phone.owner or None, minutes=LIFE // timedelta(minutes=1))


def _wrong(phone: Phone, error: WrongAnswerError) -> Refusal:
    origin = party_of(phone.world, "phone").origin
    return phone.world.refuse(SENSOR_WRONG, got=str(error), person=phone.owner or None, origin=origin)
