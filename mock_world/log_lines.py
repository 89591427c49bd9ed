"""What is logged of something that came from outside: it breaks no line, and moves no terminal."""

import logging
import traceback


def printable(text: str) -> str:
    """The text with what cannot be seen as in Python's source: `\\n`, `\\x1b`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def log_crash(log: logging.Logger, request: str, error: Exception) -> None:
    """Log that a request failed, and where; the text of an error may hold what came with the request."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    log.error("%s failed\n%s", printable(request), "\n".join(map(printable, lines)))
