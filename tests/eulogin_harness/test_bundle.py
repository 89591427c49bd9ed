"""The bundle of a world: opened in another one it is the same, at the same moment, with the addresses of there."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner

from eulogin_harness.bundle import archive
from eulogin_harness.bundle.addresses import Moved
from eulogin_harness.bundle.archive import opened
from eulogin_harness.bundle.loading import open_bundle
from eulogin_harness.bundle.model import BundleError, Manifest, Page, Step
from eulogin_harness.bundle.visits import find_destination
from eulogin_harness.cli import main
from eulogin_harness.client import Harness, ProblemError, World
from eulogin_harness.client.people import Session
from eulogin_harness.documents.people import SessionAnswer
from eulogin_harness.site import open_site
from mock_world.cookie_names import purpose_of
from mock_world.server import Site
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.conftest import Browser

FRIDAY = "2026-11-27T17:00:00+01:00"
kept = pytest.mark.eulogin_world(now=FRIDAY, settings={"bundle.checkpoints": 50})


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Another mock."""
    with open_site() as site:
        yield site


@pytest.fixture
def visitor(world: World) -> Browser:
    """A browser: what it asks for are pages."""
    visitor = Browser(world.addresses.idp)
    visitor.http.headers["Accept"] = "text/html"
    return visitor


def files(bundle: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(bundle)) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def manifest(bundle: bytes) -> Manifest:
    with opened(bundle) as found:
        return found.manifest


def fail(visitor: Browser, email: str) -> None:
    """Enter a wrong password."""
    visitor.open("/cas/login").send(username=email)
    visitor.send(password="wrong", loginStrength="PASSWORD")
    assert visitor.at == ("password", "ready")


def failures(world: World) -> int:
    return sum(row["failures"] for row in world.state()["tables"]["idp_failed_attempts"])


@pytest.mark.eulogin_world(now=FRIDAY, seed=3)
def test_a_world_opens_elsewhere_at_its_moment(world: World, elsewhere: World) -> None:
    ada = world.personas.create("access_requested")
    world.settings.change({"device.max": 3})
    bundle = world.bundle()
    opened_at = elsewhere.load_bundle(bundle).at
    assert [one.uid for one in elsewhere.personas.list()] == [one.uid for one in world.personas.list()]
    assert (elsewhere.settings["device.max"], elsewhere.phones.get(ada.phone_id).screen.id) == (3, ada.phone_id)
    assert (elsewhere.clock.now(), elsewhere.clock.frozen) == (opened_at, True)
    assert timedelta(0) <= world.clock.now() - opened_at < timedelta(seconds=30)
    assert [event.type for event in elsewhere.events.list()][-1] == "bundle.opened"


def test_a_bundle_tells_what_it_is_and_that_it_holds_secrets(world: World) -> None:
    ada, ben = world.personas.create("enrolled"), world.personas.create("invited")
    found = files(world.bundle())
    assert "holds the secrets of that world" in found["README.txt"]
    assert "eulogin-harness replay" in found["README.txt"]
    about = json.loads(found["manifest.json"])
    assert (about["world"], about["person"], about["addresses"]["idp"]) == (world.name, None, world.addresses.idp)
    assert about["versions"].keys() >= {"eulogin-harness", "python", "pytest"}
    events = [json.loads(line) for line in found["journal.jsonl"].splitlines()]
    assert [each["sentence"] for each in events] == [event.sentence for event in world.events.list()]
    phone = next(each for each in json.loads(found["phones.json"]) if each["id"] == ada.phone_id)
    assert (phone["accounts"], phone["online"]) == ([ada.email], True)
    assert f"To: {ben.email}" in found["mails/0001.txt"]


