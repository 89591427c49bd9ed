"""The link of a mail: until when it works, and what it opens (guide, G04 and G08)."""

from dataclasses import dataclass

from mock_idp.account_management.password_change import set_password as set_new_password
from mock_idp.accounts.mail_links import find_link, inject_fault, is_over, minutes_of, newest_link
from mock_idp.accounts.mails import send_password_link
from mock_idp.accounts.model import Account, PasswordLink
from mock_idp.accounts.people import DISABLED, check_enabled, find_account, get_account
from mock_idp.accounts.rate_limit import check_rate_limit
from mock_idp.common import settings as s
from mock_world import Refusal, RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_

LINK_SENT = EventType(
    "link.sent",
    "A link to set a password was sent to {person} by mail.",
)

_RENEW = "enter the user name behind the same link and follow the link of the new mail"
EXPIRED = RefusalKind(
    "link.expired",
    message=N_("Ask for a new mail below: this link worked until {minutes} minutes after the mail was sent."),
    expected="a link used less than {minutes} minutes after its sending",
    remedy=_RENEW,
    status=410,
)
USED = RefusalKind(
    "link.used",
    message=N_("Ask for a new mail below if you need another password: this link was used already."),
    expected="a link that was not used yet",
    remedy=_RENEW,
    status=410,
)
SUPERSEDED = RefusalKind(
    "link.superseded",
    message=N_("Use the link of the newest mail, or ask for another mail below: a newer link was sent."),
    expected="the newest link sent to this account",
    remedy="use the link of the newest mail",
    status=410,
)
LINK_ENDED = RefusalKind(
    "link.ended",
    message=N_(
        "Ask for a new mail below if you need another password: "
        "after this link was sent, the password or the e-mail address of the account was changed."
    ),
    expected="a link sent after the last change of the account's password and e-mail address",
    remedy=_RENEW,
    status=410,
)
LINK_UNKNOWN = RefusalKind(
    "link.unknown",
    message=N_("Copy the whole address from the mail, or ask for a new mail below: this link is not known."),
    expected="a link of this world, copied whole",
    remedy="copy the whole address from the mail, or ask for a new mail",
    status=404,
)
CLOSED = RefusalKind(
    "link.closed",
    message=N_("Ask for a new password: with this link, a wrong user name was entered too often."),
    expected="fewer than {most} wrong user names behind one link",
    remedy='follow "Lost your password?" on the sign-in page',
    status=410,
)
WRONG_NAME = RefusalKind(
    "link.wrong_name",
    message=N_("Enter the user name of the account that this link was sent to. Tries left: {tries_left}."),
    expected="the e-mail address or unique identifier of the link's account",
    remedy="enter the address to which the mail came; tries left: {tries_left}",
    status=403,
)
TOO_MANY_LINKS = RefusalKind(
    "link.too_many",
    message=N_("Use the newest of the {most} mails that we sent you, or try again after {time}."),
    expected="fewer than {most} mails with a link to one account within {minutes} minutes",
    remedy="use the link of the newest mail, or wait until {time}",
    status=429,
)


@dataclass(frozen=True)
class LinkState:
    """What a link opens: its account (None where the link is unknown), why it does not work any more, if so, and
    the query of the sign-in that it began with.
    """

    account: Account | None
    refusal: Refusal | None
    login_query: str = ""

    @property
    def can_be_renewed(self) -> bool:
        """Whether a new mail may be asked for behind the same link."""
        return self.refusal is None or self.refusal.kind not in (CLOSED, DISABLED)


def send_link(world: World, account: Account, *, login_query: str = "") -> PasswordLink:
    """Send the mail with a new link; older links of the account end. Raises Refusal (link.too_many).

    login_query: what to continue with once the password is set.
    """
    check_rate_limit(
        world,
        account,
        PasswordLink.sent_at,
        PasswordLink.uid == account.uid,
        limit=s.LINK_REQUESTS,
        kind=TOO_MANY_LINKS,
        got="another request",
        field="username",
    )
    link = PasswordLink(
        token=world.random.token(48),
        uid=account.uid,
        sent_at=world.clock.now(),
        used_at=None,
        login_query=login_query,
        wrong_names=0,
    )
    with world.database.session() as db:
        db.add(link)
        send_password_link(world, account, link)
        world.journal.record(LINK_SENT, person=account.email)
    return link


