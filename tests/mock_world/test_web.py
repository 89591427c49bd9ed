from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Blueprint, Flask, render_template, session
from flask_wtf.csrf import generate_csrf

from mock_world import World, WorldSpec
from mock_world.fonts import FOLDER
from mock_world.mailbox import ARRIVED
from mock_world.server import Site
from mock_world.web import create_actor_app, current_world
from mock_world.web.app import own_redirect
from mock_world.world import CLOCK_BACK

from .conftest import NOON

TIMEOUT = 10  # seconds
PAGE = {"Accept": "text/html"}
ROOT = Path(__file__).parents[2]
LAYOUT = """{% extends "world/base.html" %}
{% block site_name %}Small actor{% endblock %}
{% block main %}{% block content %}{% endblock %}{% endblock %}"""

WORDS = """{{ _("Close & <i>go</i>") }}|{{ _("%(name)s 100%%", name="<b>") }}|{{ _("Help") }}
<i title="{{ _('Help') }}">|{{ _("50%% of 2") }}|
{{ url_for("pages.texts", _anchor="x", b=1, a=2) }}|{{ _("Dear %(name)s,", name="<b>") }}|{{ _(word) }}"""


def small_app(templates: Path, actor: str = "idp") -> Flask:
    """An actor with a page for each thing that all actors share."""
    (templates / actor).mkdir()
    (templates / actor / "layout.html").write_text(LAYOUT, encoding="utf-8")
    (templates / "words.html").write_text(WORDS, encoding="utf-8")
    pages = Blueprint("pages", __name__, template_folder=str(templates))

    @pages.get("/")
    def home() -> str:
        return str(session.get("name", "nobody"))

    @pages.get("/remember/<name>")
    def remember(name: str) -> str:
        session["name"] = name
        return name

    @pages.get("/form")
    def form() -> str:
        return f'<input name="csrf_token" value="{generate_csrf()}">'

    @pages.get("/clear/<name>")
    def clear(name: str) -> str:
        session.clear()
        session["name"] = name
        return name

    @pages.get("/refuse")
    def refuse() -> str:
        raise current_world().refuse(CLOCK_BACK, got="yesterday", now="<today>")

    @pages.get("/crash")
    def crash() -> str:
        raise KeyError("secret")

    @pages.get("/crash/<path:name>")
    def crash_with(name: str) -> str:
        raise RuntimeError(f"told\x1b{name}") from KeyError("secret")

    @pages.get("/record")
    def record() -> str:
        current_world().journal.record(ARRIVED, subject="Hello")
        return "recorded"

    @pages.get("/texts")
    def texts() -> str:
        return render_template("words.html", word="Help")

    app = create_actor_app(actor, __name__, home="pages.home")
    app.register_blueprint(pages)
    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site({"idp": small_app(tmp_path_factory.mktemp("templates"))}) as site:
        yield site


@pytest.fixture
def world(site: Site) -> World:
    return site.worlds.create(spec=WorldSpec(now=NOON, frozen=True))


@pytest.fixture
def client() -> Iterator[requests.Session]:
    with requests.Session() as client:
        yield client


def url(world: World, path: str = "/") -> str:
    return world.addresses.public("idp", path)


def get(world: World, path: str = "/", **headers: str) -> requests.Response:
    return requests.get(url(world, path), headers=PAGE | headers, timeout=TIMEOUT, allow_redirects=False)


@pytest.mark.threat("Text that was typed becomes markup of a page (XSS)")
@pytest.mark.parametrize("others", [["fr", "de", "en"], ["en", "de", "fr"]])
def test_texts_of_a_page_are_in_its_language_and_what_is_put_in_is_escaped(world: World, others: list[str]) -> None:
    told = {"en": ("Help", "Dear"), "fr": ("Aide", "Bonjour"), "de": ("Hilfe", "Guten Tag")}
    for language in [*others, *others]:
        help_, dear = told[language]
        page = get(world, "/texts", **{"Accept-Language": language}).text
        assert page.startswith(f'Close & <i>go</i>|&lt;b&gt; 100%|{help_}\n<i title="{help_}">|50% of 2|\n')
        assert page.endswith(f"|{dear} &lt;b&gt;,|{help_}")


