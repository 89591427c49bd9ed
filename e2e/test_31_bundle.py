"""The bundle of a world on the control room's page: kept, cut to one person, and opened again."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import PASSWORD, Desk
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona


@pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00")
def test_a_world_is_kept_in_a_file_and_opened_again(desk: Desk, doctor: Persona, world: World, tmp_path: Path) -> None:
    desk.eu_login.open("/login")
    desk.eu_login.enter_username(doctor.email)
    expect(desk.page.get_by_label("Password", exact=True)).to_be_visible()
    kept, cut = _kept(desk.page, world, tmp_path), _kept(desk.page, world, tmp_path, doctor.email)
    desk.sees("bundle")
    assert kept.stat().st_size > cut.stat().st_size
    late = world.personas.create("registered")
    _open(desk.page, kept)
    desk.sees("bundle", "opened")
    assert late.email not in [one.email for one in world.personas.list()]
    assert world.clock.frozen
    desk.page.get_by_role("link", name="Go on where its browser stood").click()
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.page.goto(f"{world.addresses.desk}/bundle")
    _open(desk.page, Path(__file__))
    desk.sees("bundle", "refused")
    expect(desk.page.get_by_role("alert")).to_contain_text("Choose another file: this one cannot be opened here.")


def _kept(page: Page, world: World, folder: Path, person: str = "") -> Path:
    page.goto(f"{world.addresses.desk}/bundle")
    page.get_by_label("Only this person").fill(person)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _open(page: Page, file: Path) -> None:
    page.get_by_label("Bundle", exact=True).set_input_files(file)
    page.get_by_role("button", name="Open it here").click()
