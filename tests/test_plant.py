"""The planted faults (tools/faults.yaml): each can be planted, and only a test that fails has caught one."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tools.plant import ROOT, Fault, caught, faults, main

SUM = Fault("wrong sum", "sums.py", "a + b", "a - b", "test_sums.py")


def test_each_fault_can_be_planted_and_names_tests_that_are_there() -> None:
    listed = faults()
    assert len({fault.name for fault in listed}) == len(listed) >= 60
    for fault in listed:
        source = (ROOT / fault.file).read_text(encoding="utf-8")
        assert fault.spoil(source) != source, fault.name
        assert all((ROOT / test.partition("::")[0]).exists() for test in fault.tests.split()), fault.name


def test_a_text_that_stands_nowhere_or_twice_is_told_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"wrong sum: its text stands 0 times in sums.py, not once; mend the entry"):
        SUM.spoil("a * b")
    with pytest.raises(ValueError, match="2 times"):
        SUM.spoil("a + b, a + b")


def test_a_fault_that_is_not_listed_is_wrong_usage() -> None:
    told = CliRunner().invoke(main, ["--only", "no such fault"])
    assert told.exit_code == 2
    assert "no fault is called no such fault; --list names them all" in told.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "is_caught", "line"),
    [
        ("assert add(2, 1) == 3", True, "wrong sum: caught by test_sums.py::test_add"),
        ("assert add(2, 0) == 2", False, "wrong sum: NOT CAUGHT by test_sums.py (all passed)"),
        ("assert add(", False, "wrong sum: NOT CAUGHT by test_sums.py (pytest ended with 2)"),
    ],
)
def test_only_a_test_that_fails_catches(tmp_path: Path, test: str, is_caught: bool, line: str) -> None:
    (tmp_path / "sums.py").write_text("def add(a, b): return a + b\n")
    (tmp_path / "test_sums.py").write_text(f"from sums import add\ndef test_add(): {test}\n")
    assert caught(tmp_path, SUM) == (is_caught, line)
    assert "a + b" in (tmp_path / "sums.py").read_text()
