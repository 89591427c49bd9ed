"""The people of a world, with all that is known of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from eulogin_harness.documents.people import Persona
from eulogin_harness.personas.changing import deleted_accounts
from eulogin_harness.personas.details import fields_of
from eulogin_harness.personas.facts import Facts, facts_of, stage_of
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.personas.newcomers import remember_newcomers
from mock_idp.accounts.model import SELF_REGISTERED, Account
from mock_idp.common import assurance
from mock_idp.factors.devices.enrolment import qr_payload
from mock_world import World

_EVERYBODY = select(PersonaRow, Account).outerjoin(Account, Account.uid == PersonaRow.uid).order_by(PersonaRow.id)
_SOME = _EVERYBODY.where(PersonaRow.id.between(bindparam("first"), bindparam("last")))


def people(
    world: World, *, ids: Sequence[int] | None = None, stage: str | None = None, network: str | None = None
) -> list[Persona]:
    """Everybody who has an account, or had one and deleted it, in the order in which they became known.

    ids: of people that are known already, made in one go. network: in the profile or asked for.
    """
    with world.database.session() as db:
        if ids is None:
            remember_newcomers(world)
            rows = db.execute(_EVERYBODY).all()
        else:
            rows = db.execute(_SOME, {"first": min(ids, default=0), "last": max(ids, default=0)}).all()
        facts = facts_of(world, [row.uid for row, _ in rows])
        deleted = deleted_accounts(world) if any(account is None for _, account in rows) else {}
        everybody = [
            _deleted(row, facts, deleted.get(row.uid, row.email))
            if account is None
            else _person(world, row, account, facts)
            for row, account in rows
        ]
    return [
        one
        for one in everybody
        if (stage is None or one.stage == stage) and (network is None or network in _networks(one))
    ]


def _networks(person: Persona) -> set[str]:
    return {*person.networks, *(request.network for request in person.requests)}


def _person(world: World, row: PersonaRow, account: Account, facts: Facts) -> Persona:
    stage = stage_of(world, account, facts)
    device = facts.waiting_device(row.uid) if stage == "device_added" else None
    own = next((each for each in facts.devices.get(row.uid, ()) if each.enrolment == row.device_enrolment), None)
    return Persona(
        **_known(row, facts),
        stage=stage,
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
        language=account.language,
        domain=account.domain,
        employee_type=account.employee_type,
        assurance_level=assurance.NAMES.get(account.assurance_level, str(account.assurance_level)),
        groups=account.groups,
        notifications=account.notifications,
        always_two_factors=account.always_two_factors,
        disabled=account.disabled,
        password_changed=row.password is not None and account.password_hash != row.password_hash,
        pin_changed=own is not None and own.pin_hash != row.pin_hash,
        panic=facts.panicked(account),
        phone_lost=facts.phone_lost(row.uid),
        qr_payload=qr_payload(world, device) if device is not None else None,
        **{"domain_username": account.uid} | fields_of(account.details),
    )


def _deleted(row: PersonaRow, facts: Facts, email: str) -> Persona:
    return Persona(
        **_known(row, facts),
        stage=row.stage,
        first_name=row.first_name,
        last_name=row.last_name,
        email=email,
        language="",
        domain=SELF_REGISTERED,
        employee_type="n",
        assurance_level=assurance.NAMES[assurance.LOW],
        groups=[],
        notifications=False,
        always_two_factors=False,
        disabled=False,
        deleted=True,
    )


def _known(row: PersonaRow, facts: Facts) -> dict[str, Any]:
    """What CPMS was told, and what is remembered of somebody whether or not the account is there."""
    profile = facts.profiles.get(row.uid)
    answers = profile.answers if profile else {}
    return {
        "id": row.id,
        "origin": row.origin,
        "phone_id": row.phone_id or facts.phone_of(row.uid) or "",
        "uid": row.uid,
        "password": row.password,
        "pin": row.pin,
        "country": answers.get("country") or row.country,
        "hospital": answers.get("hospital") or row.hospital,
        "role": answers.get("role") or row.role,
        "networks": profile.networks if profile else row.networks,
        "helpdesk_for": row.helpdesk_for,
        "seed": row.seed,
        "requests": facts.requests.get(row.uid, ()),
    }
