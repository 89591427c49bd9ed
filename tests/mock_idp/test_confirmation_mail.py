"""The mail after a sign-up says what the guide promises, in its order (G04)."""

import re

from mock_idp.account_management.registration import SignUp, register
from mock_world import World
from tests.mock_idp.accounts_pages import EMAIL, the_link

IN_ORDER = (
    rf"Dear Ada Berg,.*now have an account in EU Login.*{EMAIL}"
    r".*create your password.*5 minutes, counted from the moment this message was sent.*right away"
    r".*the same link still helps: enter your user name there.*copy.*do not reply.*help or contact page of the site"
    r".*up to 5 minutes before it recognises your registration.*Sent to you by EU Login"
)


def test_it_says_what_the_guide_promises_in_its_order(world: World) -> None:
    register(world, SignUp(first_name="Ada", last_name="Berg", email=EMAIL, email_confirm=EMAIL, privacy=True))
    (mail,) = world.mailbox.mails(to=EMAIL)
    assert mail.html is not None
    html = re.sub(r"<[^>]+>", "", mail.html)
    for text in (mail.text, html):
        assert re.search(IN_ORDER, re.sub(r"\s+", " ", text))
    assert "/cas/init/initialisePasswordLogin.cgi?" in the_link(world)
