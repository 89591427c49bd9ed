"""What browsers and their tools record: HAR 1.2, also gzipped or zipped, and traces of Playwright."""

import base64
import binascii
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

_MOST_VALUES = 2_000_000
LARGEST = 64 * 1024 * 1024  # bytes, packed or not
MOST_ENTRIES = 2000
LONGEST_BODY = 128 * 1024  # characters that are read of a body
_ADVICE = "save the network panel of the browser as HAR, or take the trace.zip of Playwright"
_STATIC = ("text/css", "font/", "image/", "audio/", "video/", "javascript", "/wasm")
RawEntry = Mapping[str, Any]


class UnreadableFile(Exception):  # noqa: N818 - the name says it
    """A file that is no recording; the text says what was expected, what came, and what to do."""


def read(data: bytes) -> list[tuple[int, RawEntry]]:
    """The entries of a recording with their numbers in it, from 1; without styles, pictures and the like.

    They hold all secrets: `redacting` comes next. Raises UnreadableFile.
    """
    if not data.strip():
        raise UnreadableFile(f"expected a HAR or a trace of Playwright, but the file is empty; {_ADVICE}")
    check_size(len(data))
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    entries = _of_zip(data) if data.startswith(b"PK") else _of_har(data)
    if not entries:
        raise UnreadableFile(f"expected requests in the recording, but it holds none; {_ADVICE}, after the sign-in")
    if len(entries) > MOST_ENTRIES:
        raise UnreadableFile(
            f"expected at most {MOST_ENTRIES} requests, but there are {len(entries)}; record the sign-in alone"
        )
    return [(number, entry) for number, entry in enumerate(entries, 1) if not _is_static(entry)]


def check_size(size: int) -> None:
    """Raises UnreadableFile."""
    if size > LARGEST:
        raise UnreadableFile(f"expected at most {LARGEST >> 20} MB, but there are more; record the sign-in alone")


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, LARGEST + 1)
    except zlib.error:
        raise UnreadableFile(f"expected a gzipped HAR, but the file is damaged; {_ADVICE}") from None
    check_size(len(unpacked))
    if not unpacker.eof:
        raise UnreadableFile(f"expected a gzipped HAR, but the file breaks off; {_ADVICE}")
    return unpacked


def _of_har(data: bytes) -> list[RawEntry]:
    document = _json(data)
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise UnreadableFile(f"expected a HAR, which has log.entries, but this JSON has none; {_ADVICE}")
    return [_checked(entry, f"log.entries[{number}]") for number, entry in enumerate(entries)]


def _json(data: bytes) -> Any:
    if data.count(b",") > _MOST_VALUES:  # each takes some hundred bytes of memory, however short it is in the file
        raise UnreadableFile(f"expected at most {_MOST_VALUES:,} values, but there are more; record the sign-in alone")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return json.loads(data.decode(encoding))
    except UnicodeDecodeError:
        raise UnreadableFile(f"expected a HAR in UTF-8, but these bytes are no text; {_ADVICE}") from None
    except RecursionError:
        raise UnreadableFile(f"expected a HAR, but this JSON is nested too deeply; {_ADVICE}") from None
    except ValueError as error:
        raise UnreadableFile(f"expected a HAR, which is JSON, but {_place(error)}; {_ADVICE}") from None


def _place(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno} is none"
    return "this is none"


def _checked(entry: object, place: str) -> RawEntry:
    """An entry with the parts that a HAR must have. Raises UnreadableFile."""
    if not isinstance(entry, dict):
        raise UnreadableFile(f"expected {place} to be an object, but it is none; {_ADVICE}")
    for name in ("request", "response"):
        if not isinstance(entry.get(name), dict):
            raise UnreadableFile(f"expected {place}.{name} to be an object, but it is none; {_ADVICE}")
    if not isinstance(entry["request"].get("url"), str):
        raise UnreadableFile(f"expected {place}.request.url to be a text, but it is none; {_ADVICE}")
    return entry


def _of_zip(data: bytes) -> list[RawEntry]:
    """Of a trace, or of a HAR that keeps its bodies in files beside it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _Archive(archive).entries()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise UnreadableFile(f"expected a zip that can be unpacked, but this one is damaged; {_ADVICE}") from None


class _Archive:
    """A zip of which no more than LARGEST is unpacked altogether."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = LARGEST
        self._names = set(archive.namelist())

    def entries(self) -> list[RawEntry]:
        traces = sorted(name for name in self._names if name.endswith((".network", "-network.trace")))
        hars = sorted(name for name in self._names if name.endswith(".har"))
        if traces:
            entries = [entry for name in traces for entry in _of_trace(self._read(name), name)]
        elif hars:
            entries = _of_har(self._read(hars[0]))
        else:
            raise UnreadableFile(f"expected trace.network or a HAR in the zip, but it holds neither; {_ADVICE}")
        return [self._with_bodies(entry) for entry in entries]

    def _read(self, name: str) -> bytes:
        with self._archive.open(name) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        check_size(LARGEST - self._left)
        return content

    def _with_bodies(self, entry: RawEntry) -> RawEntry:
        """The entry with the bodies that stand in files of their own."""
        if _is_static(entry):
            return entry
        request, response = dict(entry["request"]), dict(entry["response"])
        for part, name in ((request, "postData"), (response, "content")):
            kept = part.get(name)
            if isinstance(kept, dict) and (file := self._file_of(kept)):
                part[name] = kept | {"text": self._read(file).decode(errors="replace")}
        return {**entry, "request": request, "response": response}

    def _file_of(self, kept: Mapping[str, Any]) -> str:
        names = [f"resources/{kept.get('_sha1')}", str(kept.get("_file"))]
        return next((name for name in names if name in self._names), "")


def _of_trace(data: bytes, name: str) -> Iterator[RawEntry]:
    for number, line in enumerate(data.splitlines(), 1):
        event = _json(line) if line.strip() else {}
        if isinstance(event, dict) and event.get("type") == "resource-snapshot":
            yield _checked(event.get("snapshot"), f"{name}, line {number}")


def _is_static(entry: RawEntry) -> bool:
    content = entry["response"].get("content")
    kind = content.get("mimeType") if isinstance(content, dict) else ""
    return isinstance(kind, str) and any(each in kind for each in _STATIC)


def rows_of(rows: object) -> Iterator[tuple[str, str]]:
    """Names and values of a list of a HAR, such as its headers, as far as they are."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield str(row.get("name") or ""), str(row.get("value") or "")


def body_of(content: object) -> str:
    """The text of a body, cut at LONGEST_BODY."""
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return ""
    text: str = content["text"]
    if content.get("encoding") == "base64":
        try:
            text = base64.b64decode(text[: LONGEST_BODY * 2]).decode(errors="replace")
        except (binascii.Error, ValueError):
            return ""
    return text[:LONGEST_BODY]


def host_of(address: str) -> str:
    """Scheme, host and port of an address; empty where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
