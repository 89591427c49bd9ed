"""What was done in a browser, as lines of a scenario."""

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.cli import main
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.recording import command
from eulogin_harness.recording.actions import (
    Action,
    ClockMoved,
    Ended,
    Entry,
    FaultChanged,
    Field,
    MailFollowed,
    PersonMade,
    RequestDecided,
)
from eulogin_harness.recording.command import Recording, RecordingError, check
from eulogin_harness.recording.forms import FORMS
from eulogin_harness.recording.scenario import scenario
from eulogin_harness.recording.world_listener import WorldListener, roundest

ROOT = Path(__file__).parents[2]
RUFF = Path(sys.executable).parent / "ruff"
ADA = "ada.berg@hospital.example"
PASSWORD, PIN = "Lantern 42!", "2580"


def lines(*entries: Entry) -> list[str]:
    """The lines of the test, without those that make page objects."""
    body = scenario(entries, "a test").partition("-> None:\n")[2].splitlines()
    made = (" = EuLogin(", " = Cpms(", " = Handset(", " = Mailbox(")
    return [line.strip() for line in body if not any(part in line for part in made)]


def shown(page: str, state: str = "ready", **more: Any) -> Action:
    return Action(kind="shown", page=page, state=state, **({"actor": "idp", "cause": "changed"} | more))


def sent(page: str, button: str, *fields: Field, **more: Any) -> Action:
    return Action(kind="sent", page=page, name=button, fields=fields, **({"actor": "idp"} | more))


def clicked(page: str, link: str, **more: Any) -> Action:
    return Action(kind="clicked", page=page, name=link, role="link", **({"actor": "idp"} | more))


def filled(**values: str) -> list[Field]:
    return [Field(name=name, label=name, value=value) for name, value in values.items()]


def ticked(name: str, value: str = "y", *, checked: bool = True) -> Field:
    return Field(name=name, label=value, value=value, kind="checkbox", checked=checked)


PHONE: dict[str, Any] = {"actor": "phone", "phone": "phone-2", "window": 2}
CPMS: dict[str, Any] = {"actor": "cpms"}
SIGN_UP = filled(firstName="Ada", lastName="Berg", email=ADA, emailConfirm=ADA)
DEVICE = filled(deviceName="My phone", pin=PIN, pinConfirm=PIN)
PROFILE = [
    Field(name="country", label="Country", kind="select", value="AT", text="Austria"),
    Field(name="role", label="Role", kind="select", value="Physician", text="Physician"),
    *filled(hospital="Zagreb", specialty="Paediatric oncology"),
    ticked("networks", "PaedCAN"),
    ticked("terms"),
]


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (sent("whoami", "Next", *filled(username=ADA)), "eu_login.enter_username(EMAIL)"),
        (
            sent("password", "Sign in", *filled(password=PASSWORD), Field(name="loginStrength", kind="hidden")),
            'eu_login.choose_method("Password")\neu_login.enter_password(PASSWORD)',
        ),
        (
            sent(
                "password",
                "Sign in",
                *filled(password=""),
                Field(name="loginStrength", kind="hidden", value="MOBILE_APP", changed=False),
            ),
            'eu_login.choose_method("On Mobile")\neu_login.button("Sign in").click()',
        ),
        (
            sent("change-password", "Submit", *filled(currentPassword="a", newPassword="b", newPasswordConfirm="b")),
            'eu_login.fill_password_change(PASSWORD, PASSWORD_2)\neu_login.button("Submit").click()',
        ),
        (
            sent("new-password", "Submit", *filled(newPassword="one", newPasswordConfirm="other")),
            """eu_login.field("newPassword").fill(PASSWORD)
eu_login.field("newPasswordConfirm").fill("other")
eu_login.button("Submit").click()""",
        ),
        (sent("devices", "Delete", index=1, count=2), 'eu_login.button("Delete").last.click()'),
        (sent("devices", "Delete", index=1, count=3), 'eu_login.button("Delete").nth(1).click()'),
        (clicked("account", "My Account", count=2), 'eu_login.link("My Account").first.click()'),
        (sent("phone-store", "Search", *filled(q="EU Login"), **PHONE), 'handset.search_store("EU Login")'),
        (sent("phone-permission", "Allow", state="camera", **PHONE), 'handset.allow("camera")'),
        (sent("phone-permission", "Don't allow", **PHONE), 'handset.button("Don\'t allow").click()'),
        (sent("phone-request", "Deny", **PHONE), 'handset.button("Deny").click()'),
        (sent("phone-request", "Authenticate", *filled(pin=PIN), **PHONE), "handset.authenticate(PIN)"),
        (
            sent("phone-system", "Online", role="switch", **PHONE),
            'handset.page.get_by_role("switch", name="Online", exact=True).click()',
        ),
        (sent("home", "Sign in with EU Login", **CPMS), "cpms.start_sign_in()"),
        (
            sent("search", "Search", *filled(hospital="Zagreb", network=""), **CPMS),
            "cpms.search(hospital=HOSPITAL)",
        ),
        (
            sent("complete-profile", "Next", *PROFILE, **CPMS),
            'cpms.fill_profile(country="AT", hospital=HOSPITAL, networks=["PaedCAN"])\ncpms.button("Next").click()',
        ),
        (
            sent("complete-profile", "Next", ticked("networks", "PaedCAN", checked=False), **CPMS),
            'cpms.field("PaedCAN").uncheck()\ncpms.button("Next").click()',
        ),
        (sent("access-status", "Reply", *filled(reply="Yes."), **CPMS), 'cpms.reply("Yes.")'),
    ],
)
def test_what_was_done_is_done_by_a_method_else_by_role_and_label(action: Action, line: str) -> None:
    numbered = "phone_2 = world.phones.create(installed=False)"
    assert [one for one in lines(action) if one != numbered] == line.splitlines()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.page}-{form.method}")
