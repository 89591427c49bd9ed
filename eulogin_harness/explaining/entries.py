"""From a file to entries without secrets."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from eulogin_harness.explaining.model import Entry, Recording, Rows, SetCookie
from eulogin_harness.explaining.reading import RawEntry, body_of, host_of, read, rows_of
from eulogin_harness.explaining.redacting import Redactor


def recording_of(data: bytes) -> tuple[Recording, Redactor]:
    """A recording without secrets, and what takes them out of texts. Raises UnreadableFile."""
    raw, redactor = read(data), Redactor()
    for _, entry in raw:
        redactor.learn(entry)
    redactor.prepare()
    entries = [_entry(redactor, number, entry) for number, entry in raw]
    return Recording(entries, redactor.tokens), redactor


def _entry(redactor: Redactor, number: int, raw: RawEntry) -> Entry:
    request, response = raw["request"], raw["response"]
    request_headers, response_headers = list(_headers(request)), list(_headers(response))
    url, location = str(request["url"]), _location(str(request["url"]), response, response_headers)
    authorization = next((value for name, value in request_headers if name == "authorization"), "")
    content = response.get("content")
    kind = content.get("mimeType") if isinstance(content, dict) else ""
    return Entry(
        number=number,
        method=str(request.get("method") or "GET"),
        url=redactor.clean_address(url),
        origin=host_of(url),
        path=redactor.clean_address(unquote(_path(url))),
        query=_cleaned(redactor, _query(url)),
        form=_cleaned(redactor, _form(request.get("postData"))),
        cookies=tuple(dict.fromkeys(_sent_cookies(request, request_headers))),
        scheme=authorization.partition(" ")[0].lower(),
        status=_status(response.get("status")),
        location=redactor.clean_address(location),
        content_type=str(kind or ""),
        set_cookies=tuple(_set_cookies(response_headers)),
        body=redactor.clean(body_of(content)),
        failure=_failure(response),
        at=_moment(raw.get("startedDateTime")),
    )


def _headers(part: RawEntry) -> Iterator[tuple[str, str]]:
    return ((name.lower(), value) for name, value in rows_of(part.get("headers")))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _query(url: str) -> Rows:
    return parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True)


def _form(posted: object) -> Rows:
    if not isinstance(posted, dict):
        return []
    text = body_of(posted)
    if text and "form-urlencoded" in str(posted.get("mimeType")):
        return parse_qsl(text, keep_blank_values=True)
    return list(rows_of(posted.get("params")))


def _cleaned(redactor: Redactor, rows: Rows) -> Rows:
    return [(redactor.clean(name), redactor.clean_value(name, value)) for name, value in rows]


def _location(url: str, response: RawEntry, headers: list[tuple[str, str]]) -> str:
    """Where an answer leads, absolute."""
    address = str(response.get("redirectURL") or next((value for name, value in headers if name == "location"), ""))
    try:
        return urljoin(url, address) if address else ""
    except ValueError:
        return address


def _sent_cookies(request: RawEntry, headers: list[tuple[str, str]]) -> Iterator[str]:
    for name, _ in rows_of(request.get("cookies")):
        yield name
    for name, value in headers:
        for pair in value.split(";") if name == "cookie" else ():
            yield pair.partition("=")[0].strip()


def _set_cookies(headers: list[tuple[str, str]]) -> Iterator[SetCookie]:
    for name, value in headers:
        for line in value.split("\n") if name == "set-cookie" else ():
            pair, *attributes = line.split(";")
            yield SetCookie(pair.partition("=")[0].strip(), tuple(each.strip().lower() for each in attributes))


def _status(status: object) -> int:
    return status if isinstance(status, int) and status > 0 else 0


def _failure(response: RawEntry) -> str:
    """What a browser says of a request that had no answer."""
    text = response.get("_failureText") or response.get("_error") or ""
    return str(text)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
