"""What a world knows about why something failed, looked at without changing anything in it."""

from collections.abc import Container, Iterator
from urllib.parse import urlsplit

from sqlalchemy import select

from eulogin_harness.api.events import as_document
from eulogin_harness.api.faults import armed_fault
from eulogin_harness.api.frame import api, call
from eulogin_harness.documents.report import (
    LinkState,
    LogLine,
    PendingMail,
    Report,
    ReportedLink,
    ReportedMail,
    ReportedPhone,
    ReportedRequest,
    ReportQuery,
    Unredeemed,
)
from eulogin_harness.journey.masking import masked_url
from mock_idp.account_management.model import EmailLink
from mock_idp.accounts.mail_links import find_link, state_of
from mock_idp.accounts.model import Account, PasswordLink
from mock_idp.cas.tickets import unvalidated
from mock_idp.factors.devices.model import PENDING, SignInRequest
from mock_idp.oidc.authorize import unredeemed
from mock_idp.signin.unredeemed import likely_causes
from mock_phone.model import PhoneRow
from mock_world import World
from mock_world.clock import EARLIEST
from mock_world.mailbox import Mail
from mock_world.messages import APPLICATION, BROWSER
from mock_world.web import current_world

_MOST_EVENTS = 200
_MOST = 20  # mails, phones
_RECEIVERS = {"idp": "EU Login", "cpms": "CPMS", "phone": "the phone"}


@api.get("/api/report")
@call("events", Report)
def get_report(query: ReportQuery) -> Report:
    """What explains a test that failed: journal, mails and links, phones and requests, faults; nothing changes"""
    world = current_world()
    events = world.journal.events(after=query.after)
    mails, phones = world.mailbox.mails(), _phones(world)
    return Report(
        world=world.name,
        url=world.addresses.public("desk", "/"),
        now=world.clock.now(),
        frozen=world.clock.frozen,
        seed=world.random.seed,
        last_request=_last_request(world),
        log=[LogLine(event=one.id, text=line) for one in events if (line := world.journal.log_line(one))],
        events=[as_document(event) for event in events[-_MOST_EVENTS:]],
        events_left_out=len(events[:-_MOST_EVENTS]),
        newest=max((event.id for event in world.journal.events(newest=1)), default=0),
        mails=[_mail(world, mail) for mail in mails[-_MOST:]],
        mails_left_out=len(mails[:-_MOST]),
        pending_mails=[PendingMail.model_validate(mail) for mail in world.post_office.pending()],
        phones=phones[-_MOST:],
        phones_left_out=len(phones[:-_MOST]),
        requests=_open_requests(world),
        unredeemed=[*_unredeemed(world, {event.correlation_id for event in events})],
        faults=[armed_fault(fault) for fault in world.faults.armed()],
    )


def _last_request(world: World) -> str | None:
    """Of a browser or an application, as far as it belongs to a sign-in or is kept for a replay."""
    messages = [
        (one.number, one.sender, one.receiver, one.method, one.url, one.status, one.page)
        for one in world.messages.all()
        if one.sender in {APPLICATION, BROWSER}
    ] + [
        (one.number, BROWSER, one.actor, one.method, one.url, one.answer.status, one.answer.page)
        for one in world.checkpoints.all()
    ]
    if not messages:
        return None
    _, sender, receiver, method, url, status, page = max(messages)
    shown = f", page {page.partition(' ')[0]}" if page else ""
    return f"{sender} asked {_RECEIVERS.get(receiver, receiver)}: {method} {masked_url(url)} -> {status}{shown}"


def _mail(world: World, mail: Mail) -> ReportedMail:
    links = [
        ReportedLink(text=link["text"], url=masked_url(link["url"]), state=_state_of(world, link["url"]))
        for link in mail.links
    ]
    shown = {name: getattr(mail, name) for name in ("id", "to", "subject", "folder", "sent_at", "arrived_at")}
    return ReportedMail(**shown, links=links)


def _state_of(world: World, url: str) -> LinkState:
    token = urlsplit(url).query
    for table in (PasswordLink, EmailLink):
        link, account = find_link(world, table, token)
        if link is not None and account is not None:
            return state_of(world, table, link)
    return ""


def _phones(world: World) -> list[ReportedPhone]:
    with world.database.reading() as db:
        return [
            ReportedPhone(
                id=row.name,
                owner=row.owner,
                installed=row.installed,
                accounts=[each.account for each in row.accounts],
                **{name: row.settings[name] for name in ("online", "notifications", "auto_approve")},
            )
            for row in db.scalars(select(PhoneRow).order_by(PhoneRow.number))
        ]


def _open_requests(world: World) -> list[ReportedRequest]:
    is_open = SignInRequest.state == PENDING, SignInRequest.expires_at > world.clock.now()
    query = select(SignInRequest, Account.email).join(Account, Account.uid == SignInRequest.uid).where(*is_open)
    with world.database.reading() as db:
        return [
            ReportedRequest(
                person=email,
                service=request.service,
                strength=request.strength,
                sent_at=request.sent_at,
                expires_at=request.expires_at,
                due_at=request.pushed_at,
            )
            for request, email in db.execute(query.order_by(SignInRequest.sent_at))
        ]


def _unredeemed(world: World, sign_ins: Container[str | None]) -> Iterator[Unredeemed]:
    """Of these sign-ins."""
    items = [("ticket", one) for one in unvalidated(world, EARLIEST)]
    items += [("code", one) for one in unredeemed(world, EARLIEST)]
    for kind, item in items:
        if item.correlation_id in sign_ins and (causes := likely_causes(world, item)):
            yield Unredeemed.model_validate({**vars(item), "kind": kind, "causes": causes})
