"""Single logout: EU Login notifies CPMS that a session there ended; CPMS ends its own (setting `cpms.single_logout`).

By CAS the form parameter `logoutRequest` comes to the service's address (facts, logout), by OpenID Connect a
`logout_token` (OpenID Connect Back-Channel Logout 1.0).
"""

from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from requests import RequestException
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_cpms.people import find_person
from mock_cpms.signin.openid import read_token
from mock_world import RefusalKind, World
from mock_world import settings as s
from mock_world.database import Base
from mock_world.events import EventType
from mock_world.i18n import N_

SESSION_ENDED = EventType(
    "cpms.session_ended",
    "EU Login notified CPMS that a session ended, and CPMS ended that of {person}, user {uid}.",
)
WRONG_LOGOUT = RefusalKind(
    "cpms.logout_refused",
    message=N_("This is no message about the end of a session at EU Login."),
    expected="a SAML LogoutRequest with a SessionIndex, or a logout token signed by EU Login",
    remedy="send logoutRequest or logout_token as a form parameter; CPMS found: {code}",
    status=400,
)
_SESSION_INDEX = ".//{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex"
_LONGEST = 20_000  # characters of a message
_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class CpmsSession(Base):
    """A session of CPMS that EU Login may end. handle: the ticket, or the session's id at EU Login."""

    __tablename__ = "cpms_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(index=True)
    uid: Mapped[str]
    ended: Mapped[bool]


def begin_session(world: World, uid: str, handle: str) -> str | None:
    """The id of a session that EU Login may end; None where CPMS does not ask for that."""
    if not world.settings[s.CPMS_SINGLE_LOGOUT] or not handle:
        return None
    begun = CpmsSession(id=world.random.token(16), handle=handle, uid=uid, ended=False)
    with world.database.session() as db:
        db.add(begun)
    return begun.id


def has_ended(world: World, session_id: str | None) -> bool:
    """Whether EU Login ended this session; one that it cannot end never has."""
    if session_id is None:
        return False
    with world.database.reading() as db:
        session = db.get(CpmsSession, session_id)
    return session is None or session.ended


def logout_by_ticket(world: World, message: str) -> None:
    """A CAS message came; one about an unknown session changes nothing. Raises Refusal (cpms.logout_refused)."""
    try:
        index = fromstring(message[:_LONGEST]).findtext(_SESSION_INDEX)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise world.refuse(WRONG_LOGOUT, got=type(error).__name__, code=type(error).__name__) from None
    if not index:
        raise world.refuse(WRONG_LOGOUT, got="no SessionIndex", code="no SessionIndex")
    _end(world, index.strip())


def logout_by_token(world: World, token: str) -> None:
    """A logout token came. Raises Refusal (cpms.logout_refused, cpms.token_refused).

    Where EU Login's keys cannot be read, no token is believed: cpms.logout_refused too.
    """
    try:
        claims = read_token(world, token[:_LONGEST], {"client_id": world.settings[s.CPMS_CLIENT_ID]})
    except RequestException as error:
        raise world.refuse(WRONG_LOGOUT, got=type(error).__name__, code="keys cannot be read") from None
    if problem := _problem(claims):
        raise world.refuse(WRONG_LOGOUT, got=problem, code=problem)
    _end(world, str(claims["sid"]))


def _problem(claims: Any) -> str:
    """What an ID token, or another token of EU Login, lacks to be a logout token."""
    events = claims.get("events")
    if not isinstance(events, dict) or _EVENT not in events:
        return "no event of a logout"
    if "nonce" in claims:
        return "a nonce"
    return "" if claims.get("sid") else "no sid"


def _end(world: World, handle: str) -> None:
    with world.database.session() as db:
        query = select(CpmsSession).where(CpmsSession.handle == handle, CpmsSession.ended.is_(False))
        for session in db.scalars(query).all():
            session.ended = True
            person = find_person(world, session.uid)
            world.journal.record(SESSION_ENDED, person=person.email if person else None, uid=session.uid)
