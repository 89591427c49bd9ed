"""Making people: each stage stands on the one before (contract, `POST /api/personas`)."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.personas.plan import Plan, plan_person
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.seeding import seed_request
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.people import Person, know_person
from mock_cpms.profile.fields import profile_fields
from mock_cpms.profile.rules import complete_profile
from mock_idp.account_management.password_links import send_link
from mock_idp.account_management.registration import REGISTERED
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import create_account
from mock_idp.factors.devices.enrolment import DeviceDescription, enrol
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.rules import add_device
from mock_idp.factors.second_factors import no_factor_problem
from mock_phone.phone import Phone
from mock_world import World
from mock_world.events import EventType
from mock_world.i18n import N_, translations
from mock_world.randomness import Randomness

T = TypeVar("T")

MADE = EventType(
    "persona.made",
    "{person} was made by the control API or the control room, at stage {stage}.",
)

_DEVICE_NAME = N_("My phone")
_DEVICE = DeviceDescription(os="Mock OS 1", manufacturer="Mock", model="Phone 1")
_SEEDS = 2**32
_EMAILS = select(Account.email)


def make_person(world: World, fields: PersonaFields, *, phone_id: str | None = None) -> PersonaRow:
    """One person. Raises Refusal where a rule says no; then nothing was made."""
    return make_people(world, [fields], phone_id=phone_id)[0]


def make_people(
    world: World, people: Iterable[PersonaFields], *, seed: int | None = None, phone_id: str | None = None
) -> list[PersonaRow]:
    """People, all or none. seed: of those who have none of their own. phone_id: made up where None."""
    next_seed = _seeds(world, seed)
    with world.database.session() as db, db.no_autoflush:
        taken = set(db.connection().scalars(_EMAILS))
        plans = [plan_person(world, fields, next_seed, taken) for fields in people]
        accounts = _all(db, (create_account(world, plan.account) for plan in plans))
        devices = [*map(_add_device, repeat(world), plans, accounts)]
        phones = [*map(_new_phone, repeat(world), plans, accounts, repeat(phone_id))]  # written with the devices
        persons = _all(db, map(_know_at_cpms, repeat(world), plans, accounts))
        _all(db, map(_ask_for_access, repeat(world), plans, persons))  # else the profile would draft these requests
        made = zip(plans, accounts, devices, persons, phones, strict=True)
        return [_make(world, *each) for each in made]


def _all(db: Session, made: Iterable[T]) -> list[T]:
    """Things that are written to the database together, if any: that is much quicker than one by one."""
    rows = list(made)
    if any(rows):
        db.flush()
    return rows


def _seeds(world: World, seed: int | None) -> Callable[[], int]:
    source = world.random if seed is None else Randomness(seed)
    return lambda: source.number(1, _SEEDS)


def _new_phone(world: World, plan: Plan, account: Account, phone_id: str | None) -> Phone:
    return Phone.create(world, owner=account.email, phone_id=phone_id, installed=plan.has("device_added"))


def _make(
    world: World, plan: Plan, account: Account, device: Device | None, person: Person | None, phone: Phone
) -> PersonaRow:
    if not plan.has("registered"):
        world.journal.record(REGISTERED, person=account.email, uid=account.uid)
        send_link(world, account)
    if device is not None and plan.has("enrolled"):
        _initialise(world, plan, device, phone)
    for network in plan.helpdesk_for:
        appoint_helpdesk(world, account.uid, network)
    if person is not None:
        _complete_profile(world, plan, person)
    _switch(world, plan, account)
    world.journal.record(MADE, person=account.email, stage=plan.stage)
    return _remember(world, plan, account, phone, device)


def _switch(world: World, plan: Plan, account: Account) -> None:
    """Raises Refusal (factor.none_yet) where two factors were to be required of somebody who has one."""
    if plan.always_two_factors and (problem := no_factor_problem(world, account)):
        raise problem
    account.notifications, account.disabled = plan.notifications, plan.disabled
    account.always_two_factors = plan.always_two_factors


def _add_device(world: World, plan: Plan, account: Account) -> Device | None:
    if plan.pin is None:
        return None
    name = translations(account.language).ugettext(_DEVICE_NAME)
    return add_device(world, account.uid, name=name, pin=plan.pin)


def _initialise(world: World, plan: Plan, device: Device, phone: Phone) -> None:
    enrolled = enrol(world, device.enrolment, pin=plan.pin or "", description=_DEVICE)
    phone.link(
        account=enrolled.account,
        device_identifier=enrolled.device_identifier,
        secret=enrolled.secret,
        server="",
    )


def _know_at_cpms(world: World, plan: Plan, account: Account) -> Person | None:
    if plan.profile is None:
        return None
    return know_person(
        world,
        uid=account.uid,
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        language=account.language,
    )


def _ask_for_access(world: World, plan: Plan, person: Person | None) -> list[AccessRequest]:
    if person is None:
        return []
    now = world.clock.now()
    return [
        seed_request(
            world,
            person.uid,
            network=request.network,
            state=request.state,
            since=now - request.since,
            reason=request.reason,
            guest_until=request.guest_until,
        )
        for request in plan.requests
    ]


def _complete_profile(world: World, plan: Plan, person: Person) -> None:
    """With the ticks without which the form would not be taken. Raises Refusal (profile.form_unreadable)."""
    if (profile := plan.profile) is not None:
        ticks = {spec.name: "yes" for spec in profile_fields(world) if spec.type == "tick" and spec.mandatory}
        answers = {
            "country": profile.country,
            "hospital": profile.hospital,
            "role": profile.role,
            "specialty": profile.specialty,
        }
        complete_profile(world, person.uid, networks=profile.networks, **answers | ticks)


def _remember(world: World, plan: Plan, account: Account, phone: Phone, device: Device | None) -> PersonaRow:
    profile = plan.profile
    row = PersonaRow(
        uid=account.uid,
        origin="made",
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        stage=plan.stage,
        phone_id=phone.id,
        password=plan.account.password,
        password_hash=account.password_hash,
        pin=plan.pin,
        pin_hash=device.pin_hash if device is not None else None,
        country=profile.country if profile else None,
        hospital=profile.hospital if profile else None,
        role=profile.role if profile else None,
        networks=list(profile.networks) if profile else [],
        helpdesk_for=list(plan.helpdesk_for),
        seed=plan.seed,
        device_enrolment=device.enrolment if device is not None else None,
    )
    with world.database.session() as db:
        db.add(row)
    return row
