"""What was measured, with the bounds that it must keep."""


class Results:
    """Prints a line for each figure, and remembers those above their bound."""

    def __init__(self) -> None:
        self.above: list[str] = []

    def tell(self, what: str, milliseconds: float, most: float | None = None, note: str = "") -> None:
        """A time; `most`: the bound in milliseconds."""
        self._line(what, milliseconds, [note, f"at most {most:g}" if most else ""])
        self._hold(what, milliseconds, most, " ms")

    def compare(self, what: str, milliseconds: float, times: float, most: float, than: str) -> None:
        """A time whose bound is how many times as long it may take as something else."""
        self._line(what, milliseconds, [f"{times:.2f} times {than}", f"at most {most:.2f}"])
        self._hold(what, times, most, f" times {than}")

    def end(self) -> int:
        """Say which figures are above their bounds. Returns how the process ends: 1 where one is."""
        for line in self.above:
            print(f"ABOVE ITS BOUND  {line}")
        return 1 if self.above else 0

    def _line(self, what: str, milliseconds: float, notes: list[str]) -> None:
        told = "; ".join(note for note in notes if note)
        print(f"{what:43} {milliseconds:8.1f} ms" + (f"  ({told})" if told else ""))

    def _hold(self, what: str, figure: float, most: float | None, unit: str) -> None:
        if most is not None and figure > most:
            self.above.append(f"{what.strip()}: {figure:.4g}{unit}, at most {most:g}")
