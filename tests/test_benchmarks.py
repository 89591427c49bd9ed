"""Benchmarks hold their bounds: a figure above its own is named, and the command ends with 1."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import approving, protocol, search, soak, starting
from benchmarks.results import Results
from eulogin_harness.client import Harness


def test_within_their_bounds_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results()
    results.tell("a fresh world", 20, 20)
    results.tell("something without a bound", 100_000)
    results.compare("search: all", 5, 1.5, 1.5, "that of 92 rows")
    assert results.end() == 0
    assert "ABOVE" not in capsys.readouterr().out


def test_what_is_above_its_bound_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results()
    results.tell("a fresh world", 20.1, 20)
    results.tell("one person", 3, 50)
    results.compare("search: all", 5, 1.51, 1.5, "that of 92 rows")
    assert results.end() == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ABOVE")]
    assert told == [
        "ABOVE ITS BOUND  a fresh world: 20.1 ms, at most 20",
        "ABOVE ITS BOUND  search: all: 1.51 times that of 92 rows, at most 1.5",
    ]


@pytest.mark.parametrize(("factor", "code"), [(0.0, 0), (1e9, 1)])
def test_the_command_ends_as_the_figures_are(monkeypatch: pytest.MonkeyPatch, factor: float, code: int) -> None:
    monkeypatch.setattr(command, "median_of", lambda *_: factor)
    for part in (approving, protocol, search, starting):
        monkeypatch.setattr(part, "report", lambda *_: None)
    assert command.main() == code


@pytest.mark.parametrize(("last", "code"), [(120.0, 0), (121.0, 1)])
def test_a_mock_that_grows_is_told(monkeypatch: pytest.MonkeyPatch, last: float, code: int) -> None:
    monkeypatch.setattr(soak, "serving", lambda: nullcontext(""))
    monkeypatch.setattr(soak, "measured", lambda *_: iter([100.0, 150.0, last]))
    told = CliRunner().invoke(soak.main, ["--rounds", "30"])
    assert (told.exit_code, f"{last / 100:.2f} times as much as after 3; at most 1.2" in told.output) == (code, True)


def test_memory_is_that_of_the_process_and_sign_ins_are_real(eulogin_harness: Harness) -> None:
    figures = list(soak.measured(eulogin_harness.url, 10))
    assert len(figures) == soak.PARTS
    assert all(10 < figure < 10_000 for figure in figures)
