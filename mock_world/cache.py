"""What each request asks of the database, kept in memory: read once, and anew when its tables were written."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from mock_world.database import Base
    from mock_world.world import World

P = ParamSpec("P")
T = TypeVar("T")


def cached(*models: "type[Base]") -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate what reads the tables of these models, and nothing else that changes: neither clock nor setting.

    Its first argument is the world, the others are hashable. What it returns is shared by all: who changes a row reads
    it anew in the transaction that does. Inside a transaction it always reads (see
    Database.cached).
    """
    tables = frozenset(model.__tablename__ for model in models)

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        @wraps(read)
        def read_or_cached(*args: P.args, **kwargs: P.kwargs) -> T:
            world, *others = cast("tuple[World, ...]", args)
            return world.database.cached(tables, (read, *others, *kwargs.items()), lambda: read(*args, **kwargs))

        return read_or_cached

    return decorate
