"""Variables that nothing uses, which a linter refuses."""

import re
from collections.abc import Sequence
from dataclasses import replace

from eulogin_harness.recording.calls import Call
from eulogin_harness.recording.values import Values

_LITERAL = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])*\1""")


def without_unused(calls: Sequence[Call], values: Values) -> list[Call]:
    """No variable for a person who did nothing, and no code that nobody typed."""
    phones = {screen.phone for call in calls for screen in call.screens}
    sources = [source for phone, source in values.phones.items() if phone in phones]
    for call in calls:
        sources += [call.method, *map(str, call.arguments or ()), *call.options.values()]
    names = set(re.findall(r"\w+", _LITERAL.sub("", " ".join(sources))))
    return [
        call if call.result in names or call.method != "persona" else replace(call, result="")
        for call in calls
        if call.result != "code" or "code" in names
    ]
