"""Files: style sheets, scripts, pictures and fonts, few and small, so they are read once and served from memory.

A browser that goes away in the middle, as browsers of tests do, then leaves no open file behind.
"""

import mimetypes
from functools import cache
from pathlib import Path

from flask import Response, abort, request
from werkzeug.security import safe_join

MAX_AGE = 300  # seconds that a browser keeps a file without asking


@cache
def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError):  # ValueError: no name of a file can hold NUL
        return None


def attachment(content: bytes | str, media_type: str, name: str) -> Response:
    """A file for the browser to keep."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def serve_file(folder: Path, name: str) -> Response:
    """A file of an actor's folder; 404 where there is none of that name."""
    path = safe_join(str(folder), name)
    content = _read(path) if path else None
    if content is None:
        abort(404)
    response = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.cache_control.max_age = MAX_AGE
    response.add_etag()
    response.make_conditional(request)
    return response