def test_each_method_of_the_table_is_there_with_its_parameters(form: Any) -> None:
    method = next(getattr(screen, form.method) for screen in (EuLogin, Cpms, Handset) if hasattr(screen, form.method))
    taken = [name for name in inspect.signature(method).parameters if name != "self"]
    assert [*form.arguments] == taken[: len(form.arguments)]


def test_a_person_signs_up_by_the_journey() -> None:
    done = lines(
        shown("register", cause="opened", path="/eim/external/register.cgi"),
        sent("register", "Create an account", *SIGN_UP, ticked("privacy")),
        shown("sign-up-sent", heading="Look into your mailbox"),
    )
    assert done == [
        'eu_login.open("/eim/external/register.cgi")',
        'eu_login.is_at("register")',
        "sign_up(eu_login, first_name=FIRST_NAME, last_name=LAST_NAME, email=EMAIL)",
        'eu_login.is_at("sign-up-sent", heading="Look into your mailbox")',
    ]


def test_the_app_is_installed_by_the_method_and_a_form_sent_twice_counts_once() -> None:
    search = sent("phone-store", "Search", *filled(q="EU Login"), **PHONE)
    done = lines(
        shown("phone-store", **PHONE),
        search,
        search,
        shown("phone-store", cause="followed", **PHONE),
        sent("phone-store", "Install", **PHONE),
        shown("phone-store", "installed", **PHONE),
        clicked("phone-store", "Open", **PHONE),
        sent("phone-permission", "Allow", state="notifications", **PHONE),
    )
    assert done[1:] == ['handset.is_at("phone-store")', "handset.install_app()"]