def look_at(world: World, token: str) -> LinkState:
    """The state of a link at this moment, in which it is opened; faults are injected into one that works."""
    link, account = find_link(world, PasswordLink, token)
    if link is None or account is None:
        return LinkState(None, world.refuse(LINK_UNKNOWN, got="a link that was never sent"))
    try:
        _check(world, link, account)
    except Refusal as refusal:
        return LinkState(account, refusal, link.login_query)
    if inject_fault(world, PasswordLink, link, account.email):
        return look_at(world, token)
    return LinkState(account, None, link.login_query)


def _check(world: World, link: PasswordLink, account: Account) -> None:
    """Raises Refusal (link.*, account.disabled) where the link does not work any more."""
    check_enabled(world, account)
    newest = newest_link(world, PasswordLink, account.uid)
    if link.wrong_names >= world.settings[s.LINK_TRIES]:
        raise _closed(world, account)
    if link.used_at is not None:
        raise world.refuse(USED, got="a link that was used before", person=account.email)
    if link.ended_at is not None:
        raise world.refuse(LINK_ENDED, got="a link of before", person=account.email)
    if newest is not None and newest.id != link.id:
        raise world.refuse(SUPERSEDED, got="an older link", person=account.email)
    if is_over(world, link):
        raise world.refuse(EXPIRED, got=_age(world, link), person=account.email, minutes=minutes_of(world, link))


def _closed(world: World, account: Account) -> Refusal:
    most = world.settings[s.LINK_TRIES]
    return world.refuse(CLOSED, got=f"{most} wrong user names", person=account.email, most=most)


def _age(world: World, link: PasswordLink) -> str:
    minutes, seconds = divmod(int((world.clock.now() - link.sent_at).total_seconds()), 60)
    by_fault = " that fault link.expired let expire" if link.expired_at else ""
    return f"a link sent {minutes} min {seconds} s ago{by_fault}"


def renew(world: World, token: str, login: str) -> Account:
    """Send a new mail, on request behind a link that does not work any more (guide, G08).

    A known link needs the user name of its own account. Raises Refusal (link.*, account.unknown, disabled).
    """
    link, account = find_link(world, PasswordLink, token)
    if link is None or account is None:
        account, login_query = get_account(world, login), ""
    else:
        _check_owner(world, link, account, login)
        login_query = link.login_query
    check_enabled(world, account)
    send_link(world, account, login_query=login_query)
    return account


def _check_owner(world: World, link: PasswordLink, owner: Account, login: str) -> None:
    """Check that the link's own account was named; else count the attempt. Raises Refusal (link.wrong_name, closed)."""
    most, account = world.settings[s.LINK_TRIES], find_account(world, login)
    if link.wrong_names >= most:
        raise _closed(world, owner)
    if account is not None and account.uid == owner.uid:
        return
    with world.database.session() as db:
        link = db.get_one(PasswordLink, link.id)
        link.wrong_names += 1
        left = most - link.wrong_names
    if left <= 0:
        raise _closed(world, owner)
    raise world.refuse(WRONG_NAME, got="another user name", person=owner.email, field="username", tries_left=left)


def set_password(world: World, token: str, password: str) -> PasswordLink:
    """Set the password; the moment of this call counts. Raises Refusal (link.*, password.*, account.disabled)."""
    with world.database.session() as db:
        link, account = find_link(world, PasswordLink, token)
        if link is None or account is None:
            raise world.refuse(LINK_UNKNOWN, got="a link that was never sent")
        _check(world, link, account)
        set_new_password(world, account, password, forgotten=True)
        db.get_one(PasswordLink, link.id).used_at = world.clock.now()
    return link
