"""Login requests kept here, so that the browser carries their id alone (facts, login transactions)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common import settings as s
from mock_world import RefusalKind, World
from mock_world.correlation import correlation_column, follow
from mock_world.database import Base
from mock_world.i18n import N_

UNKNOWN_REQUEST = RefusalKind(
    "login_request.unknown",
    message=N_("Go back to the application and sign in from there: this sign-in was not begun, or is too old."),
    expected="a loginRequestId of this world, at most {minutes} minutes old",
    remedy="begin a new login request, and send the browser to /cas/login with its id within its life",
    status=410,
)
_ID_BYTES = 126  # 168 characters, as the real ones have 150 to 200


class StoredLoginRequest(Base):
    """A login request: what `/cas/login` would be asked in its query, kept for the browser that comes with `id`.

    parameters: by their names at `/cas/login`. name: of the application, where its address does not show it.
    hint: user name to begin with. fingerprint: what the client must prove at validation; empty where nothing.
    """

    __tablename__ = "idp_login_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    parameters: Mapped[dict[str, str]]
    name: Mapped[str]
    hint: Mapped[str]
    fingerprint: Mapped[str]
    made_at: Mapped[datetime]
    correlation_id: Mapped[str] = correlation_column()


def store_login_request(
    world: World, parameters: Mapping[str, str], *, name: str = "", hint: str = "", fingerprint: str = ""
) -> StoredLoginRequest:
    """Keep a login request; the caller has checked it. `parameters` never holds a loginRequestId."""
    stored = StoredLoginRequest(
        id=f"ECAS_LR-{world.random.digits(8)}-{world.random.token(_ID_BYTES)}",
        parameters=dict(parameters),
        name=name,
        hint=hint,
        fingerprint=fingerprint,
        made_at=world.clock.now(),
    )
    with world.database.session() as db:
        db.add(stored)
    return stored


def _look_up(world: World, request_id: str) -> tuple[StoredLoginRequest | None, bool]:
    """The login request of that id, and whether it is young enough."""
    with world.database.reading() as db:
        stored = db.get(StoredLoginRequest, request_id)
    return stored, stored is not None and world.clock.now() - stored.made_at < world.settings[s.LOGIN_REQUEST_LIFE]


def is_stored(world: World, request_id: str) -> bool:
    """Whether this is the id of a login request that still works."""
    return _look_up(world, request_id)[1]


def service_of_stored(world: World, request_id: str) -> str:
    """The service of the login request of that id, however old; empty where there is none."""
    stored, _ = _look_up(world, request_id)
    return stored.parameters.get("service", "") if stored is not None else ""


def find_login_request(world: World, request_id: str) -> StoredLoginRequest:
    """The login request of that id. Raises Refusal (login_request.unknown), also where it is too old."""
    stored, young = _look_up(world, request_id)
    if stored is None or not young:
        got = "an unknown id" if stored is None else "an id that is too old"
        raise world.refuse(UNKNOWN_REQUEST, got=got, minutes=world.settings.minutes(s.LOGIN_REQUEST_LIFE))
    follow(stored.correlation_id)
    return stored