def test_a_phone_is_linked_by_the_journey_and_no_picture_is_written() -> None:
    done = lines(
        sent("add-device", "Submit", *DEVICE),
        shown("device-qr", "waiting"),
        clicked("phone-home", "Initialise", **PHONE),
        shown("phone-permission", "camera", **PHONE),
        sent("phone-permission", "Allow", state="camera", **PHONE),
        shown("phone-scan", **PHONE),
        sent("phone-scan", "Scan", Field(name="payload", label="Address", value="secret"), **PHONE),
        shown("phone-pin", **PHONE),
        sent("phone-pin", "Authenticate", *filled(pin=PIN), **PHONE),
        shown("device-qr", "initialised"),
        shown("phone-pin", "configured", **PHONE),
        clicked("phone-pin", "Continue", **PHONE),
        shown("phone-home", **PHONE),
    )
    assert done == [
        "phone_2 = world.phones.create(installed=False)",
        "link_phone(eu_login, handset, PIN)",
        'eu_login.is_at("device-qr", "initialised")',
        'handset.is_at("phone-home")',
    ]


def test_a_sign_in_by_the_app_is_the_journey_and_one_that_failed_is_not() -> None:
    strength = Field(name="loginStrength", kind="hidden", value="PASSWORD_MOBILE_APP", changed=False)
    begun = [
        sent("whoami", "Next", *filled(username=ADA)),
        shown("password"),
        sent("password", "Sign in", strength, *filled(password=PASSWORD)),
        shown("waiting", "pending"),
        clicked("phone-request", "Continue", **PHONE),
        shown("phone-request", "pin", **PHONE),
    ]
    wrong = [sent("phone-request", "Authenticate", *filled(pin="0000"), **PHONE)]
    again = shown("phone-request", "pin", cause="followed", alert="This PIN is wrong. Tries left: 4", **PHONE)
    right = [sent("phone-request", "Authenticate", *filled(pin=PIN), **PHONE), shown("phone-home", "approved", **PHONE)]
    assert "sign_in_with_app(eu_login, handset, EMAIL, PASSWORD, PIN)" in lines(*begun, *right)
    assert lines(*begun, *wrong, again, *right)[-6:] == [
        "with handset.page.expect_navigation():",
        "handset.authenticate(PIN)",
        'handset.is_at("phone-request", "pin")',
        'handset.has_alert("This PIN is wrong. Tries left:")',
        "handset.authenticate(PIN_2)",
        'handset.is_at("phone-home", "approved")',
    ]


def test_a_wrong_password_is_answered_before_the_right_one_is_entered() -> None:
    strength = Field(name="loginStrength", kind="hidden", value="PASSWORD", changed=False)
    done = lines(
        sent("whoami", "Next", *filled(username=ADA)),
        shown("password"),
        sent("password", "Sign in", strength, *filled(password="wrong")),
        shown("password", cause="followed", alert="This password is wrong."),
        sent("password", "Sign in", strength, *filled(password=PASSWORD)),
    )
    assert done == [
        "eu_login.enter_username(EMAIL)",
        'eu_login.is_at("password")',
        'eu_login.choose_method("Password")',
        "with eu_login.page.expect_navigation():",
        "eu_login.enter_password(PASSWORD)",
        'eu_login.is_at("password")',
        'eu_login.has_alert("This password is wrong.")',
        'eu_login.choose_method("Password")',
        "eu_login.enter_password(PASSWORD_2)",
    ]


def test_a_one_time_code_is_read_from_the_phone() -> None:
    done = lines(
        shown("one-time-code"),
        shown("phone-scan", **PHONE),
        shown("phone-code", **PHONE),
        sent("one-time-code", "Sign in", Field(name="otp", label="One-time password", value="ABCD EFGH")),
    )
    assert done[-4:] == [
        "handset.scan(eu_login.page.screenshot(full_page=True))",
        'handset.is_at("phone-code")',
        "code = handset.one_time_code.inner_text()",
        "eu_login.enter_one_time_password(code)",
    ]


def test_what_is_not_used_gets_no_variable() -> None:
    code = [shown("one-time-code"), shown("phone-scan", **PHONE), shown("phone-code", **PHONE)]
    done = lines(PersonMade(ZOE), *code, shown("home", heading="Your code, zo", **CPMS))
    assert done[0].startswith('persona("enrolled"')
    assert "code = handset.one_time_code.inner_text()" not in done


