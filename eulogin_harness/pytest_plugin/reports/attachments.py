"""The report of a failed test beside pytest's own: a text file, and attachments where other reports are written."""

import base64
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from eulogin_harness.pytest_plugin.reports.sections import Section

FILE = "eulogin-report.txt"


class Left(NamedTuple):
    """What a failed test leaves beside its sections, to be attached. kept: address of its world, where it goes on."""

    reason: str
    text: Path
    bundle: Path | None
    pictures: Mapping[str, bytes]
    kept: str


def write_text(folder: Path, texts: Iterable[Section]) -> Path:
    """Write the sections beside the bundle."""
    file = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(f"--- {title} ---\n{text}\n" for title, text in texts), encoding="utf-8")
    return file


def attach(item: pytest.Item, report: pytest.TestReport, left: Left) -> None:
    """Attach what a test left to junit.xml, pytest-html's page and Allure's results, where they are written."""
    files = {"eulogin_report": left.text, "eulogin_bundle": left.bundle, "eulogin_world": left.kept}
    own = {"eulogin_reason": left.reason} | {name: str(value) for name, value in files.items() if value}
    others = [each for each in item.user_properties if each[0] not in own]  # it may run for the second time
    item.user_properties[:] = [*others, *own.items()]
    if item.config.getoption("htmlpath", None):
        _attach_to_html(item, report, left)
    if item.config.getoption("allure_report_dir", None):
        _attach_to_allure(left)


def _attach_to_html(item: pytest.Item, report: pytest.TestReport, left: Left) -> None:
    extras = import_module("pytest_html.extras")  # it has no types
    page = Path(item.config.getoption("htmlpath")).absolute().parent
    extra = [extras.text(left.text.read_text(encoding="utf-8"), name="eulogin report")]
    if left.bundle:
        extra.append(extras.url(_from(page, left.bundle), name="eulogin bundle"))
    extra += [extras.png(base64.b64encode(picture).decode(), name=name) for name, picture in left.pictures.items()]
    report.extras = [*getattr(report, "extras", []), *extra]  # type: ignore[attr-defined]  # pytest-html's own


def _from(page: Path, file: Path) -> str:
    """A link that holds where both are moved together."""
    return file.relative_to(page).as_posix() if file.is_relative_to(page) else file.as_uri()


def _attach_to_allure(left: Left) -> None:
    allure = import_module("allure")  # as above
    allure.attach.file(str(left.text), name="eulogin report", attachment_type=allure.attachment_type.TEXT)
    if left.bundle:
        allure.attach.file(str(left.bundle), name="eulogin bundle", extension="eulogin.zip")
    for name, picture in left.pictures.items():
        allure.attach(picture, name=Path(name).name, attachment_type=allure.attachment_type.PNG)
