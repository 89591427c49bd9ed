"""Commands for a mock that runs: each does what the control room does, for people and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eulogin_harness.cli import main
from eulogin_harness.client import World
from tests.mock_idp.conftest import Browser


@pytest.fixture
def desk(world: World) -> str:
    return world.addresses.desk.partition("/w/")[0]


def run(world: World, *arguments: str) -> Result:
    url = world.addresses.desk.partition("/w/")[0]
    return CliRunner().invoke(main, [*arguments, "--url", url, "--world", world.name])


def said(world: World, *arguments: str) -> str:
    done = run(world, *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def as_json(world: World, *arguments: str) -> Any:
    return json.loads(said(world, *arguments, "--json"))


@pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)
@pytest.mark.parametrize(("by", "time"), [("5m", "09:05:00"), ("1h30m", "10:30:00"), ("PT4M59S", "09:04:59")])
def test_the_clock_goes_forward_by_short_durations_and_by_iso_8601(world: World, by: str, time: str) -> None:
    assert said(world, "clock", "advance", by) == f"2026-11-27T{time}+00:00 (frozen)\n"
    assert as_json(world, "clock", "show") == {"now": f"2026-11-27T{time}Z", "frozen": True}


def test_the_clock_is_set_frozen_and_let_run(world: World) -> None:
    assert "2099-01-01T00:00" in said(world, "clock", "set", "2099-01-01T00:00:00+00:00")
    assert "(frozen)" in said(world, "clock", "freeze")
    assert "(frozen)" not in said(world, "clock", "run")


def test_people_are_made_with_fields_and_listed(world: World) -> None:
    line = said(world, "people", "make", "registered", "--with", "email=ada@hospital.example", "--with", "language=fr")
    assert line.startswith("ada@hospital.example  password ")
    (ada,) = as_json(world, "people", "list", "--stage", "registered")
    assert (ada["email"], ada["language"]) == ("ada@hospital.example", "fr")


def test_a_mail_is_waited_for_and_printed(world: World) -> None:
    world.personas.create("invited", email="ada@hospital.example")
    text = said(world, "mails", "wait", "--to", "ada@hospital.example")
    assert "Subject: " in text
    assert "/cas/init/initialisePasswordLogin.cgi?" in text
    assert "ada@hospital.example" in said(world, "mails", "list")
    late = run(world, "mails", "wait", "--to", "nobody@hospital.example", "--wait", "0")
    assert (late.exit_code, "What to do:" in late.output) == (1, True)


def test_a_sign_in_is_approved_and_denied(world: World) -> None:
    doctor = world.personas.create("enrolled")
    for deed, state in (("approve", "successful-login"), ("deny", "waiting")):
        browser = Browser(world.addresses.idp).open("/cas/login").send(username=doctor.email)
        browser.send(password=str(doctor.password), loginStrength="PASSWORD_MOBILE_APP")
        pin = ("--pin", str(doctor.pin)) if deed == "approve" else ()
        assert f"{doctor.phone_id} " in said(world, "phones", deed, doctor.phone_id, *pin)
        assert browser.open(browser.page.url).at[0] == state
    assert doctor.phone_id in said(world, "phones", "list")


def test_faults_are_armed_and_disarmed(world: World) -> None:
    assert said(world, "faults", "arm", "mail.lost", "--times", "0") == "mail.lost is armed\n"
    assert "* mail.lost" in said(world, "faults", "list")
    assert said(world, "faults", "disarm", "mail.lost") == "mail.lost is disarmed\n"
    where = ("--service", "http://portal.example/", "--client-id", "portal", "--status", "502")
    assert said(world, "faults", "arm", "eulogin.error", *where).endswith("for http://portal.example/, portal\n")
    slow = as_json(world, "faults", "arm", "token.slow", "--seconds", "0.5", "--client-id", "portal")
    assert (slow["seconds"], slow["client_id"]) == (0.5, "portal")
    wrong = run(world, "faults", "arm", "mail.eaten")
    assert (wrong.exit_code, "take a name of GET /api/faults" in wrong.output) == (1, True)


def test_a_state_is_written_and_loaded(world: World, tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    world.personas.create("registered", email="ada@hospital.example")
    said(world, "world", "export", str(file))
    said(world, "world", "reset")
    assert "ada@hospital.example" not in said(world, "people", "list")
    said(world, "world", "load", str(file))
    assert "ada@hospital.example" in said(world, "people", "list")
    file.write_text("{", encoding="utf-8")
    assert "got no JSON" in run(world, "world", "load", str(file)).output


def test_worlds_are_listed_and_made(world: World) -> None:
    assert world.name in [each["name"] for each in as_json(world, "world", "list")]
    assert said(world, "world", "new", f"{world.name}-2").startswith(f"{world.name}-2  http")


def test_what_cannot_be_done_is_said_in_a_sentence(world: World, desk: str) -> None:
    wrong = CliRunner().invoke(main, ["clock", "show", "--url", desk, "--world", "nowhere"])
    assert (wrong.exit_code, "expected a world of default" in wrong.output) == (2, True)
    nobody = CliRunner().invoke(main, ["clock", "show", "--url", "http://localhost:1"])
    assert (nobody.exit_code, "start it with `eulogin-harness serve`" in nobody.output) == (1, True)
    for by in ("soon", "99999999999999d"):
        assert "write a duration such as 5m" in run(world, "clock", "advance", by).output
    unknown = run(world, "people", "make", "registered", "--with", "stage=x")
    assert (unknown.exit_code, unknown.output.startswith("Error: ")) == (1, True)
    scheme = CliRunner().invoke(main, ["clock", "show", "--url", "localhost:1"])
    assert "expected --url to begin with http:// or https://; got 'localhost:1'" in scheme.output
    other = CliRunner().invoke(main, ["clock", "show", "--url", world.addresses.idp + "/cas/login?x="])
    assert other.exit_code == 1
    assert other.output.startswith("Error: ")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("clock adv", ["advance"]),
        ("people make access_r", ["access_requested", "access_rejected"]),
        ("faults arm mail.t", ["mail.twice"]),
    ],
)
def test_the_shell_completes_commands_stages_and_faults(words: str, offered: list[str]) -> None:
    asked = {
        "_EULOGIN_HARNESS_COMPLETE": "bash_complete",
        "COMP_WORDS": f"eulogin-harness {words}",
        "COMP_CWORD": str(words.count(" ") + 1),
    }
    done = CliRunner().invoke(main, [], env=asked, prog_name="eulogin-harness")
    assert done.output.split() == [f"plain,{name}" for name in offered]


def test_worlds_are_listed_with_the_prepared_ones_or_either_alone(world: World) -> None:
    both = said(world, "world", "list")
    assert (world.name in both, "link-expired" in both) == (True, True)
    assert "link-expired" not in said(world, "world", "list", "--running")
    assert {one["name"] for one in as_json(world, "world", "list", "--running")} >= {"default", world.name}


def test_prepared_worlds_are_listed_and_shown_where_no_mock_runs() -> None:
    nowhere = ("--url", "http://localhost:1")
    listed = CliRunner().invoke(main, ["world", "list", "--prepared", *nowhere])
    assert listed.output.startswith("phone-lost ")
    shown = CliRunner().invoke(main, ["world", "show", "link-expired", *nowhere])
    parts = ("Link of the mail has expired", "By hand", "Seen", "Way out", "serve --world link-expired --open")
    assert all(part in shown.output for part in parts)


def test_a_prepared_world_is_loaded_and_its_problem_named(world: World, tmp_path: Path) -> None:
    assert f"{world.addresses.desk}/worlds/link-expired/open" in said(world, "world", "load", "link-expired")
    own = tmp_path / "mine.yaml"
    own.write_text("title: Mine\npeople:\n  ada: {email: ada@hospital.example}\n", encoding="utf-8")
    assert as_json(world, "world", "load", str(own))["people"]["ada"]["email"] == "ada@hospital.example"


def test_a_name_or_file_that_is_no_prepared_world_is_wrong_usage(world: World, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("titel: x\n", encoding="utf-8")
    for given, told in (("link-expird", "perhaps link-expired"), (str(tmp_path / "bad.yaml"), "did you mean title?")):
        done = run(world, "world", "load", given)
        assert (done.exit_code, told in done.output) == (2, True)
