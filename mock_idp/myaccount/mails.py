"""Mails of the account pages: confirm a new address, and a last word."""

from pathlib import Path

from mock_idp.accounts.mails import SENDER
from mock_idp.accounts.model import Account
from mock_idp.myaccount.model import EmailLink
from mock_world import World
from mock_world import settings as s
from mock_world.i18n import ZONE, written_out
from mock_world.letters import write_letter

_FOLDER = Path(__file__).with_name("mails")


def send_email_link(world: World, account: Account, link: EmailLink) -> None:
    """To the new address: the link that confirms it."""
    letter = write_letter(
        _FOLDER,
        "email_link",
        to=link.email,
        sender=SENDER,
        language=account.language,
        account=account,
        address=world.addresses.public("idp", f"/cas/userdata/confirmEmail.cgi?{link.token}"),
        minutes=world.settings.minutes(s.LINK_LIFE),
    )
    world.post_office.send(letter)


def report_deletion(world: World, account: Account) -> None:
    """The account is gone; like other reports it is not sent where notifications are switched off."""
    if not account.notifications:
        return
    letter = write_letter(
        _FOLDER,
        "account_deleted",
        to=account.email,
        sender=SENDER,
        language=account.language,
        account=account,
        moment=written_out(world.clock.now(), ZONE, account.language),
        address=world.addresses.public("idp", "/cas/eim/external/register.cgi"),
    )
    world.post_office.send(letter)
