"""The application with OpenID Connect and one flaw each: the name is that of the check that finds it."""

from collections.abc import Callable

from examples.graded.openid_application import OpenIdApplication
from examples.graded.session_flaws import SESSION_FLAWS

FLAWS: dict[str, type[OpenIdApplication]] = {
    name: type(mixin.__name__, (mixin, OpenIdApplication), {}) for name, mixin in SESSION_FLAWS.items()
}


def flaw(name: str) -> Callable[[type[OpenIdApplication]], type[OpenIdApplication]]:
    """Declare an application to have a flaw."""

    def declare(kind: type[OpenIdApplication]) -> type[OpenIdApplication]:
        FLAWS[name] = kind
        return kind

    return declare