@pytest.mark.eulogin_world(now=FRIDAY)
def test_links_in_mails_lead_to_the_new_addresses_and_work(world: World, elsewhere: World) -> None:
    ada = world.personas.create("invited")
    elsewhere.load_bundle(world.bundle())
    mail = elsewhere.mails.wait(to=ada.email)
    link = mail.links[0].url
    assert link.startswith(f"{elsewhere.addresses.idp}/cas/")
    assert world.addresses.idp not in mail.text + (mail.html or "")
    assert Browser(elsewhere.addresses.idp).open(link).at == ("new-password", "ready")


@pytest.mark.eulogin_world(now=FRIDAY, settings={"mail.delay": "PT1H"})
def test_a_mail_on_its_way_arrives_with_the_new_addresses(world: World, elsewhere: World) -> None:
    ada = world.personas.create("invited", language="fr")
    elsewhere.load_bundle(world.bundle())
    elsewhere.clock.advance(hours=1)
    mail = elsewhere.mails.wait(to=ada.email)
    assert mail.links[0].url.startswith(f"{elsewhere.addresses.idp}/cas/")
    assert world.addresses.idp not in mail.text + (mail.html or "")
    assert "é" in mail.text


def test_addresses_are_found_in_each_form_and_only_whole(world: World, site: Site) -> None:
    there = site.worlds.get("default")
    moved, old, new = Moved(manifest(world.bundle()), there), world.addresses.idp, there.addresses.public("idp")
    once, twice = quote(old, safe=""), quote(quote(old, safe=""), safe="")
    assert moved(f"{old}/cas {once}%2Fcas {twice}%252Fcas") == (
        f"{new}/cas {quote(new, safe='')}%2Fcas {quote(quote(new, safe=''), safe='')}%252Fcas"
    )
    assert moved(f'"/w/{world.name}/cas"') == '"/cas"'
    assert moved(f"{old}0/cas").endswith(f"/w/{world.name}0/cas")  # another world there
    assert moved("http://localhost/cas") == "http://localhost/cas"


@kept
def test_a_world_opens_before_any_of_its_steps(world: World, elsewhere: World, visitor: Browser) -> None:
    ada = world.personas.create("registered")
    fail(visitor, ada.email)
    fail(visitor, ada.email)
    bundle = world.bundle()
    steps = manifest(bundle).steps
    assert [step.method for step in steps] == ["GET", "POST", "POST"] * 2
    assert [step.page for step in steps[:3]] == ["whoami ready", "password ready", "password ready"]
    assert steps[2].is_refused
    found = []
    for step in (0, steps[2].number, steps[5].number, None):
        elsewhere.load_bundle(bundle, step=step)
        found.append((failures(elsewhere), len(elsewhere.personas.list())))
    assert found == [(0, 1), (0, 2), (1, 2), (2, 2)]


@kept
def test_a_page_says_by_which_step_it_came(world: World, visitor: Browser) -> None:
    visitor.open("/cas/login")
    (step,) = manifest(world.bundle()).steps
    assert f'data-checkpoint="{step.number}"' in visitor.page.text


def test_no_step_is_kept_where_none_is_wanted(world: World) -> None:
    world.settings.change({"bundle.checkpoints": 0})
    page = Browser(world.addresses.idp).open("/cas/login").page
    assert "data-checkpoint" not in page.text
    assert manifest(world.bundle()).steps == []


@kept
def test_the_newest_steps_are_kept(world: World, visitor: Browser) -> None:
    world.settings.change({"bundle.checkpoints": 2})
    for _ in range(3):
        visitor.open("/cas/login")
    numbers = [step.number for step in manifest(world.bundle()).steps]
    assert len(numbers) == 2
    assert f'data-checkpoint="{numbers[-1]}"' in visitor.page.text


@kept
def test_calls_of_applications_and_of_the_app_are_no_steps(world: World) -> None:
    app = Browser(world.addresses.idp)
    app.http.post(f"{app.base}/cas/oauth2/token", timeout=30)
    app.http.post(f"{app.base}/cas/app/enrolments/none", timeout=30)
    app.http.get(f"{app.base}/cas/serviceValidate", timeout=30)
    assert manifest(world.bundle()).steps == []


