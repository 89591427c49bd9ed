"""Pages of a guide that is played, without a browser."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
import requests

from eulogin_harness.client import Harness, World
from tests.eulogin_harness.room import Room

ADA = {
    "firstName": "Ada",
    "lastName": "Berg",
    "email": "ada.berg@hospital.example",
    "emailConfirm": "ada.berg@hospital.example",
    "emailLanguage": "en",
    "privacy": "y",
}
FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}
Start = Callable[..., "Play"]


def policy(address: str) -> dict[str, str]:
    header = requests.get(address, timeout=30).headers["Content-Security-Policy"]
    return dict(part.split(maxsplit=1) for part in header.split("; "))


class Play(Room):
    """Somebody who plays."""

    def __init__(self, world: World) -> None:
        super().__init__(world.addresses.desk)
        self.world = world
        self.computer = Room(world.addresses.idp)
        self.computer.session.headers["Accept"] = "text/html"

    @property
    def current(self) -> str:
        found = re.search(r'data-step="([^"]+)" data-state="current" aria-current="step"', self.page("/play/guide"))
        return found[1] if found else ""

    def press(self, action: str, step: str = "") -> int:
        """Press a button of the page; the status of what comes then."""
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.page("/play/guide"))
        assert token is not None
        data = {"csrf_token": token[1], "action": action, "step": step}
        return self.session.post(f"{self.base}/play/guide", data=data, timeout=30).status_code

    def events(self, kind: str) -> int:
        return len(self.world.events.list(type=kind))


@pytest.fixture
def start(world: World, harness: Harness) -> Iterator[Start]:
    """Begins to play, in a world that is deleted at the end."""
    begun: list[World] = []

    def start(guide: str = "cpms", language: str = "en", nickname: str = "") -> Play:
        room = Room(world.addresses.desk)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', room.page("/play"))
        assert token is not None
        data = {"csrf_token": token[1], "guide": guide, "language": language, "nickname": nickname}
        answer = room.session.post(f"{room.base}/play", data=data, timeout=30)
        name = re.search(r"/w/(play-\w+)/play/guide$", answer.url)
        assert name is not None, unescape(answer.text)
        begun.append(harness.worlds.get(name[1]))
        return Play(begun[-1])

    yield start
    for one in begun:
        one.delete()


# It begins.


def test_each_visitor_gets_a_world_with_a_phone_on_which_nothing_is_installed(start: Start, world: World) -> None:
    first, second = start(nickname="Zebra"), start()
    assert first.world.name != second.world.name
    (phone,) = [one for one in first.world.phones.list() if not one.owner]
    assert not phone.installed
    assert f"/phones/{phone.id}" in first.page("/play/guide")
    answers = requests.get(f"{world.addresses.desk}/api/worlds", timeout=30).json()["items"]
    assert [one["expires_at"] is not None for one in answers if one["name"] == first.world.name] == [True]


def test_a_guide_or_language_that_is_not_there_is_not_played(room: Room) -> None:
    for fields in ({"guide": "../guides/cpms", "language": "en"}, {"guide": "cpms", "language": "xx"}):
        assert "Not a valid choice" in room.send("/play", nickname="", **fields)


def test_a_guide_of_an_application_is_not_offered_and_the_helpdesk_reads_why(room: Room) -> None:
    assert 'value="application"' not in room.page("/play")
    assert "application shows the application 'Example', which serves one world alone" in room.text("/play/people")


def test_where_nothing_is_played_a_guide_is_chosen(room: Room) -> None:
    assert 'data-page="play-start"' in room.page("/play/guide")
    sent = requests.post(f"{room.base}/play/guide", data={"action": "tick"}, timeout=30)
    assert sent.status_code == 400  # the form of another session
    assert 'data-page="error"' in room.send("/play/guide", page="/play", action="tick", step="sign-up.open")


def test_the_guide_is_in_the_chosen_language_and_so_are_the_pages_where_they_speak_it(start: Start) -> None:
    french, spanish = start(language="fr"), start(language="es")
    assert "Votre accès à CPMS 2.0" in french.text("/play/guide")
    assert "Créer un compte" in french.computer.text("/cas/eim/external/register.cgi")
    assert 'lang="es"' in spanish.page("/play/guide")
    assert "Create an account" in spanish.computer.text("/cas/eim/external/register.cgi")


# It goes on.


def test_a_step_is_ticked_off_when_it_was_really_done(start: Start) -> None:
    play = start()
    assert play.current == "sign-up.open"
    form = "/cas/eim/external/register.cgi"
    play.computer.page(form)
    assert play.current == "sign-up.create"
    play.computer.send(form, **ADA | {"emailConfirm": "ada@hospital.example"})
    assert play.current == "sign-up.create"
    play.computer.send(form, **ADA)
    assert play.current == "sign-up.sent"
    assert "Step 1.2 is done. Now step 1.3." in play.page("/play/guide")


def test_links_lead_to_the_pages_of_the_world_and_never_to_the_real_ones(start: Start) -> None:
    page = start().page("/play/guide")
    links = re.findall(r'<a href="(https?://[^"]+)" target="computer"', page)
    assert len(links) > 4
    assert {link for link in links if not link.startswith("http://localhost:")} == set()
    assert "webgate.ec.europa.eu/cas/eim/external/register.cgi" in page  # the guide's wording


def test_what_went_wrong_is_said_until_the_next_step_is_done(start: Start) -> None:
    play = start()
    assert play.press("scan") == 422
    said = "Install the EU Login app from the app store first."
    assert said not in play.text("/play/guide")  # no phone was to scan anything: there is no code
    assert "This did not work. Try again with the whole QR code in the picture" in play.text("/play/guide")
    play.press("tick", "sign-up.open")
    assert "This did not work." not in play.text("/play/guide")


def test_the_phone_scans_the_code_that_the_computer_shows(start: Start) -> None:
    play = start()
    play.world.personas.create("device_added")
    (phone,) = [one for one in play.world.phones.list() if not one.owner]
    play.world.phones.get(phone.id).install()
    play.press("scan")
    assert play.events("phone.scanned") == 1


def test_who_asks_for_help_reads_what_the_guide_says_when_something_goes_wrong(start: Start) -> None:
    play = start()
    trouble = "The link in the e-mail no longer works."
    assert trouble not in play.text("/play/guide")
    play.press("stuck", "sign-up.open")
    assert trouble in play.text("/play/guide")


def test_a_button_or_step_that_is_not_there_changes_nothing(start: Start) -> None:
    play = start()
    assert play.press("fly", "sign-up.open") == 400
    assert play.press("tick", "no.step") == 400
    assert (play.events("play.ticked"), play.current) == (0, "sign-up.open")


def test_the_helpdesk_asks_first_where_the_guide_shows_a_question(start: Start) -> None:
    played = {name: start(name).world.settings.list() for name in ("cpms", "hospital-first")}
    answers = {name: one.value for name in played for one in played[name] if one.name == "helpdesk.automatic"}
    assert answers == {"cpms": "approve", "hospital-first": "ask, approve"}


# The mailbox.


def test_the_mailbox_has_the_mails_of_the_visitor_and_of_nobody_else(start: Start) -> None:
    play = start()
    assert "No mail yet." in play.text("/play/mailbox")
    play.computer.send("/cas/eim/external/register.cgi", **ADA)
    play.computer.send("/cas/init/passwordResetRequest.cgi", username="helpdesk@paedcan.ern.example")
    play.world.mails.wait(to="helpdesk@paedcan.ern.example")
    mail = play.world.mails.wait(to=ADA["email"])
    assert re.findall(r"/play/mailbox/(\d+)", play.page("/play/mailbox")) == [str(mail.id)]


def test_links_of_a_mail_open_on_the_computer_and_nothing_in_it_runs(start: Start) -> None:
    play = start()
    play.computer.send("/cas/eim/external/register.cgi", **ADA)
    mail = play.world.mails.wait(to=ADA["email"])
    address = f"{play.base}/play/mailbox/{mail.id}/html"
    assert '<base target="_parent">' in requests.get(address, timeout=30).text
    rules = policy(address)
    assert (rules["default-src"], rules["form-action"], rules["frame-ancestors"]) == ("'none'", "'none'", "'self'")
    assert requests.get(f"{play.base}/play/mailbox/999", timeout=30).status_code == 404


# What the world allows for it.


def test_only_where_a_guide_is_played_may_the_desk_show_eu_login_and_cpms(start: Start, world: World) -> None:
    play = start()
    for address in (play.world.addresses.idp, play.world.addresses.cpms):
        assert policy(address)["frame-ancestors"].startswith("'self' http://localhost:")
    for address in (world.addresses.idp, world.addresses.cpms):
        assert policy(address)["frame-ancestors"] == "'self'"
    assert len(policy(f"{play.base}/play/guide")["frame-src"].split()) == 4


def test_pages_are_recorded_where_a_setting_says_so(world: World) -> None:
    address = f"{world.addresses.cpms}/screen/home"
    requests.get(address, headers={"Accept": "text/html"}, timeout=30)
    assert world.events.list(type="page.shown") == []
    world.settings.change({"journal.pages": True})
    requests.get(address, headers={"Accept": "text/html"}, timeout=30)
    requests.get(address, headers={"Accept": "*/*"}, timeout=30)  # a script asks for it
    requests.get(world.addresses.desk, headers={"Accept": "text/html"}, timeout=30)
    (event,) = world.events.list(type="page.shown")
    assert (event.actor, event.sentence) == ("cpms", "A browser was shown the page home, in state ready.")


def test_the_language_of_a_world_goes_before_that_of_the_browser_and_behind_the_chosen_one(world: World) -> None:
    computer = Room(f"{world.addresses.idp}/cas")
    computer.session.headers.update(FRENCH)
    assert "Créer un compte" in computer.text("/eim/external/register.cgi")
    world.settings.change({"language": "de"})
    assert "Konto erstellen" in computer.text("/eim/external/register.cgi")
    world.settings.change({"language": "xx"})
    assert "Créer un compte" in computer.text("/eim/external/register.cgi")
    world.settings.change({"language": "de"})
    idp = Room(world.addresses.idp)
    idp.send("/language", page="/cas/eim/external/register.cgi", language="en")
    assert "Create an account" in idp.text("/cas/eim/external/register.cgi")


# The helpdesk.


def test_the_helpdesk_sees_who_is_stuck_where_and_why(start: Start, room: Room) -> None:
    play = start(nickname="Zebra <1>")
    play.press("scan")
    play.press("stuck", "sign-up.open")
    page = room.text("/play/people")
    assert "Zebra <1>" in room.page("/play/people")
    assert "1.1 On your computer, open the sign-up page of EU Login" in page
    assert "Try again with the whole QR code in the picture" in page
    assert re.search(r"1\.1 On your computer.* 1 phone\.no_code . 1", page.partition("Where people got stuck")[2])
    assert f"{play.base}/play/guide" in room.page("/play/people")
