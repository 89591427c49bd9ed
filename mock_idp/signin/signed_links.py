"""Addresses, made by the mock alone, that open a page as somebody, or with a form filled in (not of the real one)."""

import secrets
from dataclasses import asdict, dataclass, field

from itsdangerous import BadData, URLSafeSerializer

from mock_world import RefusalKind, World
from mock_world.i18n import N_

LINK_NOT_OURS = RefusalKind(
    "signin.link_not_ours",
    message=N_("Open the problem again from the control room: this address was not made in this world."),
    expected="an address that the control room of this world made",
    remedy="open /worlds of the desk, and load the problem again",
    status=404,
)

_OF_PROCESS = secrets.token_urlsafe(32)  # never seen in a journal, so it need not repeat


@dataclass(frozen=True)
class SignedLink:
    """address: of the page. session: of EU Login, for the browser; empty: nobody is signed in.

    form: what is sent to the page; empty: it is only opened.
    """

    address: str
    session: str = ""
    form: dict[str, str] = field(default_factory=dict)


def signed_address(world: World, link: SignedLink) -> str:
    """The address for browsers."""
    return world.addresses.public("idp", "/cas/prepared", link=_serializer(world).dumps(asdict(link)))


def read_signed(world: World, text: str) -> SignedLink:
    """What is behind the address, a page of this world. Raises Refusal (signin.link_not_ours)."""
    try:
        link = SignedLink(**_serializer(world).loads(text))
    except BadData:
        raise world.refuse(LINK_NOT_OURS, got="another one") from None
    if world.addresses.actor_of(link.address) is None:
        raise world.refuse(LINK_NOT_OURS, got="one that leads elsewhere")
    return link


def _serializer(world: World) -> URLSafeSerializer:
    """Worlds of one seed have one secret, on every machine: the process adds its own."""
    return URLSafeSerializer(f"{world.secret} {_OF_PROCESS}", salt=f"prepared {world.name}")