def test_the_link_of_a_second_mail_is_not_taken_for_that_of_the_first() -> None:
    first, second = (MailFollowed(0, number, ADA, "Your link", "this link", (3,) * (number > 3)) for number in (3, 5))
    wait = 'mail = mailbox.wait(to=EMAIL, subject="Your link"'
    click = 'mails.open_mail(mail.id).mail_link("this link").click()'
    arrives = shown("new-password", cause="opened", path="/secret")
    at = 'eu_login.is_at("new-password")'
    assert lines(first, arrives, second, arrives) == [f"{wait})", click, at, f"{wait}, after=mail.id)", click, at]
    assert lines(second, arrives) == [f"{wait})", f"{wait}, after=mail.id)", click, at]
    assert lines(first, arrives, first, arrives) == [f"{wait})", click, at, click, at]


def test_a_window_that_nobody_used_is_not_opened_and_a_page_that_passes_by_is_not_waited_for() -> None:
    done = lines(
        shown("home", window=2, cause="opened", path="/screen/home", initial=True, **CPMS),
        shown("whoami", cause="opened", path="/login", initial=True),
        clicked("whoami", "Create an account"),
        shown("redirect"),
        shown("register"),
        shown("register", cause="reloaded"),
    )
    assert done == [
        'eu_login.open("/login")',
        'eu_login.is_at("whoami")',
        'eu_login.link("Create an account").click()',
        'eu_login.is_at("register")',
        "eu_login.page.reload()",
        'eu_login.is_at("register")',
    ]


def test_the_control_room_is_replaced_by_fixtures() -> None:
    desk: dict[str, Any] = {"actor": "desk", "window": 3}
    done = lines(
        shown("control-room", cause="opened", **desk),
        sent("control-room", "+5 min", **desk),
        ClockMoved(300, None),
        ClockMoved(0, frozen=True),
        FaultChanged("mail.lost", (("times", 2), ("person", ADA))),
        FaultChanged("token.slow", (("times", None), ("client_id", "portal"), ("seconds", 2.5))),
        FaultChanged("mail.lost", None),
        RequestDecided(ADA, "PaedCAN", "reject", "Unknown"),
        Ended(((ADA, "PaedCAN", "rejected"),)),
    )
    assert done == [
        "clock.advance(minutes=5)",
        "clock.freeze()",
        'faults.arm("mail.lost", times=2, person=EMAIL)',
        'faults.arm("token.slow", times=None, client_id="portal", seconds=2.5)',
        'faults.disarm("mail.lost")',
        '*_, request = world.access_requests.list(person=EMAIL, network="PaedCAN")',
        'world.access_requests.decide(request.id, "reject", reason="Unknown")',
        'assert world.access_requests.list(person=EMAIL, network="PaedCAN")[-1].state == "rejected"',
    ]


@pytest.mark.parametrize(
    ("least", "most", "seconds"),
    [(299.7, 300.4, 300), (3599, 3600.2, 3600), (299, 299.2, 299), (-2, 1, 0), (86_399.5, 86_400.1, 86_400)],
)
def test_a_jump_of_the_clock_is_as_round_as_it_was_meant(least: float, most: float, seconds: int) -> None:
    assert roundest(least, most) == seconds


