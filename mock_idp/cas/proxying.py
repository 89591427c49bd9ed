"""Stand-in: proxy granting tickets."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_idp.accounts.model import Account
    from mock_idp.cas.tickets import ServiceTicket
    from mock_world import World


def grant(world: "World", ticket: "ServiceTicket", account: "Account", pgt_url: str) -> str:  # noqa: ARG001
    """The IOU of a proxy granting ticket that was sent to `pgt_url`."""
    return f"PGTIOU-{world.random.digits(8)}-{world.random.token(96)}"
