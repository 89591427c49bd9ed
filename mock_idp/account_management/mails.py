"""Mails of the account pages: confirm a new address, and a last word."""

from pathlib import Path

from mock_idp.account_management.model import EmailLink
from mock_idp.accounts.mail_links import minutes_of
from mock_idp.accounts.mails import send_mail
from mock_idp.accounts.model import Account
from mock_world import World
from mock_world.i18n import ZONE, written_out

_FOLDER = Path(__file__).with_name("mails")


def send_email_link(world: World, account: Account, link: EmailLink) -> None:
    """Send the link that confirms a new address to that address."""
    address = world.addresses.public("idp", f"/cas/userdata/confirmEmail.cgi?{link.token}")
    minutes = minutes_of(world, link)
    send_mail(world, account, _FOLDER, "email_link", to=link.email, address=address, minutes=minutes)


def report_deletion(world: World, account: Account) -> None:
    """Report that the account is gone; like other reports not sent where notifications are switched off."""
    if account.notifications:
        moment = written_out(world.clock.now(), ZONE, account.language)
        address = world.addresses.public("idp", "/cas/eim/external/register.cgi")
        send_mail(world, account, _FOLDER, "account_deleted", moment=moment, address=address)
