"""The address that an application names as its own to EU Login, by what requests say of it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.stand_in import VALIDATION
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query

_MOST_REDIRECTS = 6


class Caller:
    """Requests with headers that no browser sends, with cookies, at the application alone."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._cookies: dict[str, str] = {}

    def get(self, address: str, headers: Mapping[str, str]) -> str | None:
        """Ask for a page; the address to which it redirects, or None."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = self._trial.request(address, headers={**headers, **({"Cookie": cookie} if cookie else {})})
        self._cookies |= {cookie.name: cookie.value or "" for cookie in answer.cookies}
        location = answer.headers.get("Location")
        return urljoin(address, location) if location else None

    def service_at_sign_in(self, headers: Mapping[str, str]) -> str | None:
        """The `service` with which a browser would come to EU Login; None where it does not come there."""
        address: str | None = self._trial.application.sign_in
        for _ in range(_MOST_REDIRECTS):
            address = self.get(address, headers) if address else None
            if address and self._trial.is_eu_login(address):
                return dict(parse_qsl(urlsplit(address).query)).get("service")
            address = self._own(address) if address else None
        return None

    def _own(self, address: str) -> str:
        """The same page where the application is, whatever host it takes itself for."""
        here = urlsplit(self._trial.application.sign_in)
        return urlsplit(address)._replace(scheme=here.scheme, netloc=here.netloc).geturl()


def service_named(trial: Trial) -> str:
    """The `service` of an ordinary request. Raises NotDone where the way to EU Login needs a browser."""
    service = Caller(trial).service_at_sign_in({})
    if not service:
        raise NotDone(
            f"expected {trial.application.sign_in} to redirect to EU Login with a `service`, without a browser's help"
        )
    return service


def services_named(trial: Trial, headers: Mapping[str, str]) -> list[str]:
    """Each `service` that EU Login is given where requests have these headers: at the sign-in and at the validation.

    Those that are not given are left out: the application refused the request. Raises NotDone.
    """
    at_sign_in = Caller(trial).service_at_sign_in(headers)
    caller = Caller(trial)
    service = caller.service_at_sign_in({})
    if not service:
        raise NotDone("expected the same redirect to EU Login as before; there was none")
    before = len(trial.stand_in.calls_of(VALIDATION))
    caller.get(with_query(service, {"ticket": trial.ticket(trial.user(), service)}), headers)
    at_validation = [call.get("service") for call in trial.stand_in.calls_of(VALIDATION)[before:]]
    return [each for each in (at_sign_in, *at_validation) if each]