def test_what_is_done_by_the_control_api_is_heard(world: World) -> None:
    listener = WorldListener(world)
    world.clock.advance(minutes=5)
    world.clock.freeze()
    world.clock.advance("PT4M59S")
    assert listener.news() == [ClockMoved(300, None), ClockMoved(0, frozen=True), ClockMoved(299, None)]
    world.faults.arm("mail.lost", times=None, person=ADA)
    world.faults.arm("token.slow", client_id="portal", seconds=2.5)
    world.faults.disarm("mail.lost")
    lost = FaultChanged("mail.lost", (("times", None), ("person", ADA)))
    slow = FaultChanged("token.slow", (("times", 1), ("client_id", "portal"), ("seconds", 2.5)))
    assert listener.news() == [lost, slow, FaultChanged("mail.lost", None)]
    ada = world.personas.create("access_requested", email=ADA)
    world.access_requests.decide(1, "reject", reason="Unknown")
    made = PersonMade(world.personas.get(ada.id))
    assert listener.news() == [made, RequestDecided(ADA, "PaedCAN", "reject", "Unknown")]
    assert listener.news() == []


ZOE = Persona.model_construct(
    stage="enrolled",
    first_name="Zoë",
    last_name="O'Neill",
    email="zoe@hospital.example",
    password='say "a"',
    pin=PIN,
    uid="n1",
    phone_id="phone-4",
)
AWKWARD = [
    PersonMade(ZOE),
    PersonMade(ZOE.model_copy(update={"first_name": "Page", "uid": "n2", "phone_id": "phone-5"})),
    shown("phone-home", cause="opened", actor="phone", phone="phone-4", heading="It\u2019s \u2013 here"),
    shown("access-status", cause="opened", path="/screen/access-status", window=2, **CPMS),
    sent("access-status", "Reply", *filled(reply=f'He said "it\'s" {"very " * 30}long.'), window=2, **CPMS),
    sent(
        "complete-profile",
        "Next",
        *[*PROFILE, *(ticked("networks", f"Network{number}") for number in range(9))],
        **CPMS | {"window": 2},
    ),
    sent("whoami", "Next", *filled(username="n1"), window=2),
    sent("whoami", "Next", *filled(username="n2"), window=3),
    MailFollowed(2, 7, "zoe@hospital.example", "s" * 70, "this link"),
]


@pytest.mark.parametrize("entries", [AWKWARD, [*AWKWARD, *([clicked("account", "My Account")] * 60)]])
def test_the_file_is_as_ruff_would_write_it(entries: list[Entry]) -> None:
    text = scenario(entries, "Ada's guide, 1st part")
    assert "def test_ada_s_guide_1st_part(" in text
    assert "    page_2 = persona(" in text
    for words in (["format", "--diff"], ["check", "--quiet"]):
        name = ["--stdin-filename", "e2e/test_recorded.py", "-"]
        done = subprocess.run([RUFF, *words, *name], input=text, text=True, cwd=ROOT, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


def test_nothing_done_is_nothing_written() -> None:
    unused = shown("home", cause="opened", path="/screen/home", initial=True, **CPMS)
    assert scenario([unused, Ended(())], "a test") == ""


# The command.


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["record", *arguments], env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})


def test_a_file_that_is_there_stays_unless_force_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "test_mine.py"
    file.write_text("mine")
    done = run(str(file))
    assert (done.exit_code, file.read_text()) == (1, "mine")
    assert "is there already; name another file, or write over it with --force" in done.output
    check(Recording(file, "", "", force=True), {"DISPLAY": ":0"})


@pytest.mark.parametrize("name", ["notes.txt", "none/test_a.py"])
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, name: str) -> None:
    assert "expected a Python file in a folder that is there" in run(str(tmp_path / name)).output


def test_without_a_display_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    done = run(str(tmp_path / "test_a.py"))
    assert done.exit_code == 1
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set; call it in a desktop session" in done.output


def test_without_playwright_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    with pytest.raises(RecordingError, match=r"pip install 'eulogin-harness\[browser\]'"):
        check(Recording(tmp_path / "test_a.py", "", ""), {"DISPLAY": ":0"})


def test_a_mock_that_was_named_must_run(tmp_path: Path) -> None:
    done = run(str(tmp_path / "test_a.py"), "--headless", "--url", "http://localhost:9")
    assert (done.exit_code, "localhost:9" in done.output) == (1, True)
