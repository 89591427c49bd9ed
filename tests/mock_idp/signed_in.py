"""Browsers that are signed in already, and what the journal must say of a refusal."""

from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin.sessions import start_session
from mock_world import World
from tests.mock_idp.conftest import Browser


def sign_in(browser: Browser, world: World, account: Account, *strengths: str) -> Browser:
    """Sign somebody in without pages, with the password alone unless told otherwise."""
    for strength in strengths or (PASSWORD,):
        name = f"eulogin_idp_{world.name}_sso"
        session = start_session(world, account, strength, former=browser.http.cookies.get(name))
        browser.http.cookies.set(name, session.id, path=world.prefix, domain="localhost.local")  # as its jar writes it
    return browser


def journal_explains(world: World, code: str) -> bool:
    """Whether the newest refusal of that code says what was expected, what came and what to do."""
    fields = world.journal.events(types=[code])[-1].fields
    return all(fields[name] for name in ("expected", "got", "remedy"))


def subjects(world: World, to: str) -> list[str]:
    """Subjects of the mails to an address, oldest first."""
    return [mail.subject for mail in world.mailbox.mails(to=to)]
