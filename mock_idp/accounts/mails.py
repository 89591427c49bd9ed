"""Mails of EU Login."""

from dataclasses import dataclass
from pathlib import Path

from mock_idp.accounts.mail_links import minutes_of
from mock_idp.accounts.model import Account, PasswordLink
from mock_world import World
from mock_world.i18n import ZONE, translations, written_out
from mock_world.mail_templates import write_mail

_RECOGNITION_MINUTES = 5  # as the guide's mail says, whatever this world's delay is
SENDER_NAME = "EU Login mock"
SENDER = f"{SENDER_NAME} <automated-notifications@nomail.eulogin.example>"
_FOLDER = Path(__file__).with_name("mails")


@dataclass(frozen=True)
class Change:
    """A change of an account that a mail reports: one whole sentence, which may hold `{parameters}`."""

    sentence: str


def link_address(world: World, link: PasswordLink) -> str:
    return world.addresses.public("idp", f"/cas/init/initialisePasswordLogin.cgi?{link.token}")


def send_mail(world: World, account: Account, folder: Path, name: str, *, to: str = "", **values: object) -> None:
    """The mail `name` of a folder of templates. to: another address than the account's. values: what fills it."""
    address, language = to or account.email, account.language
    mail = write_mail(folder, name, to=address, sender=SENDER, language=language, account=account, **values)
    world.post_office.send(mail)


def send_password_link(world: World, account: Account, link: PasswordLink) -> None:
    """The mail of guide, G04: what it says and in which order; a person with a password gets the one of a reset."""
    send_mail(
        world,
        account,
        _FOLDER,
        "password_link" if account.password_hash is None else "password_reset",
        address=link_address(world, link),
        minutes=minutes_of(world, link),
        recognition=_RECOGNITION_MINUTES,
    )


def report_change(world: World, account: Account, change: Change, *, to: str = "", **params: str | int) -> None:
    """Tell the person that the account was changed, unless notifications are switched off (facts, the mail).

    to: another address than the account's. params: fill the sentence.
    """
    if account.notifications:
        sentence = translations(account.language).ugettext(change.sentence).format(**params)
        moment = written_out(world.clock.now(), ZONE, account.language)
        send_mail(world, account, _FOLDER, "change", to=to, sentence=sentence, moment=moment)
