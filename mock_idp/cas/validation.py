"""Validating a ticket: what is refused with which code, and what is returned (facts, validation)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha1

from sqlalchemy import BindParameter, Select, bindparam, select, update

from mock_idp.accounts.model import Account
from mock_idp.cas import answer, plain_answer, proxying
from mock_idp.cas.parameters import PROXY, SERVICE, Endpoint, ValidationParameters, read, wants_json
from mock_idp.cas.refusals import (
    FINGERPRINT_MISSING,
    FINGERPRINT_WRONG,
    INSUFFICIENT_LEVEL,
    INVALID_STRENGTH,
    INVALID_USER,
    NOT_FRESH,
    SERVICE_MISMATCH,
    WRONG_TYPE,
    check_no_internal_error,
)
from mock_idp.cas.success import Success
from mock_idp.cas.tickets import ServiceTicket, take_ticket
from mock_idp.common import assurance
from mock_idp.common import settings as s
from mock_idp.common.cas_dialect import is_plain
from mock_idp.common.service_mismatch import mismatch, shown
from mock_idp.common.strength_names import (
    MOBILE_APP,
    PASSWORD,
    PASSWORD_MOBILE_APP,
    PASSWORD_SOFTWARE_TOKEN,
    PASSWORD_WEBAUTHN,
)
from mock_idp.factors.devices.model import ACTIVE, Device
from mock_idp.factors.keys.model import SecurityKey
from mock_idp.signin.redirect_loops import end_round
from mock_idp.signin.services import service_of
from mock_idp.signin.strengths import Demand, level_of, listed
from mock_world import World, fault_types
from mock_world import settings as shared
from mock_world.events import EventType

VALIDATED = EventType(
    "ticket.validated",
    "{service} validated a ticket and read user {user} (the unique identifier, no e-mail address)[; not asked for: "
    "{not_asked}][; demanded at the sign-in and not at the validation: {not_repeated}]; in {form}, namespace "
    "{namespace}[, not {ordinary}, for which ordinary clients of CAS look (setting dialect)].",
    logged=("service", "form", "namespace", "not_asked", "not_repeated"),
)

_ORDINARY = f"{plain_answer.NAMESPACE} with attributes inside of cas:attributes"
_OF_THE_ADDRESS = "call /laxValidate or send assuranceLevel=LOW to accept self-registered people"
_OF_THE_REGISTRY = "lower least_assurance_level of the registered service, or sign in as a person of that level"
_BY_PHONE = frozenset({PASSWORD_MOBILE_APP, PASSWORD_SOFTWARE_TOKEN, MOBILE_APP})
_UID: BindParameter[str] = bindparam("uid")
_PHONE = select(Device.name).where(Device.uid == _UID, Device.state == ACTIVE).order_by(Device.id).limit(1)
_KEY = select(SecurityKey.name).where(SecurityKey.uid == _UID).order_by(SecurityKey.used_at.desc()).limit(1)


def validate(world: World, query: Mapping[str, str], endpoint: Endpoint, media: str = "") -> Success:
    """Validate `ticket` for `service`, and send a proxy granting ticket where one is wished.

    Whatever is wrong with the rest, the ticket is used up; parameters that say nothing leave it (our choice).
    media: type of the body, for what is said where parameters are missing.
    Raises Refusal (ticket.*, and those of proxying).
    """
    parameters = read(world, query, endpoint, media)
    ticket, account = take_ticket(world, parameters.ticket)
    check_no_internal_error(world, ticket.service, account.email)
    _check_service(world, account, ticket, parameters.service)
    _check_ticket(world, account, ticket, parameters)
    _check_assurance(world, account, parameters)
    strengths = _strengths(world, account, ticket, parameters.demand)
    iou = proxying.grant(world, ticket, account, parameters.pgt_url) if parameters.pgt_url else ""
    _note(world, account, ticket, parameters, query)
    details = parameters.details or is_plain(world)  # plain CAS knows no way to ask for them
    return Success(
        account=account,
        ticket=ticket,
        type=type_of(ticket),
        details=details,
        groups=_groups(account, parameters.groups if not is_plain(world) else frozenset("*")),
        level=level_of(strengths),
        strengths=_names(world, strengths, query.get("acceptStrengths")),
        registered_at=account.registered_at if details and world.settings[shared.RECOGNITION_DELAY] else None,
        factors=_factors(world, ticket, strengths),
        iou=iou,
    )


def type_of(ticket: ServiceTicket) -> str:
    return PROXY if ticket.id.startswith("PT-") else SERVICE


def _check_service(world: World, account: Account, ticket: ServiceTicket, service: str) -> None:
    """Raises Refusal (ticket.invalid_service), whose remedy names the difference."""
    wrong = world.faults.inject(fault_types.TICKET_WRONG_SERVICE, account.email, service=ticket.service)
    if ticket.service == service and not wrong:
        return
    what = "none, it is the fault ticket.wrong_service" if wrong else mismatch(ticket.service, service)
    raise world.refuse(
        SERVICE_MISMATCH, got=shown(service), person=account.email, service=shown(ticket.service), difference=what
    )


def _check_ticket(world: World, account: Account, ticket: ServiceTicket, parameters: ValidationParameters) -> None:
    """Check type, proof of the client that began the transaction, and renew. Raises Refusal (ticket.*)."""
    kind, email = type_of(ticket), account.email
    if kind not in parameters.types:
        raise world.refuse(
            WRONG_TYPE, got=f"a ticket of type {kind}", person=email, had=kind, types=_or(parameters.types)
        )
    if ticket.fingerprint and not parameters.fingerprint:
        raise world.refuse(FINGERPRINT_MISSING, got="none", person=email)
    if ticket.fingerprint and not proves(parameters.fingerprint, ticket.fingerprint):
        raise world.refuse(FINGERPRINT_WRONG, got="another secret", person=email)
    if parameters.renew and ticket.sso:
        raise world.refuse(NOT_FRESH, got="a ticket of single sign-on", person=email)


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(names)


def proves(secret: str, fingerprint: str) -> bool:
    """Whether `secret` (base64) is what `fingerprint` = base64(SHA-1(SHA-1(secret))) was made of (facts, transactions).

    Sources do not say whether the secret is hashed as its bytes or as its base64 text: both count.
    """
    texts = [secret.encode()]
    with suppress(binascii.Error, ValueError):
        texts.append(base64.b64decode(secret, validate=True))
    digests = (base64.b64encode(sha1(sha1(text).digest()).digest()) for text in texts)  # noqa: S324 - the real one's
    return any(hmac.compare_digest(digest, fingerprint.encode()) for digest in digests)


def _check_assurance(world: World, account: Account, parameters: ValidationParameters) -> None:
    """Check the account's assurance level, which plain CAS does not know. Raises Refusal (ticket.invalid_user)."""
    if is_plain(world):
        return
    registered = service_of(world, parameters.service).least_assurance_level
    least, has = max(parameters.least, registered), account.assurance_level
    if has < least:
        raise world.refuse(
            INVALID_USER,
            got=f"level {has}",
            person=account.email,
            uid=account.uid,
            people=assurance.PEOPLE[max(level for level in assurance.PEOPLE if level <= max(has, 0))],
            accepted=assurance.PEOPLE[min(level for level in assurance.PEOPLE if level >= min(least, 40))],
            least=least,
            way=_OF_THE_REGISTRY if has < registered else _OF_THE_ADDRESS,
        )


