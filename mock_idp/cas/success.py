"""What a successful validation reports, whatever the dialect of its answer."""

from dataclasses import dataclass, field
from datetime import datetime

from mock_idp.accounts.model import Account
from mock_idp.cas.tickets import ServiceTicket


@dataclass(frozen=True)
class Success:
    """What a successful validation returns. groups: None where they were not asked for. factors: what the person proved
    it by, by the names of the answer. registered_at: where it is given. iou: of a proxy granting ticket; empty without.
    """

    account: Account
    ticket: ServiceTicket
    type: str
    details: bool
    groups: list[str] | None
    level: str
    strengths: list[str]
    registered_at: datetime | None = None
    factors: dict[str, str] = field(default_factory=dict)
    iou: str = ""