@kept
def test_the_browser_goes_on_elsewhere_with_its_cookies(world: World, elsewhere: World, visitor: Browser) -> None:
    ada = world.personas.create("registered")
    visitor.open("/cas/login").send(username=ada.email)
    answer = elsewhere.load_bundle(world.bundle())
    assert answer.url == f"{elsewhere.addresses.idp}/cas/login"
    there = Browser(elsewhere.addresses.idp)
    session = SessionAnswer(storage_state=answer.storage_state, url=answer.url, ticket=None)
    there.http.cookies.update(Session(session).cookies())
    there.open("/cas/login")
    there.send(username=ada.email).send(password=ada.password or "", loginStrength="PASSWORD")
    assert there.at == ("successful-login", "ready")
    names = {cookie["name"] for cookie in answer.storage_state["cookies"]}
    assert names == {f"eulogin_idp_{elsewhere.name}"}


@kept
def test_a_page_session_is_read_elsewhere(world: World, elsewhere: World, visitor: Browser) -> None:
    visitor.open("/cas/login")
    visitor.http.post(f"{visitor.base}/language", data=dict(visitor.hidden) | {"language": "fr"}, timeout=30)
    visitor.open("/cas/login")
    answer = elsewhere.load_bundle(world.bundle())
    there = Browser(elsewhere.addresses.idp)
    there.http.cookies.update(Session(SessionAnswer(storage_state=answer.storage_state, url="", ticket=None)).cookies())
    assert '<html lang="fr"' in there.open("/cas/login").page.text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eulogin_idp_w1", ("idp", "")),
        ("eulogin_phone_w1_held", ("phone", "held")),
        ("__Secure-CASTGC", ("idp", "sso")),  # by https
        ("eulogin_idp_w10", None),
        ("session", None),  # of the application
    ],
)
def test_cookies_of_the_world_are_known_by_their_names(name: str, expected: tuple[str, str] | None) -> None:
    assert purpose_of(name, "w1") == expected


def test_a_bundle_leads_nowhere_but_to_this_mock(world: World, elsewhere: World) -> None:
    content = world.bundle()
    page = Page(url="https://login.example/", title="").model_dump()
    foreign = broken(content, manifest_json=_with(content, "manifest.json", pages=[page]))
    answer = elsewhere.load_bundle(foreign)
    assert (answer.url, answer.storage_state["cookies"]) == (f"{elsewhere.addresses.desk}/", [])


def test_what_belongs_to_the_process_stays_as_it_is_there(world: World, elsewhere: World) -> None:
    world.settings.change({"smtp": "mail.example:25", "idp.public_url": "http://login.example"})
    elsewhere.load_bundle(world.bundle())
    assert elsewhere.settings["smtp"] == ""
    assert world.settings["idp.public_url"] == "http://login.example"
    assert elsewhere.settings["idp.public_url"] == ""


def test_a_bundle_opens_no_gate_to_real_hosts_and_mailboxes(world: World, elsewhere: World) -> None:
    world.settings.change({"allowed_targets": ["evil.example.org"], "allowed_domains": ["gmail.com"]})
    elsewhere.load_bundle(world.bundle())
    assert (elsewhere.settings["allowed_targets"], elsewhere.settings["allowed_domains"]) == ([], [])


@kept
def test_cookies_of_other_applications_are_in_no_bundle(world: World, visitor: Browser) -> None:
    visitor.http.cookies.set("other_app_session", "secret-of-another-application")
    visitor.open("/cas/login")
    (step,) = manifest(world.bundle()).steps
    assert not {"other_app_session"} & step.cookies.keys()


