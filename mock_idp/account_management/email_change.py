"""Changing the e-mail address: a link sent to the new one confirms it (facts, account pages)."""

from dataclasses import dataclass
from typing import Literal

from mock_idp.account_management.mails import send_email_link
from mock_idp.account_management.model import EmailLink
from mock_idp.account_management.registration import address_problem
from mock_idp.account_management.revocation import revoke_password_links
from mock_idp.accounts.mail_links import find_link, inject_fault, is_over, minutes_of, newest_link
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import check_enabled
from mock_idp.accounts.rate_limit import check_rate_limit
from mock_idp.common import settings as s
from mock_world import Refusal, RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_

EMAIL_CHANGE_REQUESTED = EventType(
    "email.change_asked",
    "{person} entered the new e-mail address {email}; its link was sent by mail.",
)
CONFIRMED = EventType(
    "email.changed",
    "{person} confirmed the new e-mail address, which counts from now on; it was {former}.",
    renames=True,
)

CHANGE_REQUESTED_MAIL = Change(
    N_("The new e-mail address {email} was entered for your account. It takes effect once it is confirmed.")
)
CHANGE_DONE = Change(N_("The e-mail address of your account was changed to {email}."))

_AGAIN = "enter the address again on the page Configure my account"
EXPIRED = RefusalKind(
    "email.link_expired",
    message=N_("Enter the new address again: this link worked until {minutes} minutes after the mail was sent."),
    expected="a link used less than {minutes} minutes after its sending",
    remedy=_AGAIN,
    status=410,
)
USED = RefusalKind(
    "email.link_used",
    message=N_("Enter the address again if you still want to change it: this link was used already."),
    expected="a link that was not used yet",
    remedy=_AGAIN,
    status=410,
)
SUPERSEDED = RefusalKind(
    "email.link_superseded",
    message=N_("Use the link of the newest mail, or enter the address again: a newer link was sent."),
    expected="the newest link sent to confirm an address of this account",
    remedy="use the link of the newest mail",
    status=410,
)
EMAIL_LINK_ENDED = RefusalKind(
    "email.link_ended",
    message=N_(
        "Enter the new address again if you still want it: "
        "this change was given up, or the password was changed after it."
    ),
    expected="a link whose change was not given up, sent after the last change of the password",
    remedy=_AGAIN,
    status=410,
)
EMAIL_LINK_UNKNOWN = RefusalKind(
    "email.link_unknown",
    message=N_("Copy the whole address from the mail, or enter the new address again: this link is not known."),
    expected="a link of this world, copied whole",
    remedy="copy the whole address from the mail, or enter the address again",
    status=404,
)
TOO_MANY_EMAIL_LINKS = RefusalKind(
    "email.too_many",
    message=N_("Use the newest of the {most} mails that we sent, or try again after {time}."),
    expected="fewer than {most} mails to confirm an address of one account within {minutes} minutes",
    remedy="use the link of the newest mail, or wait until {time}",
    status=429,
)


@dataclass(frozen=True)
class EmailLinkState:
    """What a link opens: the address that it confirms, or did confirm, or why it does not work (any more)."""

    email: str
    state: Literal["ready", "confirmed", "refused"]
    refusal: Refusal | None = None


def ask_for_email(world: World, account: Account, email: str) -> EmailLink:
    """Send the link to the new address and a mail to the old one; older links end. Raises Refusal (email.too_many)."""
    check_rate_limit(
        world,
        account,
        EmailLink.sent_at,
        EmailLink.uid == account.uid,
        limit=s.LINK_REQUESTS,
        kind=TOO_MANY_EMAIL_LINKS,
        got="another request",
        field="email",
    )
    link = EmailLink(
        token=world.random.token(48),
        uid=account.uid,
        email=email.strip().lower(),
        sent_at=world.clock.now(),
        used_at=None,
    )
    with world.database.session() as db:
        db.add(link)
        send_email_link(world, account, link)
        report_change(world, account, CHANGE_REQUESTED_MAIL, email=link.email)
        world.journal.record(EMAIL_CHANGE_REQUESTED, person=account.email, email=link.email)
    return link


def waiting_link(world: World, account: Account) -> EmailLink | None:
    """The link of the address whose confirmation is waited for."""
    link = newest_link(world, EmailLink, account.uid)
    if link is None or link.used_at is not None or link.ended_at is not None or is_over(world, link):
        return None
    return link


def look_at(world: World, token: str) -> EmailLinkState:
    """The state of a link at this moment; followed a second time it shows what it has done.

    Faults of links are injected into one that works.
    """
    link, account = find_link(world, EmailLink, token)
    if link is None or account is None:
        return EmailLinkState("", "refused", _unknown(world))
    if link.used_at is not None and account.email == link.email:
        return EmailLinkState(link.email, "confirmed")
    refusal = _problem(world, link, account)
    if refusal is None and inject_fault(world, EmailLink, link, account.email):
        return look_at(world, token)
    return EmailLinkState(link.email, "refused" if refusal else "ready", refusal)


def _unknown(world: World) -> Refusal:
    return world.refuse(EMAIL_LINK_UNKNOWN, got="a link that was never sent")


def _problem(world: World, link: EmailLink, account: Account) -> Refusal | None:
    newest = newest_link(world, EmailLink, account.uid)
    if link.used_at is not None:
        return world.refuse(USED, got="a link that was used before", person=account.email)
    if link.ended_at is not None:
        return world.refuse(EMAIL_LINK_ENDED, got="a change that was given up", person=account.email)
    if newest is not None and newest.id != link.id:
        return world.refuse(SUPERSEDED, got="an older link", person=account.email)
    if is_over(world, link):
        got = "a link that fault link.expired let expire" if link.expired_at else "an older link"
        return world.refuse(EXPIRED, got=got, person=account.email, minutes=minutes_of(world, link))
    return address_problem(world, link.email)


def confirm_email(world: World, token: str) -> None:
    """Let the new address count. Raises Refusal (email.link_*, account.email_taken, account.disabled ...)."""
    with world.database.session():
        link, account = find_link(world, EmailLink, token)
        if link is None or account is None:
            raise _unknown(world)
        if problem := _problem(world, link, account):
            raise problem
        check_enabled(world, account)
        former, account.email = account.email, link.email
        link.used_at = world.clock.now()
        revoke_password_links(world, account.uid)
        report_change(world, account, CHANGE_DONE, to=former, email=link.email)
        world.journal.record(CONFIRMED, person=link.email, former=former)
