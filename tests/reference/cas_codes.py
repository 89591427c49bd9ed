"""Failure codes of CAS, as the refusals of a module have them."""

from types import ModuleType

from mock_idp.cas.refusals import REFUSALS_OF_SERVICES, CasRefusalKind, failure_code
from mock_world import Refusal


def codes_in(module: ModuleType, *, plain: bool = False) -> dict[str, str]:
    """By the refusal's own code, what CAS calls it."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, CasRefusalKind)]
    return {kind.code: failure_code(Refusal(kind, got=""), plain=plain) for kind in kinds}


def proxy_codes(module: ModuleType, *, plain: bool = False) -> dict[str, str]:
    """By the code of each refusal that proxies meet, those of a service among them, what CAS calls it."""
    services_too = {kind.code: failure_code(Refusal(kind, got=""), plain=plain) for kind in REFUSALS_OF_SERVICES}
    return codes_in(module, plain=plain) | services_too
