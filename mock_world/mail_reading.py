"""Mail as it came by SMTP, read within limits: a few kilobytes of headers can take Python's parser minutes."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

MOST_BYTES = 10 * 1024 * 1024  # as many mail servers
MOST_RECEIVERS = 100  # the least that RFC 5321 (4.5.3.1.8) asks for; each gets a copy
_MOST_COPIED = 50 * 1024 * 1024  # bytes of all receivers' copies
_MOST_HEADERS = 64 * 1024  # characters of all headers, those of the parts too
_LONGEST_HEADER = 16 * 1024  # characters
_LONGEST_CONTENT_HEADER = 2 * 1024  # characters; the parser's time grows with the square of it
_MOST_PARAMETERS = 50  # of one header
_MOST_PARTS = 100
_DEEPEST = 10  # parts within parts


class MailTooLargeError(ValueError):
    """A mail beyond a limit; says what was expected, what came and what to do."""

    def __init__(self, expected: str, got: object, remedy: str) -> None:
        super().__init__(f"expected {expected}; got {got}; {remedy}")


def read_mail(source: bytes) -> EmailMessage:
    """A mail as it came. Raises MailTooLargeError."""
    counts = _Counts()
    message: EmailMessage = message_from_bytes(
        source, policy=policy.default.clone(message_factory=lambda policy=policy.default: _Part(policy, counts))
    )
    return message


def check_receivers(number: int, size: int) -> None:
    """Check that a mail of that many bytes may have so many receivers. Raises MailTooLargeError."""
    remedy = "send it to fewer at a time"
    if number > MOST_RECEIVERS:
        raise MailTooLargeError(f"at most {MOST_RECEIVERS} receivers", number, remedy)
    if number * size > _MOST_COPIED:
        got = f"{number} receivers of {size}"
        raise MailTooLargeError(f"copies of at most {_MOST_COPIED} bytes together", got, remedy)


class _Counts:
    """What the parts of one mail have together."""

    def __init__(self) -> None:
        self.parts = 0
        self.headers = 0


class _Part(EmailMessage):
    """A mail or a part of one, whose limits are checked while it is read."""

    def __init__(self, policy: Any, counts: _Counts) -> None:
        super().__init__(policy)
        self._counts = counts
        self._depth = 1
        counts.parts += 1
        if counts.parts > _MOST_PARTS:
            raise MailTooLargeError(f"at most {_MOST_PARTS} parts", "more", "attach fewer files")

    def set_raw(self, name: str, value: str) -> None:
        """Keep a header as it came. Raises MailTooLargeError."""
        self._counts.headers += len(name) + len(value)
        is_content = name.lower().startswith("content-")
        _check_header(name[:40], value, _LONGEST_CONTENT_HEADER if is_content else _LONGEST_HEADER)
        if self._counts.headers > _MOST_HEADERS:
            raise MailTooLargeError(f"headers of at most {_MOST_HEADERS} characters", "more", "send fewer headers")
        super().set_raw(name, value)

    def attach(self, payload: Any) -> None:
        """Keep a part of this one. Raises MailTooLargeError."""
        payload._depth = self._depth + 1  # noqa: SLF001 - it is one of these
        if payload._depth > _DEEPEST:  # noqa: SLF001
            raise MailTooLargeError(f"parts within parts, at most {_DEEPEST} deep", "more", "attach them side by side")
        super().attach(payload)


def _check_header(name: str, value: str, longest: int) -> None:
    if len(value) > longest:
        expected = f"a header {name} of at most {longest} characters"
        raise MailTooLargeError(expected, len(value), "shorten it")
    if longest == _LONGEST_CONTENT_HEADER and (number := value.count(";")) > _MOST_PARAMETERS:
        expected = f"a header {name} with at most {_MOST_PARAMETERS} parameters"
        raise MailTooLargeError(expected, number, "leave the others out")