def test_an_address_on_a_page_is_that_of_its_own_world(site: Site) -> None:
    for world in (site.worlds.create(), site.worlds.create()):
        assert f"{world.prefix}/texts?b=1&amp;a=2#x|" in get(world, "/texts").text


@pytest.mark.threat("A script that was put into a page runs (XSS)")
def test_every_answer_forbids_inline_script_and_style(world: World) -> None:
    policy = get(world).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/missing", "/static/world/style.css"])
def test_no_answer_is_to_be_indexed_or_guessed_at(world: World, path: str) -> None:
    headers = get(world, path).headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Date"].count("GMT") == 1  # several are joined by a comma


def test_who_sends_another_method_is_told_which_there_are(world: World) -> None:
    answer = get(world, "/language")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_pages_are_not_stored_but_the_style_sheet_is(world: World) -> None:
    assert get(world).headers["Cache-Control"] == "no-store"
    assert "max-age=300" in get(world, "/static/world/style.css").headers["Cache-Control"]


def test_font_and_icon_are_served(world: World) -> None:
    name = next(FOLDER.iterdir()).name
    assert get(world, f"/static/font/{name}").status_code == 200
    assert get(world, "/favicon.ico").headers["Content-Type"].startswith("image/svg+xml")


def test_a_browser_that_comes_by_number_is_sent_to_the_name(world: World) -> None:
    by_number = url(world, "/remember/ada?x=1").replace("localhost", "127.0.0.1")
    answer = requests.get(by_number, headers=PAGE, timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == url(world, "/remember/ada?x=1")
    assert get(world, Host="[::1]").headers["Location"] == url(world)  # without a port too
    assert requests.get(by_number, timeout=TIMEOUT, allow_redirects=False).status_code == 200  # a program may


def test_the_cookie_is_named_by_actor_and_world_and_kept_from_scripts(world: World, client: requests.Session) -> None:
    answer = client.get(url(world, "/remember/ada"), timeout=TIMEOUT)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"eulogin_idp_{world.name}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert f"Path={world.prefix}" in cookie
    assert "Expires" not in cookie


@pytest.mark.threat("A cookie of one world is used in another")
def test_a_cookie_of_one_world_is_worth_nothing_in_another(site: Site, world: World, client: requests.Session) -> None:
    other = site.worlds.create()
    client.get(url(world, "/remember/ada"), timeout=TIMEOUT)
    value = client.cookies[f"eulogin_idp_{world.name}"]
    assert get(other, Cookie=f"eulogin_idp_{other.name}={value}").text == "nobody"
    assert get(world, Cookie=f"eulogin_idp_{world.name}={value}").text == "ada"


def test_a_cookie_is_worth_nothing_after_a_reset(site: Site, world: World, client: requests.Session) -> None:
    client.get(url(world, "/remember/ada"), timeout=TIMEOUT)
    assert client.get(url(world), timeout=TIMEOUT).text == "ada"
    site.worlds.reset(world)
    assert client.get(url(world), timeout=TIMEOUT).text == "nobody"


def test_an_unknown_page_says_what_to_do_that_it_is_a_mock_and_that_time_is_frozen(world: World) -> None:
    answer = get(world, "/missing")
    assert answer.status_code == 404
    assert 'data-page="error"' in answer.text
    assert "Check the address, or start again from the first page." in answer.text
    assert f'href="{world.prefix}/"' in answer.text
    assert "Never enter a real password." in answer.text
    assert "Friday 27 November 2026, 13:00" in answer.text
    assert "(frozen)" in answer.text


def test_a_refusal_becomes_a_page_with_its_words_escaped(world: World) -> None:
    answer = get(world, "/refuse")
    assert answer.status_code == 409
    assert "World time only goes forward; it is &lt;today&gt;." in answer.text


@pytest.mark.threat("A path or an error with line ends and escapes forges lines of the log")
def test_the_log_has_no_raw_control_characters(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assert get(world, "/crash/a%0Dforged%1B%5B2J").status_code == 500
    assert "/crash/a\\rforged\\x1b[2J failed" in caplog.text
    assert "KeyError" in caplog.text
    assert "told\\x1b" in caplog.text
    assert all(line.isprintable() for line in caplog.records[-1].getMessage().split("\n"))


@pytest.mark.threat("A path with NUL or other control characters crashes what serves files")
@pytest.mark.parametrize("name", ["a%00", "%0a", "%1b.css", "..%00/x"])
def test_a_file_whose_name_cannot_be_is_not_found(world: World, name: str) -> None:
    assert get(world, f"/static/world/{name}").status_code == 404
    assert get(world, f"/static/idp/{name}").status_code == 404


@pytest.mark.threat("An error page tells what the program holds")
def test_a_crash_shows_no_inner_matter(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answer = get(world, "/crash")
    assert answer.status_code == 500
    assert "Something went wrong in the mock" in answer.text
    assert "secret" not in answer.text
    assert "GET /crash failed" in caplog.text


def test_a_form_of_another_page_and_too_much_are_refused(world: World) -> None:
    answer = requests.post(url(world, "/language"), data={"language": "en"}, headers=PAGE, timeout=TIMEOUT)
    assert answer.status_code == 400
    assert "Nothing was changed. Go back, reload the page and send it again." in answer.text
    answer = requests.post(url(world, "/language"), data=b"x" * 17 * 1024 * 1024, headers=PAGE, timeout=TIMEOUT)
    assert answer.status_code == 413
    assert "Send less than 16 megabytes, and at most 1000 fields." in answer.text


def test_the_request_id_of_a_caller_is_kept_in_journal_and_answer(world: World) -> None:
    answer = get(world, "/record", **{"X-Request-ID": "abc"})
    (event,) = world.journal.events()
    assert answer.headers["X-Request-ID"] == event.request_id == "abc"
    assert event.actor == "idp"


@pytest.mark.threat("A form leads to another site afterwards (open redirect)")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a?b=c", "/a?b=c"),
        ("//evil.eu", "/"),
        ("/\\evil.eu", "/"),
        ("https://evil.eu", "/"),
        ("/a\r\nX: y", "/"),
        ("", "/"),
    ],
)
def test_a_redirect_stays_within_the_actor(path: str, expected: str) -> None:
    with Flask(__name__).test_request_context():
        assert own_redirect(path).headers["Location"] == expected


@pytest.mark.threat("A path leads out of the folder of static files")
def test_files_outside_their_folder_or_not_there_are_not_found(world: World) -> None:
    for path in ("world/%2e%2e/app.py", "world/%2e%2e%2fapp.py", "world/none.css", "font/none.ttf"):
        assert get(world, f"/static/{path}").status_code == 404, path


@pytest.mark.threat("A form, or a query, of a million fields keeps an actor busy for half a minute")
def test_a_form_or_a_query_of_too_many_fields_is_refused(world: World) -> None:
    fields = "&".join(f"a{number}=" for number in range(1001))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = [
        requests.post(url(world, "/language"), data=fields, headers=PAGE | form, timeout=TIMEOUT),
        requests.post(
            url(world, "/language"), files={f"a{n}": (None, b"") for n in range(1001)}, headers=PAGE, timeout=TIMEOUT
        ),
        get(world, f"/record?{fields}"),
    ]
    assert [answer.status_code for answer in answers] == [413, 413, 413]
    assert all("at most 1000 fields" in answer.text for answer in answers)
    assert world.journal.events() == []