def test_a_state_that_is_refused_leaves_the_messages_and_steps_of_the_world(world: World, visitor: Browser) -> None:
    world.settings.change({"bundle.checkpoints": 50})
    visitor.open("/cas/login")
    state = world.state()
    state["tables"]["idp_account"] *= 2
    with pytest.raises(ProblemError):
        world.load_state(state)
    assert len(manifest(world.bundle()).steps) == 1


def test_a_bundle_is_kept_again_where_it_was_opened(world: World, elsewhere: World) -> None:
    ada = world.personas.create("enrolled")
    elsewhere.load_bundle(world.bundle())
    before = json.loads(files(elsewhere.bundle())["before.json"])
    assert ada.email in [row["email"] for row in before["tables"]["idp_account"]]


def _step(number: int, method: str, url: str, referer: str, page: str = "x ready", **cookies: str) -> Step:
    fields: dict[str, Any] = {"status": 200, "page": page, "location": "", "sentences": [], "is_refused": False}
    fields |= {"at": FRIDAY, "actor": "idp", "shows_page": True, "fields": [], "sends_files": False}
    fields |= {"language": "", "user_agent": ""}
    return Step(number=number, method=method, url=url, referer=referer, cookies=cookies, **fields)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (None, (3, "/b", 3)),  # the page came by a form, which is sent again in the world before it
        (0, None),
        (1, (1, "/a", None)),  # typed into the browser
        (2, (2, "/a", None)),
        (3, (2, "/b", 2)),  # before it, the browser was on a page that a form led to
    ],
)
def test_a_browser_comes_to_its_page_again(step: int | None, expected: tuple[int | None, str, int | None]) -> None:
    steps = [_step(1, "GET", "/a", ""), _step(2, "POST", "/b", "/a", key="1"), _step(3, "POST", "/b", "/b", key="1")]
    about = _about(steps, [Page(url="/b", title="", step=3)])
    found = find_destination(about, step)
    assert (found and (found.state, found.url, found.step and found.step.number)) == expected


def test_a_page_that_was_visited_is_visited_again() -> None:
    about = _about([_step(1, "GET", "/a", "")], [Page(url="/a", title="", step=1)])
    found = find_destination(about, None)
    assert found is not None
    assert (found.state, found.url, found.step) == (None, "/a", None)


def _about(steps: list[Step], pages: list[Page]) -> Manifest:
    fields: dict[str, Any] = {"versions": {}, "world": "w1", "seed": None, "settings": {}, "addresses": {}}
    fields |= {"internal": {}, "written_at": FRIDAY, "at": FRIDAY, "begun_at": FRIDAY}
    return Manifest(steps=steps, pages=pages, **fields)


@kept
def test_steps_are_listed_and_the_failing_one_is_marked(world: World, visitor: Browser, tmp_path: Path) -> None:
    ada = world.personas.create("registered")
    fail(visitor, ada.email)
    file = tmp_path / "red.eulogin.zip"
    file.write_bytes(world.bundle())
    lines = CliRunner().invoke(main, ["replay", str(file), "--list"]).output.splitlines()
    assert [line[0] for line in lines] == [" ", " ", ">", " "]
    assert lines[2].endswith(f"POST {world.addresses.idp}/cas/login  200 password ready")
    assert lines[3].strip().startswith("Refused: got another password")


def test_the_command_writes_a_bundle_for_its_owner_alone(world: World, tmp_path: Path) -> None:
    ada = world.personas.create("registered")
    file = tmp_path / "new" / "w.eulogin.zip"
    where = ["--url", world.addresses.desk.partition("/w/")[0], "--world", world.name]
    done = CliRunner().invoke(main, ["bundle", str(file), "--person", ada.email, *where])
    assert done.output == f"{world.name} is in {file}; `eulogin-harness replay {file}` opens it\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert manifest(file.read_bytes()).person == ada.email
    done = CliRunner().invoke(main, ["bundle", str(file / "deeper.zip"), *where])
    assert "expected a file that can be written" in done.output


