"""What the account pages keep: addresses that wait for their confirmation."""

from sqlalchemy.orm import Mapped

from mock_idp.accounts.model import MailLink
from mock_world.database import Base


class EmailLink(MailLink, Base):
    """The link of a mail that confirms a new e-mail address."""

    __tablename__ = "idp_email_link"

    email: Mapped[str]
