"""Names, samples, secrets and tickets of a world.

Secrets come from the operating system, unless the world was seeded on purpose: then everything repeats.
"""

import base64
import random
import string
import threading
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Randomness:
    """Random values, safe to draw from several threads."""

    def __init__(self, seed: int | None) -> None:
        self.seed = seed
        self._lock = threading.Lock()
        self._source: random.Random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - seeded on purpose

    def number(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        with self._lock:
            return self._source.randint(low, high)

    def choice(self, values: Sequence[T]) -> T:
        with self._lock:
            return self._source.choice(values)

    def shuffled(self, values: Sequence[T]) -> list[T]:
        with self._lock:
            return self._source.sample(values, len(values))

    def text(self, alphabet: str, length: int) -> str:
        with self._lock:
            return "".join(self._source.choices(alphabet, k=length))

    def digits(self, length: int) -> str:
        """Digits of which the first is not 0, so that the number never loses its length."""
        return self.text("123456789", 1) + self.text(string.digits, length - 1)

    def secret(self, length: int) -> bytes:
        """`length` random bytes."""
        with self._lock:
            return self._source.randbytes(length)

    def token(self, length: int = 32) -> str:
        """`length` random bytes as base64url without padding."""
        return base64.urlsafe_b64encode(self.secret(length)).rstrip(b"=").decode()

    def plain_token(self, length: int) -> str:
        """A token of letters, digits and hyphens alone, as CAS has them; mod_auth_cas takes no others."""
        return self.token(length).replace("_", "-")
