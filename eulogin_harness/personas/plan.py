"""A person to be made: what was said about a person, and what is invented for the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eulogin_harness.documents.people import (
    STAGES,
    PersonaFields,
    PersonRequestBody,
    RequestState,
    Stage,
)
from eulogin_harness.personas.details import details_after
from eulogin_harness.personas.fake_data import Invented, free_email, invent
from mock_cpms.networks import DEFAULT_NETWORK
from mock_idp.accounts.people import NewAccount
from mock_idp.common import assurance
from mock_world import World

# Stages that differ by the state of the requests alone. Requests in several states mean the first stage named here.
_STATES: Mapping[Stage, Sequence[RequestState]] = {
    "access_approved": ["approved"],
    "access_requested": ["submitted", "info_requested"],
    "access_rejected": ["rejected"],
}
_REASONS: Mapping[RequestState, str] = {
    "rejected": "Rejected for testing.",
    "info_requested": "A question for testing: on which ward do you work?",
}  # what a helpdesk wrote, where nothing was said


def reaches(stage: Stage, other: Stage) -> bool:
    """Whether `stage` has `other` behind it."""
    return STAGES.index(stage) >= STAGES.index(other)


@dataclass(frozen=True)
class Profile:
    """What a person tells CPMS."""

    networks: Sequence[str]
    country: str
    hospital: str
    role: str
    specialty: str


@dataclass(frozen=True)
class Plan:
    """A person to be made. pin: where there is a device. profile: where it is completed.

    The last three become the account's once it is made: nobody gets mails about being made.
    """

    stage: Stage
    seed: int
    account: NewAccount
    pin: str | None
    profile: Profile | None
    requests: Sequence[PersonRequestBody]
    helpdesk_for: Sequence[str]
    notifications: bool
    always_two_factors: bool
    disabled: bool

    def has(self, stage: Stage) -> bool:
        return reaches(self.stage, stage)


def plan_person(world: World, fields: PersonaFields, next_seed: Callable[[], int], taken: set[str]) -> Plan:
    """Decide everything. taken: e-mail addresses that somebody has; the new one is added."""
    seed = next_seed() if fields.seed is None else fields.seed
    stage, networks, invented = _stage(fields), _networks(fields), invent(seed)
    has_device = reaches(stage, "device_added")
    return Plan(
        stage=stage,
        seed=seed,
        account=_account(world, fields, invented, stage, taken),
        pin=fields.pin or invented.pin if has_device else None,
        profile=_profile(world, fields, invented, networks) if reaches(stage, "profile_complete") else None,
        requests=_requests(fields, stage, networks),
        helpdesk_for=fields.helpdesk_for,
        notifications=fields.notifications,
        always_two_factors=fields.always_two_factors,
        disabled=fields.disabled,
    )


def _stage(fields: PersonaFields) -> Stage:
    """The stage said, or the one that the requests mean."""
    if fields.requests is None:
        return fields.stage
    return stage_of_requests(request.state for request in fields.requests)


def stage_of_requests(states: Iterable[str]) -> Stage:
    """The stage that requests in these states mean; who has none of them has a profile alone."""
    given = {*states}
    return next((stage for stage, meant in _STATES.items() if given & {*meant}), "profile_complete")


def _networks(fields: PersonaFields) -> list[str]:
    requested = [request.network for request in fields.requests or ()]
    chosen = fields.networks if fields.networks is not None else (requested or [DEFAULT_NETWORK])
    return list(dict.fromkeys([*chosen, *requested]))


def _account(world: World, fields: PersonaFields, invented: Invented, stage: Stage, taken: set[str]) -> NewAccount:
    first_name = fields.first_name or invented.words.first_name
    last_name = fields.last_name or invented.words.last_name
    email = fields.email or free_email(first_name, last_name, taken)
    taken.add(email.lower())
    password = None
    if reaches(stage, "registered"):
        password = fields.password or invented.password(world)
    return NewAccount(
        first_name=first_name,
        last_name=last_name,
        email=email,
        language=fields.language,
        uid=fields.uid,
        password=password,
        domain=fields.domain,
        employee_type=fields.employee_type,
        assurance_level=assurance.LEVELS[str(fields.assurance_level)],
        groups=fields.groups,
        notifications=False,
        details=details_after({}, fields),
    )


def _profile(world: World, fields: PersonaFields, invented: Invented, networks: Sequence[str]) -> Profile:
    hospital, country = invented.hospital(world, networks, fields.country)
    return Profile(
        networks=networks,
        country=fields.country or country,
        hospital=fields.hospital or hospital,
        role=fields.role or invented.role,
        specialty=invented.specialty,
    )


def _requests(fields: PersonaFields, stage: Stage, networks: Sequence[str]) -> list[PersonRequestBody]:
    states = _STATES.get(stage, ())
    by_stage = [PersonRequestBody(network=code, state=state) for state in states[:1] for code in networks]
    requests = by_stage if fields.requests is None else fields.requests
    return [one.model_copy(update={"reason": one.reason or _REASONS.get(one.state, "")}) for one in requests]
