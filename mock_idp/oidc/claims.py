"""What a client gets to know of a person, by scopes and by its registration (facts, OpenID Connect)."""

from collections.abc import Mapping
from typing import Any

from mock_idp.accounts.model import Account
from mock_idp.oidc import BASE
from mock_idp.oidc.clients import metadata_of
from mock_idp.oidc.model import Client, Grant
from mock_world import World
from mock_world import settings as s
from mock_world.fault_types import ATTRIBUTES_MISSING

_OURS = "https://ecas.ec.europa.eu/claims/"
DOMAIN, DEPARTMENT, GROUPS = _OURS + "domain", _OURS + "department_number", _OURS + "groups"
FACTORS = _OURS + "authentication_factors"  # its name is our choice

BY_SCOPE: Mapping[str, tuple[str, ...]] = {
    "openid": (),
    "email": ("email", "email_verified"),
    "profile": ("given_name", "family_name", "name", DOMAIN),
    "phone": ("phone_number",),
    "hr": (DEPARTMENT,),
    "authentication_factors": (FACTORS,),
}
_OF_THE_PERSON = frozenset({"email", "email_verified", "given_name", "family_name", "name"})
CLAIMS = ("sub", *(name for names in BY_SCOPE.values() for name in names), GROUPS)


def _lacks_attributes(world: World, account: Account, grant: Grant) -> bool:
    """Fault attributes.missing."""
    return world.faults.inject(ATTRIBUTES_MISSING, account.email, client_id=grant.client_id) is not None


def issuer(world: World) -> str:
    """The issuer: the public address of OpenID Connect in this world."""
    return world.addresses.public("idp", BASE)


def claims_of(world: World, account: Account, grant: Grant, client: Client, scope: str | None = None) -> dict[str, Any]:
    """The claims that are given, as `known_claims` but for what fault attributes.missing takes away."""
    claims = known_claims(world, account, grant, client, scope)
    if _OF_THE_PERSON & claims.keys() and _lacks_attributes(world, account, grant):
        return {name: value for name, value in claims.items() if name not in _OF_THE_PERSON}
    return claims


def known_claims(
    world: World, account: Account, grant: Grant, client: Client, scope: str | None = None
) -> dict[str, Any]:
    """The claims about the person; those whose value is not known are left out.

    While new accounts are not recognised at once, `registered_at` gives their age (our choice).

    scope: of the token they go with, where that is narrower than what was granted. `email_verified` is a boolean;
    the real one is said to be badly typed.
    """
    known = {
        "email": account.email,
        "email_verified": True,
        "given_name": account.first_name,
        "family_name": account.last_name,
        "name": account.full_name,
        DOMAIN: account.domain,
        "phone_number": account.details.get("telephoneNumber"),
        DEPARTMENT: account.details.get("departmentNumber"),
        FACTORS: grant.strengths,
        GROUPS: account.groups,
    }
    claim_names = {
        name
        for scope in (grant.parameters["scope"] if scope is None else scope).split()
        for name in BY_SCOPE.get(scope, ())
    }
    claim_names |= set(metadata_of(client).claims)
    claims = {name: value for name, value in known.items() if name in claim_names and value not in (None, "")}
    delayed = world.settings[s.RECOGNITION_DELAY]
    return {"sub": account.uid} | claims | ({"registered_at": account.registered_at.isoformat()} if delayed else {})
