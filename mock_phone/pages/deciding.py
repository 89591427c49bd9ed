"""What follows a decision about a request: the app's home, or back to the browser that opened the app (On Mobile)."""

from flask import redirect, session
from werkzeug.wrappers import Response

from mock_phone.pages.screen import go
from mock_phone.phone import Phone
from mock_world import settings as s
from mock_world.domains import is_harmless_url
from mock_world.relying_party import origin_of
from mock_world.web import current_world

_MOST = 3  # requests whose way back a browser remembers: a cookie is small
_LONGEST = 1000  # characters of a way back


def opened(request_id: str, back: str) -> None:
    """The browser of this phone opened the app for a request; `back` leads back, unless it leads anywhere else."""
    kept = {key: value for key, value in _ways().items() if key != request_id}
    session["opened"] = dict([*kept.items(), (request_id, back if _is_ours(back) else "")][-_MOST:])


def was_opened(request_id: str) -> bool:
    """Whether the browser of this phone opened the app for this request."""
    return request_id in _ways()


def way_back(request_id: str) -> str:
    """Where the browser waits for an answer to this request; empty where it does not, or nobody knows."""
    return _ways().get(request_id, "")


def _ways() -> dict[str, str]:
    found: dict[str, str] = session.get("opened", {})
    return found


def _is_ours(address: str) -> bool:
    """EU Login's own origin, or one behind which nothing real can stand."""
    world = current_world()
    allowed = world.settings[s.ALLOWED_TARGETS]
    own = origin_of(address) == origin_of(world.addresses.public("idp"))
    return len(address) <= _LONGEST and (own or is_harmless_url(address, allowed))


def prepared(phone: Phone, request_id: str) -> None:
    """The app switches to the account of a request for which the browser opened it (facts, the app, 12.4)."""
    if not was_opened(request_id):
        return
    one, active = next((one for one in phone.requests() if one.id == request_id), None), phone.active_account
    if one is not None and active is not None and one.device != active.device_identifier:
        phone.switch_account(one.account)


def decided(phone: Phone, request_id: str, done: str) -> Response:
    """On, after a decision or after the end of a request; `done` is what the home screen tells of it."""
    back = way_back(request_id)
    return redirect(back, 303) if back else go("requests.home", phone, done=done)
