"""What was begun before a password or an address changed, and ends with it: links, steps of signing in, tickets."""

from sqlalchemy import delete, update

from mock_idp.account_management.model import EmailLink
from mock_idp.accounts.mail_links import end_links
from mock_idp.accounts.model import PasswordLink
from mock_idp.cas.proxying import ProxyGrant
from mock_idp.cas.tickets import ServiceTicket
from mock_idp.factors.devices.sign_in_requests import end_requests
from mock_idp.factors.keys import model as keys
from mock_idp.factors.keys.model import KeyChallenge
from mock_idp.factors.otp.challenges import end_codes
from mock_idp.oidc.grants import revoke_grants
from mock_world import World


def revoke_password_links(world: World, uid: str) -> None:
    """End the links that set a password: old mails are good for none."""
    end_links(world, PasswordLink, uid)


def revoke_email_links(world: World, uid: str) -> None:
    """Give up a change of address that was not confirmed."""
    end_links(world, EmailLink, uid)


def revoke_sign_ins(world: World, uid: str) -> None:
    """End second steps of signing in after another password, unused tickets, tokens of clients and proxies."""
    end_requests(world, uid)
    revoke_grants(world, uid)
    end_codes(world, uid)
    criteria = (KeyChallenge.uid == uid) & (KeyChallenge.purpose == keys.SIGN_IN)
    with world.database.session() as db:
        db.execute(update(KeyChallenge).where(criteria).values(state=keys.USED))
        db.execute(update(ServiceTicket).where(ServiceTicket.uid == uid).values(used=True))
        db.execute(delete(ProxyGrant).where(ProxyGrant.uid == uid))
