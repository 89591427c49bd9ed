"""Mails that arrived."""

from collections import Counter

from eulogin_harness.api.frame import ID, api, call
from eulogin_harness.api.instead import joined, pending_mails, refused_last
from eulogin_harness.api.problems import not_found, nothing_yet
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.events import Mail, MailQuery
from mock_world import World
from mock_world.fault_types import MAIL_BOUNCED, MAIL_LOST
from mock_world.faults import INJECTED
from mock_world.mailbox import INBOX
from mock_world.mailbox import Mail as ArrivedMail
from mock_world.web import current_world

_NEVER_ARRIVE = {"lost": MAIL_LOST, "bounced": MAIL_BOUNCED}
_SHOWN = 3  # mails named in a sentence


@api.get("/api/mails")
@call("mails", Items[Mail])
def list_mails(query: MailQuery) -> Items[Mail]:
    """Mails, oldest first; with `wait` held until there is one"""
    matches = current_world().mailbox.wait(
        to=query.to, subject=query.subject, folder=query.folder, after=query.after, seconds=query.wait or 0
    )
    if not matches and query.wait is not None:
        raise nothing_yet("a mail", _instead(current_world()), query.wait)
    return Items[Mail](items=[Mail.model_validate(mail) for mail in matches])


def _instead(world: World) -> str:
    there = world.mailbox.mails()
    last = "; ".join(_named(mail) for mail in there[-_SHOWN:])
    arrived = f"{len(there)} mails, the last being {last}" if there else "an empty mailbox"
    injected = Counter(event.fields["fault"] for event in world.journal.events(types=[INJECTED.name]))
    missing = ((verb, fault.name) for verb, fault in _NEVER_ARRIVE.items() if injected[fault.name])
    lost = [f"{verb} by fault {name}: {injected[name]}" for verb, name in missing]
    return joined([arrived], pending_mails(world), lost, refused_last(world))


def _named(mail: ArrivedMail) -> str:
    folder = f", in the folder {mail.folder}" if mail.folder != INBOX else ""
    return f"{mail.subject!r} to {mail.to} (id {mail.id}{folder})"


@api.get(f"/api/mails/{ID}")
@call("mails", Mail)
def get_mail(id: int) -> Mail:  # noqa: A002 - the contract's name
    """One mail"""
    match = current_world().mailbox.mail(id)
    if match is None:
        raise not_found("mail", id, "GET /api/mails lists them")
    return Mail.model_validate(match)
