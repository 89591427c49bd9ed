"""What a page with a stack trace looks like, in the usual languages."""

import html
import re

_SIGNS = {
    "Python": r"Traceback \(most recent call last\)|File \"[^\"]+\.py\", line \d+",
    "Java": r"\bat [\w.$]+\([\w$]+\.(?:java|kt|scala):\d+\)|\bjava\.[\w.]+(?:Exception|Error)\b",
    "PHP": r"\bStack trace:\s*#0|\b(?:Fatal error|Warning|Notice): .+ in \S+\.php (?:on line |: ?)\d+",
    "JavaScript": r"\bat (?:async )?(?:[\w.<> ]+ \()?(?:file://|node:|/)\S+:\d+:\d+\)?",
    ".NET": r"\bat [\w.<>`]+\(.*\) in \S+\.cs:line \d+|\bSystem\.[\w.]+Exception\b",
    "Ruby": r"\S+\.rb:\d+:in [`']",
    "Go": r"\bgoroutine \d+ \[running\]",
}
_TAGS = re.compile(r"<[^>]*>")


def stack_trace_in(page: str) -> str | None:
    """A line of the stack trace that the HTML of a page shows; None where it shows none."""
    text = html.unescape(_TAGS.sub("", page))
    for sign in _SIGNS.values():
        if match := re.search(sign, text):
            return " ".join(match[0].split())[:100]
    return None
