"""What is kept of a request and its answer: the message for the journey inspector, the checkpoint for a replay."""

import re
from collections.abc import Mapping
from itertools import islice

from flask import Request, Response, request

from mock_world.checkpoints import Checkpoint
from mock_world.cookie_names import purpose_of
from mock_world.correlation import correlation_id
from mock_world.events import EventType
from mock_world.journal import REQUEST_ID
from mock_world.messages import BROWSER, Answer, Beginning, sender_of
from mock_world.settings import JOURNAL_PAGES
from mock_world.web.context import current_world, shows_page

PAGE_SHOWN = EventType("page.shown", "A browser was shown the page {page}, in state {state}.")
_PAGE = re.compile(rb'<body[^>]* data-page="([^"]*)" data-state="([^"]*)"')
_HEAD = 4000  # bytes of a page in which its body begins
_LONGEST, _MOST_FIELDS = 4000, 100  # characters of a field that is kept, fields of a form
_TOO_MUCH = 413
_REDIRECT = range(300, 400)
_BEGINNING = "eulogin.beginning"  # in the environment: that the request came
_CHECKPOINT = "eulogin.checkpoint"  # in the environment: the world before it, where that is kept


def begin_message() -> Beginning:
    """A request has come."""
    beginning: Beginning = current_world().messages.begin()
    request.environ[_BEGINNING] = beginning
    return beginning


def current_checkpoint() -> Checkpoint | None:
    """The world before this request, where that is kept."""
    checkpoint: Checkpoint | None = request.environ.get(_CHECKPOINT)
    return checkpoint


def _is_of_browser(callers: Mapping[str, str]) -> bool:
    """Whether a browser asks for a page or sends something; what its scripts and pictures ask for does not count."""
    sender = sender_of(request.headers.get("User-Agent", ""), callers.get(request.blueprint or "", BROWSER))
    return sender == BROWSER and (request.method == "POST" or (request.method == "GET" and shows_page()))


def keep_checkpoint(actor: str, callers: Mapping[str, str]) -> None:
    """Keep the world before a request of a browser, where a setting says so. callers: as in `create_actor_app`."""
    checkpoints = current_world().checkpoints
    if not checkpoints.enabled or actor == "desk" or not _is_of_browser(callers):
        return
    checkpoint = Checkpoint(
        request.environ[_BEGINNING].number,
        REQUEST_ID.get(),
        actor,
        request.method,
        _address(request.environ),
        request.headers.get("Referer", ""),
        {name: value for name, value in request.cookies.items() if purpose_of(name, current_world().name)},
        request.accept_languages.best or "",
        request.headers.get("User-Agent", ""),
        shows_page(),
        checkpoints.snapshot(),
    )
    request.environ[_CHECKPOINT] = checkpoint
    checkpoints.add(checkpoint)


def keep_message(actor: str, callers: Mapping[str, str], response: Response) -> Response:
    """Keep what belongs to a sign-in for the journey inspector; of pages, what they are is enough."""
    if actor != "desk" and (correlation_id() or _CHECKPOINT in request.environ):
        current: Request = request._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - once, not each time
        environ = current.environ
        kind = response.headers.get("Content-Type", "")
        body = b"" if response.direct_passthrough else response.get_data()
        is_page = kind.startswith("text/html")
        answer = _answer(current, response, body if is_page else b"")
        if checkpoint := environ.get(_CHECKPOINT):
            checkpoint.answer, checkpoint.has_files = answer, bool(answer.fields and current.files)
        if correlation_id():
            current_world().messages.add(
                environ[_BEGINNING],
                sender=sender_of(environ.get("HTTP_USER_AGENT", ""), callers.get(current.blueprint or "", BROWSER)),
                receiver=actor,
                method=current.method,
                url=_address(environ)[: 2 * _LONGEST],
                content_type=kind.partition(";")[0],
                body=b"" if is_page else body,
                **answer._asdict(),
            )
    return response


def record_page(actor: str, response: Response) -> Response:
    """Record which page a browser is shown, where setting `journal.pages` says so. The desk's count for nothing."""
    world = current_world()
    if actor == "desk" or not world.settings[JOURNAL_PAGES] or response.direct_passthrough or not shows_page():
        return response
    if shown := _PAGE.search(response.get_data(), 0, _HEAD):
        world.journal.record(PAGE_SHOWN, page=shown[1].decode(), state=shown[2].decode())
    return response


def _answer(current: Request, response: Response, page: bytes) -> Answer:
    status = response.status_code
    shown = _PAGE.search(page, 0, _HEAD)
    return Answer(
        _fields(current) if current.method == "POST" and status != _TOO_MUCH else (),
        status,
        f"{shown[1].decode()} {shown[2].decode()}" if shown else "",
        response.headers.get("Location", "") if status in _REDIRECT else "",
    )


def _fields(current: Request) -> list[tuple[str, str]]:
    return [(name[:_LONGEST], value[:_LONGEST]) for name, value in islice(current.form.items(multi=True), _MOST_FIELDS)]


def _address(environ: Mapping[str, str]) -> str:
    """The address that was asked for, as it came."""
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    host = environ.get("HTTP_HOST", "")
    return f"{environ['wsgi.url_scheme']}://{host}{environ.get('SCRIPT_NAME', '')}{environ['PATH_INFO']}{query}"