def test_wrong_calls_are_explained(api: Api) -> None:
    status, problem = api.refused("GET", "/api/bundle?person=nobody@hospital.example")
    assert (status, problem["got"]) == (422, "nobody@hospital.example")
    status, problem = api.refused("POST", "/api/bundle", {"format": 1})
    assert (status, problem["expected"]) == (415, "Content-Type: application/zip")
    status, problem = api.refused("POST", "/api/bundle", data=b"no zip", headers={"Content-Type": "application/zip"})
    assert (status, problem["type"]) == (422, "wrong-value")
    assert "a zip archive" in problem["expected"]


def broken(content: bytes, **changed: bytes | None) -> bytes:
    """The bundle with other files in place of its own."""
    with ZipFile(BytesIO(content)) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    kept |= {name.replace("_", "."): data for name, data in changed.items() if data is not None}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name, data in kept.items():
            if changed.get(name.replace(".", "_"), b"") is not None:
                new.writestr(name, data)
    return out.getvalue()


def _with(content: bytes, name: str, **fields: object) -> bytes:
    document = json.loads(files(content)[name])
    return json.dumps(document | fields).encode()


BAD: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no zip": (lambda _: b"PK no", "a zip archive, but got something else, or one that breaks off"),
    "cut off": (lambda content: content[: len(content) // 2], "breaks off; take another file"),
    "another zip": (lambda content: broken(content, manifest_json=None), "with manifest.json in it, but got a file"),
    "no object": (lambda content: broken(content, manifest_json=b"[]"), "an object of JSON in manifest.json"),
    "not JSON": (lambda content: broken(content, after_json=b"{"), "an object of JSON in after.json"),
    "too deep": (lambda content: broken(content, after_json=b"[" * 100_000), "an object of JSON in after.json"),
    "fields missing": (lambda content: broken(content, manifest_json=b'{"format": 1}'), "written_at: Field required"),
    "newer": (
        lambda content: broken(content, manifest_json=_with(content, "manifest.json", format=2)),
        "expected a bundle of format 1, but got format 2; replay it by eulogin-harness 0.1.0, which wrote it",
    ),
    "another state": (
        lambda content: broken(content, after_json=_with(content, "after.json", format=1)),
        "format 1, where this version reads",
    ),
    "no tables": (lambda content: broken(content, after_json=b"{}"), "but got no object with format and tables"),
    "no rows": (
        lambda content: broken(content, after_json=_with(content, "after.json", tables={"world": [1]})),
        "but got tables that are no lists of rows by name",
    ),
    "no columns": (
        lambda content: broken(content, after_json=_with(content, "after.json", tables={"world": [{}]})),
        "a row of table world with columns missing or unknown",
    ),
    "bomb": (lambda content: broken(content, after_json=b" " * (1025 * 1024)), "a larger after.json"),
}


@pytest.fixture(scope="module")
def bundle(eulogin_harness: Harness) -> bytes:
    """Of a world in which nothing happened."""
    world = eulogin_harness.worlds.create()
    written = world.bundle()
    world.delete()
    return written


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_bundle_is_refused_in_a_sentence(
    kind: str, bundle: bytes, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_LARGEST", 1024 * 1024)
    make, sentence = BAD[kind]
    with pytest.raises(BundleError, match=re.escape(sentence)), opened(make(bundle)) as found:
        open_bundle(site.worlds.get("default"), found)


@pytest.mark.parametrize("kind", ["cut off", "no columns"])  # seen before a mock runs, and after
def test_the_command_refuses_it_in_the_same_sentence(kind: str, bundle: bytes, tmp_path: Path) -> None:
    file, (make, sentence) = tmp_path / "bad.zip", BAD[kind]
    file.write_bytes(make(bundle))
    done = CliRunner().invoke(main, ["replay", str(file), "--headless", "--port", "0"])
    assert done.exit_code == 1
    assert sentence in done.output
    assert done.output.count("\n") == 1
