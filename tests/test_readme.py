"""The README keeps its word: its example runs, its links lead somewhere, its first part stays short."""

import re
from pathlib import Path
from typing import Any

from eulogin_harness.settings import TABLE

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_comes_before_the_reference_has_at_most_600_words() -> None:
    assert len(TEXT.partition("## Reference")[0].split()) <= 600


def test_a_link_leads_to_a_file() -> None:
    links = set(re.findall(r"\]\(([^)#:]+)\)", TEXT))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_example_runs(persona: Any, mailbox: Any, clock: Any) -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - our own README
    names["test_the_link_of_the_mail_dies_after_five_minutes"](persona, mailbox, clock)


def test_the_settings_that_it_tells_of_have_these_values() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (\S+) \| (\S*) ?\| ", TEXT, re.MULTILINE)
    assert len(rows) == 8
    for name, guide, today in rows:
        setting = TABLE[name]
        expected = setting.dump(setting.today) if setting.today is not None else ""
        assert (guide, today) == (str(setting.dump(setting.default)), str(expected))
