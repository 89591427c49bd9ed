"""`/token`: what a client gets for a code or a refresh token."""

from collections.abc import Callable, Mapping

from mock_idp.oidc import BASE
from mock_idp.oidc import refusals as no
from mock_idp.oidc.client_authentication import authenticate
from mock_idp.oidc.id_tokens import access_value, id_token, inject
from mock_idp.oidc.model import Client
from mock_idp.oidc.refusals import REPEATED
from mock_idp.oidc.tokens import Issued, follow_grant, redeem_code, redeem_refresh
from mock_world import World
from mock_world import fault_types as f
from mock_world.correlation import current_person

Form = Mapping[str, list[str]]
GRANTS: Mapping[str, Callable[[World, Client, Mapping[str, str]], Issued]] = {
    "authorization_code": redeem_code,
    "refresh_token": redeem_refresh,
}


def each_once(world: World, sent: Form) -> dict[str, str]:
    """The parameters of a form. Raises Refusal (parameter.repeated) where one came several times (RFC 6749, 3.2)."""
    for name, values in sent.items():
        if len(values) > 1:
            raise world.refuse(REPEATED, got=f"{len(values)} times {name[:60]}", name=name[:60])
    return {name: values[0] for name, values in sent.items()}


def answer_token(world: World, sent: Form, headers: "Mapping[str, str]") -> tuple[dict[str, str | int], Issued]:
    """The answer, and what was issued. Raises Refusal (token.*, client.*).

    What EU Login may do with `id_token_max_age` and `refresh_token_max_age` is not known: they are ignored.
    """
    form = each_once(world, sent)
    follow_grant(world, form)
    client = authenticate(world, form, headers, world.addresses.public("idp", f"{BASE}/token"))
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise world.refuse(no.MISSING, got=f"no grant_type{no.unread(headers)}", name="grant_type")
    if grant_type not in GRANTS:
        raise world.refuse(no.GRANT_TYPE, got=grant_type[:60], name=grant_type[:60])
    if world.faults.inject(f.VALIDATION_FAILED, current_person(), client_id=client.client_id):
        raise world.refuse(no.INTERNAL_ERROR, got=f"the fault {f.VALIDATION_FAILED.name}")
    issued = GRANTS[grant_type](world, client, form)
    return _answer(world, issued), issued


def _answer(world: World, issued: Issued) -> dict[str, str | int]:
    token, access = issued.access, access_value(world, issued)
    answer: dict[str, str | int] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int((token.expires_at - token.issued_at).total_seconds()),
        "scope": token.scope,
    }
    if "openid" in token.scope.split():  # a refresh may ask for less, and the ID token is left out then
        answer["id_token"] = id_token(world, issued, access)
    if issued.refresh is not None:
        answer["refresh_token"] = issued.refresh.value
    return answer


def linger(world: World, issued: Issued) -> None:
    """Fault `token.slow`: take the time, in which the world may end."""
    if slow := inject(world, f.TOKEN_SLOW, issued):
        world.signals.wait(lambda: None, seconds=slow.seconds)


def breaks_off(world: World, issued: Issued) -> bool:
    """Fault `token.malformed`."""
    return inject(world, f.TOKEN_MALFORMED, issued) is not None
