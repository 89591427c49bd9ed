"""A rule that says no: a sentence for the person; for the journal: expected, got, what to do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mock_world.events import EventType


@dataclass(frozen=True)
class RefusalKind:
    """A refusal as data. All texts may hold `{parameters}`.

    code: `subject.what`, also the type of the journal's event.
    message: what the person reads; it starts with what the person can do. Translated by the page.
    expected, remedy: for the journal and the control API, English.
    status: HTTP status of the page or problem document.
    """

    code: str
    message: str
    expected: str
    remedy: str
    status: int = 400
    event: EventType = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        KINDS[self.code] = self
        object.__setattr__(self, "event", EventType(self.code, "Refused: got {got}; expected {expected}."))


KINDS: dict[str, RefusalKind] = {}
"""Every kind of refusal that was declared, by its code."""


class Refusal(Exception):  # noqa: N818 - the field's own word
    """Raised by rules through `World.refuse`, which also writes it to the journal.

    kind: what it is. got: what came instead (never a secret). params: fill the texts. field: the form field
    that it belongs to, where there is one.
    """

    def __init__(self, kind: RefusalKind, *, got: str, field: str | None = None, **params: str | int) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.got = got
        self.field = field
        self.params = params

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def expected(self) -> str:
        return self.kind.expected.format(**self.params)

    @property
    def remedy(self) -> str:
        return self.kind.remedy.format(**self.params)

    def message(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.kind.message).format(**self.params)

    def __str__(self) -> str:
        return f"{self.message()} (expected {self.expected}; got {self.got}; {self.remedy})"
