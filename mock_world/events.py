"""The types of events: each is declared once, by the module that records it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """An event as data: its name `subject.what` and one sentence. Declared once, found in CATALOGUE."""

    name: str
    sentence: str

    def __post_init__(self) -> None:
        known = CATALOGUE.setdefault(self.name, self)
        if known != self:
            raise ValueError(f"the event {self.name} is declared twice")


CATALOGUE: dict[str, EventType] = {}
