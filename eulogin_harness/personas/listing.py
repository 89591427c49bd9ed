"""The people that were made, with all that is known of them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from eulogin_harness.documents.people import Persona, PersonRequest
from eulogin_harness.personas.details import fields_of
from eulogin_harness.personas.model import PersonaRow
from mock_cpms.access.model import AccessRequest
from mock_idp.accounts.model import Account
from mock_idp.common import assurance
from mock_idp.factors.devices.enrolment import qr_payload
from mock_idp.factors.devices.model import WAITING, Device
from mock_world import World


def people(
    world: World,
    *,
    ids: Sequence[int] | None = None,
    stage: str | None = None,
    network: str | None = None,
    newest: int | None = None,
) -> list[Persona]:
    """People in the order in which they were made; those whose account was deleted are left out.

    ids: made in one go. network: in the profile or asked for. newest: only the last so many.
    """
    query = select(PersonaRow, Account).join(Account, Account.uid == PersonaRow.uid)
    if ids is not None:
        query = query.where(PersonaRow.id.between(min(ids, default=0), max(ids, default=0)))
    if stage is not None:
        query = query.where(PersonaRow.stage == stage)
    with world.database.session() as db:
        rows = db.execute(query.order_by(PersonaRow.id.desc()).limit(newest)).all()[::-1]
        requests = _requests(world, [account.uid for _, account in rows])
        answers = [_answer(world, row, account, requests[account.uid]) for row, account in rows]
    return [one for one in answers if network is None or network in _networks(one)]


def _networks(person: Persona) -> set[str]:
    return {*person.networks, *(request.network for request in person.requests)}


def _requests(world: World, uids: Sequence[str]) -> defaultdict[str, list[PersonRequest]]:
    columns = AccessRequest.uid, AccessRequest.id, AccessRequest.network, AccessRequest.state
    query = select(*columns).order_by(AccessRequest.id)
    if len(uids) == 1:
        query = query.where(AccessRequest.uid == uids[0])
    requests: defaultdict[str, list[PersonRequest]] = defaultdict(list)
    with world.database.session() as db:
        for uid, number, network, state in db.execute(query):
            requests[uid].append(PersonRequest(id=number, network=network, state=state))
    return requests


def _answer(world: World, row: PersonaRow, account: Account, requests: list[PersonRequest]) -> Persona:
    return Persona(
        id=row.id,
        phone_id=row.phone_id,
        stage=row.stage,
        uid=account.uid,
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
        password=row.password,
        pin=row.pin,
        language=account.language,
        domain=account.domain,
        employee_type=account.employee_type,
        assurance_level=assurance.NAMES.get(account.assurance_level, str(account.assurance_level)),
        groups=account.groups,
        notifications=account.notifications,
        always_two_factors=account.always_two_factors,
        disabled=account.disabled,
        country=row.country,
        hospital=row.hospital,
        networks=row.networks,
        seed=row.seed,
        role=row.role,
        helpdesk_for=row.helpdesk_for,
        requests=requests,
        qr_payload=_qr_payload(world, row),
        **{"domain_username": account.uid} | fields_of(account.details),
    )


def _qr_payload(world: World, row: PersonaRow) -> str | None:
    if row.stage != "device_added" or row.device_id is None:
        return None
    with world.database.session() as db:
        device = db.get(Device, row.device_id)
        return qr_payload(world, device) if device is not None and device.state == WAITING else None
