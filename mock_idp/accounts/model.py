"""Accounts and the links that set their passwords."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base

SELF_REGISTERED = "external"  # domain of people who signed up themselves (facts, validation answer)


class Account(Base):
    """An account of EU Login. `assurance_level` 10 (LOW, self-registered) to 40 (TOP, internal).

    former_passwords: hashes, newest first. notifications: mails report changes. warns: ask before an application
    gets the identity. shows_details: show the account after signing in. disabled: by administrators. details: what
    else EU Login may know of staff, by the names of its answer (departmentNumber, userManager ...; facts, validation
    answer).
    """

    __tablename__ = "idp_account"

    uid: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    language: Mapped[str]
    domain: Mapped[str]
    employee_type: Mapped[str]
    assurance_level: Mapped[int]
    groups: Mapped[list[str]]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None]
    former_passwords: Mapped[list[str]]
    registered_at: Mapped[datetime]
    notifications: Mapped[bool]
    warns: Mapped[bool]
    shows_details: Mapped[bool]
    always_two_factors: Mapped[bool]
    disabled: Mapped[bool]
    details: Mapped[dict[str, Any]]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class MailLink:
    """What links of mails have in common: good for one use, until `link.life` after `sent_at`.

    ended_at: when what it was sent for was given up, or changed without it. expired_at: when a fault let it expire
    before its time.
    """

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    token: Mapped[str] = mapped_column(unique=True)
    uid: Mapped[str] = mapped_column(index=True)
    sent_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    expired_at: Mapped[datetime | None] = mapped_column(default=None)


class PasswordLink(MailLink, Base):
    """The link of a mail that sets a password.

    login_query: what `/cas/login` was asked for when the person started (service, loginRequestId), to continue with.
    wrong_names: how often a wrong user name was entered behind it.
    """

    __tablename__ = "idp_password_link"

    login_query: Mapped[str]
    wrong_names: Mapped[int]
