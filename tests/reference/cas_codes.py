"""Failure codes of CAS, as the refusals of a module have them."""

from types import ModuleType

from mock_idp.cas.refusals import CasRefusalKind, failure_code
from mock_idp.signin import services
from mock_world import Refusal

OF_SERVICES = (services.INVALID_SERVICE, services.SERVICE_TOO_LONG)


def codes_in(module: ModuleType, *, plain: bool = False) -> dict[str, str]:
    """By the refusal's own code, what CAS calls it."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, CasRefusalKind)]
    return {kind.code: failure_code(Refusal(kind, got=""), plain=plain) for kind in kinds}


def proxy_codes(module: ModuleType, *, plain: bool = False) -> dict[str, str]:
    """The same of proxies, which may meet a service's refusals too."""
    services_too = {kind.code: failure_code(Refusal(kind, got=""), plain=plain) for kind in OF_SERVICES}
    return codes_in(module, plain=plain) | services_too
