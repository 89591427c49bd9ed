"""Long lists come in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

ON_A_PAGE = 25  # rows (our choice)

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The rows on one page. Numbers begin with 1; `first` and `last` count rows."""

    rows: Sequence[Row]
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * ON_A_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def part_of(rows: Sequence[Row], number: int) -> Part[Row]:
    """The page of that number, or the one nearest to it."""
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    number = min(max(1, number), pages)
    return Part(rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], number, pages)