def _strengths(world: World, account: Account, ticket: ServiceTicket, demand: Demand) -> list[str]:
    """The strengths of the sign-in that the service accepts. Raises Refusal (ticket.*)."""
    accepted = [strength for strength in ticket.strengths if demand.accepts(strength)]
    if accepted:
        return accepted
    got = ", ".join(ticket.strengths)
    if demand.strengths:
        listed = ", ".join(demand.strengths)
        raise world.refuse(INVALID_STRENGTH, got=got, person=account.email, strengths=shown(listed))
    raise world.refuse(
        INSUFFICIENT_LEVEL, got=got, person=account.email, level=level_of(ticket.strengths), wanted=demand.level
    )


def _names(world: World, strengths: list[str], accepted: str | None) -> list[str]:
    """The strengths as the answer names them: the password by the setting, unless it is accepted as PASSWORD."""
    password = PASSWORD if PASSWORD in listed(accepted) else world.settings[s.CAS_PASSWORD_STRENGTH]
    return [password if strength == PASSWORD else strength for strength in strengths]


def _note(
    world: World,
    account: Account,
    ticket: ServiceTicket,
    parameters: ValidationParameters,
    query: Mapping[str, str],
) -> None:
    """Record that the ticket was validated, and whether its service is notified of the session's end.

    Plain CAS notifies every service; EU Login those that ask for it, or are known for it (facts, single logout).
    """
    notified = parameters.single_logout or is_plain(world) or service_of(world, parameters.service).single_logout
    with world.database.session() as db:
        end_round(world, ticket.sid, ticket.service, account.email)
        if notified:
            db.execute(update(ServiceTicket).where(ServiceTicket.id == ticket.id).values(single_logout=True))
        world.journal.record(
            VALIDATED,
            person=account.email,
            service=shown(parameters.service),
            user=account.uid,
            form="JSON" if wants_json(query) else "XML",
            namespace=plain_answer.NAMESPACE if is_plain(world) else answer.NAMESPACE,
            ordinary="" if is_plain(world) else _ORDINARY,
            not_asked="" if is_plain(world) else _missing_parameters(parameters),
            not_repeated=", ".join(name for name in ticket.demands.split(", ") if name and not query.get(name)),
        )


def _missing_parameters(parameters: ValidationParameters) -> str:
    """The parameters without which no name, address or group is returned, where they were not sent."""
    requested = {"userDetails": parameters.details, "groups": parameters.groups is not None}
    return ", ".join(name for name, sent in requested.items() if not sent)


def _groups(account: Account, requested: frozenset[str] | None) -> list[str] | None:
    if requested is None:
        return None
    return [group for group in account.groups if "*" in requested or group in requested]


def _factors(world: World, ticket: ServiceTicket, strengths: list[str]) -> dict[str, str]:
    """What was typed as user name, and the names of phone and key where they were used.

    Of several it is the phone that was added first, and the key that was used last (our choice).
    """
    factors = {"moniker": ticket.moniker} if ticket.moniker else {}
    if _BY_PHONE & {*strengths}:
        factors |= _first(world, "mobileDevice", _PHONE, ticket.uid)
    if PASSWORD_WEBAUTHN in strengths:
        factors |= _first(world, "webAuthnDevice", _KEY, ticket.uid)
    return factors


def _first(world: World, name: str, query: Select[str], uid: str) -> dict[str, str]:
    """The first name that the query finds, under the element's name; empty where it is gone meanwhile."""
    with world.database.reading() as db:
        value = db.scalar(query, {"uid": uid})
    return {name: value} if value is not None else {}
