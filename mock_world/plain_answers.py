"""Answers that need no world and no database."""

import json
import logging

from werkzeug.wrappers import Response

from mock_world.i18n import N_
from mock_world.log_lines import printable
from mock_world.refusal import Refusal, RefusalKind

_OF_CALLS = ("/api/", "/livez", "/readyz")  # paths that are answered by problem documents
_LOG = logging.getLogger(__name__)
_DATABASE_LOST = RefusalKind(
    "database.lost",
    message=N_("The database of this mock does not answer."),
    expected="a database that answers",
    remedy="try again; if it stays, look after the database",
    status=503,
)


def database_lost(path: str, error: Exception) -> Response:
    """The answer where the database gives none, and a line in the log."""
    refusal = Refusal(_DATABASE_LOST, got=type(getattr(error, "orig", None) or error).__name__)
    _LOG.warning("%s is not answered: %s", printable(path), " ".join(printable(str(error)).split())[:300])
    return no_world(refusal, path)


def no_world(refusal: Refusal, path: str) -> Response:
    """The answer where there is no world: a problem document for a call, text for a browser."""
    status = refusal.kind.status
    if not path.startswith(_OF_CALLS):
        return Response(f"{refusal.message()}\n{refusal.remedy}\n", status)
    document = {
        "type": refusal.code,
        "title": refusal.message(),
        "status": status,
        "detail": f"expected {refusal.expected}; got {refusal.got}",
        "instructions": refusal.remedy,
        "expected": refusal.expected,
        "got": refusal.got,
    }
    return Response(json.dumps(document), status, mimetype="application/problem+json")
