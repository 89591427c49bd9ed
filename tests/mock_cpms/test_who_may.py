"""Guide, G01: who may see and do what, every page and every form of CPMS at once.

A row is an address with its method, a column is somebody. In the cells: `page` the row's own page is shown; `file` and
`json` what no page is; `>x` the browser is sent to the page x, `>idp` to EU Login; `*x` the same, and something has
changed; a number is a refusal. `-` stands for what is shown again with an error, and nothing has changed.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from requests.cookies import RequestsCookieJar
from sqlalchemy import select

from mock_cpms import create_app
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.profile.rules import complete_profile
from mock_world import World, WorldSpec
from mock_world.database import Base
from mock_world.server import Site
from mock_world.sqlite import SqliteDatabase
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.conftest import FRIDAY
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Page, Visitor, known

OTTO = Somebody("n00otto", "otto.other@hospital.example", "Otto", "Other")

TABLE = """
                                        anon  1fac  noprof noreq subm  info  reject appr  ended deskA deskB other
GET  /                                  >home >home >home >home >home >home >home >home >home >home >home >home
GET  /index.jsp                         >home >home >home >home >home >home >home >home >home >home >home >home
GET  /screen/home                       page  page  page  page  page  page  page  page  page  page  page  page
GET  /screen/signin                     >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp
POST /screen/signin                     400   400   400   400   400   400   400   400   400   400   400   400
POST /screen/signin/logout              400   400   400   400   400   400   400   400   400   400   400   400
GET  /screen/signin/refused             >home 403   >home >home >home >home >home >home >home >home >home >home
GET  /screen/signin/time-left           json  json  json  json  json  json  json  json  json  json  json  json
POST /screen/signout                    >home >home >home >home >home >home >home >home >home >home >home >home
POST /screen/signout/eu-login           >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp  >idp
GET  /screen/profile                    >home >home page  page  page  page  page  page  page  page  page  page
POST /screen/profile                    >home >home *ask  *ask  *ask  *ask  *ask  *ask  *ask  *ask  *ask  *ask
GET  /screen/profile/hospitals          >home >home json  json  json  json  json  json  json  json  json  json
POST /screen/profile/draft              >home >home *done *done *done *done *done *done *done *done *done *done
POST /screen/profile/discard            >home >home *prof *prof *prof *prof *prof *prof *prof *prof *prof *prof
GET  /screen/access-request             >home >home >prof page  >stat >stat >stat >dash >stat >prof >prof >dash
POST /screen/access-request             >home >home >prof *stat >stat >stat >stat >stat >stat >prof >prof >stat
GET  /screen/access-status              >home >home >prof >ask  page  page  page  page  page  >prof >prof page
GET  /screen/access-status/<id>         >home >home 404   404   page  page  page  page  page  404   404   404
POST /screen/access-status/<id> reply   403   403   404   404   -     *stat -     -     -     404   404   404
POST /screen/access-status/<id> withdraw >home >home 404   404   *stat *stat -     -     -     404   404   404
POST /screen/access-status/<id> again   403   403   404   404   -     -     *stat -     *stat 404   404   404
GET  /screen/dashboard                  >home >home >prof >ask  >stat >stat >stat page  >stat >prof >prof page
GET  /screen/helpdesk                   >home >home 403   403   403   403   403   403   403   page  page  403
GET  /screen/helpdesk/<id>              >home >home 403   403   403   403   403   403   403   page  403   403
POST /screen/helpdesk/<id> approve      >home >home 403   403   403   403   403   403   403   *desk 403   403
POST /screen/helpdesk/<id> reject       403   403   403   403   403   403   403   403   403   *desk 403   403
POST /screen/helpdesk/<id> ask          403   403   403   403   403   403   403   403   403   *desk 403   403
GET  /ernsd/screen/public               page  page  page  page  page  page  page  page  page  page  page  page
GET  /ernsd/backend/api/get_networks    json  json  json  json  json  json  json  json  json  json  json  json
GET  /ernsd/backend/api/get_clinicalcentres json  json  json  json  json  json  json  json  json  json  json  json
POST /ernsd/backend/api/get_networks    405   405   405   405   405   405   405   405   405   405   405   405
GET  /ernsd/backend/api/                404   404   404   404   404   404   404   404   404   404   404   404
GET  /ernsd/backend/api/<path>          404   404   404   404   404   404   404   404   404   404   404   404
GET  /static/cpms/<name>                file  file  file  file  file  file  file  file  file  file  file  file
"""
SHORT = {
    "home": "/screen/home",
    "prof": "/screen/profile",
    "ask": "/screen/access-request",
    "stat": "/screen/access-status",
    "dash": "/screen/dashboard",
    "desk": "/screen/helpdesk",
    "idp": "/cas/",
}
OWN = {
    "/screen/home": "home",
    "/screen/profile": "complete-profile",
    "/screen/access-request": "access-request",
    "/screen/access-status": "access-status",
    "/screen/access-status/<id>": "access-status",
    "/screen/dashboard": "dashboard",
    "/screen/helpdesk": "helpdesk",
    "/screen/helpdesk/<id>": "helpdesk-request",
    "/ernsd/screen/public": "search",
}
FIELDS: dict[str, dict[str, Any]] = {
    "/screen/profile": ANSWERS | {"networks": ["PaedCAN", "GENTURIS"]},
    "/screen/profile/draft": ANSWERS | {"specialty": "Something else"},
    "reply": {"step": "reply", "reply": "Ward 7."},
    "withdraw": {"step": "withdraw"},
    "again": {"step": "again", "comment": "Again."},
    "approve": {"decision": "approve"},
    "reject": {"decision": "reject", "reason": "No."},
    "ask": {"decision": "ask", "reason": "Why?"},
}
PLACES = {"<id>": "1", "<name>": "cpms.css", "<path>": "nothing"}


@dataclass(frozen=True)
class Row:
    method: str
    address: str
    button: str
    cells: dict[str, str]

    @property
    def path(self) -> str:
        return re.sub("<.+?>", lambda place: PLACES[place[0]], self.address)

    @property
    def name(self) -> str:
        return f"{self.method} {self.address} {self.button}".strip()


def read() -> list[Row]:
    head, *lines = TABLE.strip().splitlines()
    columns = head.split()
    rows = []
    for line in lines:
        before, cells = line.split()[: -len(columns)], line.split()[-len(columns) :]
        rows.append(Row(before[0], before[1], " ".join(before[2:]), dict(zip(columns, cells, strict=True))))
    return rows


ROWS = read()
COLUMNS = list(ROWS[0].cells)


def prepare(world: World, eulogin: FakeEuLogin, visitor: Visitor, column: str) -> None:
    """Nora's request number 1 to PaedCAN, and whoever the column is at the browser."""
    eulogin.clear()
    states = {"noreq": "draft", "info": "info_requested", "reject": "rejected", "appr": "approved", "ended": "expired"}
    known(world, NORA)
    complete_profile(world, NORA.uid, networks=["PaedCAN"])
    put_request(world, NORA.uid, network="PaedCAN", state=states.get(column, "submitted"), since=world.clock.now())
    if column == "other":
        known(world, OTTO)
        complete_profile(world, OTTO.uid, networks=["PaedCAN"])
        put_request(world, OTTO.uid, network="PaedCAN", state="approved", since=world.clock.now())
    if column.startswith("desk"):
        appoint_helpdesk(world, HELGA.uid, {"deskA": "PaedCAN", "deskB": "RITA"}[column])
    if column == "1fac":
        eulogin.failure = "INSUFFICIENT_AUTHENTICATION_LEVEL"
    if column != "anon":
        people = {"noprof": OTTO, "other": OTTO, "deskA": HELGA, "deskB": HELGA}
        page = visitor.sign_in(people.get(column, NORA))
        assert ((page.name, page.state) == ("sign-in-refused", "level-too-low")) == (column == "1fac")


class Scene:
    """The world of a column and its browser, which can be as at the beginning again."""

    def __init__(self, world: World, probe: "Probe") -> None:
        self.world, self.probe = world, probe
        self.fields = probe.hidden()
        self.kept = kept(world)
        self._database = SqliteDatabase.from_content(world.database.content())
        self._cookies = probe.cookies.copy()

    def begin_again(self) -> None:
        self.world.database.copy_from(self._database)
        self.world.load()
        self.probe.cookies = self._cookies.copy()

    def close(self) -> None:
        self._database.close()

    def outcome(self, row: Row) -> str:
        """What is in the row's cell; afterwards everything is as at the beginning."""
        before, fields = self.kept, self.fields
        if row.address == "/screen/profile/discard":
            self.probe.send("/screen/profile", **ANSWERS | fields, save_draft="")
            before, fields = kept(self.world), self.probe.hidden()
        shown = self.probe.ask(row, fields)
        has_changed = kept(self.world) != before
        if has_changed or "signout" in row.address or "discard" in row.address:
            self.begin_again()
        if has_changed:
            return "*" + shown.removeprefix(">")
        return "-" if (row.method, shown) == ("POST", "page") else shown


@contextmanager
def scene(site: Site, eulogin: FakeEuLogin, column: str) -> Iterator[Scene]:
    world = site.worlds.create(spec=WorldSpec(now=FRIDAY, frozen=True))
    try:
        with Probe(world.addresses.public("cpms"), eulogin) as probe:
            prepare(world, eulogin, probe, column)
            with closing(Scene(world, probe)) as scene:
                yield scene
    finally:
        site.worlds.delete(world.name)


def kept(world: World) -> list[str]:
    """All that CPMS keeps, row by row, and the mails that were sent."""
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("cpms_")]
    with world.database.session() as db:
        rows = [f"{table.name} {row}" for table in tables for row in db.execute(select(table))]
    return [*rows, *(mail.subject for mail in world.mailbox.mails())]


class Probe(Visitor):
    """Asks for one address and follows no redirect."""

    @property
    def cookies(self) -> RequestsCookieJar:
        return self._session.cookies

    @cookies.setter
    def cookies(self, jar: RequestsCookieJar) -> None:
        self._session.cookies = jar

    def ask(self, row: Row, hidden: dict[str, str]) -> str:
        """Which page or answer came; `hidden` goes with a form."""
        fields = FIELDS.get(row.button, FIELDS.get(row.address, {})) | hidden if row.method == "POST" else None
        answer = self._session.request(row.method, self._base + row.path, data=fields, allow_redirects=False)
        return told(answer, OWN.get(row.address, ""))

    def hidden(self) -> dict[str, str]:
        """What the pages write into their forms; whoever is not signed in has it of the home page."""
        page = self.open("/screen/profile")
        edition = re.findall(r'name="profile_edition" value="(\d+)"', page.html)
        return {"csrf_token": page.csrf_token, "profile_edition": "".join(edition)}


def told(answer: requests.Response, own: str) -> str:
    if answer.is_redirect:
        to = answer.headers["Location"]
        return ">" + next(short for short, path in SHORT.items() if path in to)
    if answer.status_code == 204:
        return "done"
    if answer.status_code != 200:
        return str(answer.status_code)
    if page := Page(answer).name:
        return "page" if page == own else page
    return "json" if answer.headers["Content-Type"] == "application/json" else "file"


def test_every_page_and_form_of_cpms_is_in_the_table() -> None:
    built = set()
    for rule in create_app().url_map.iter_rules():
        if not rule.endpoint.startswith(("world.", "backend.")):
            methods = (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
            built |= {(method, re.sub("<.+?>", "<>", str(rule))) for method in methods}
    tested = {(row.method, re.sub("<.+?>", "<>", row.address)) for row in ROWS if "/backend/" not in row.address}
    assert tested == built


@pytest.mark.parametrize("column", COLUMNS)
def test_who_may(site: Site, eulogin: FakeEuLogin, column: str) -> None:
    """Everything is as at the beginning for each row."""
    with scene(site, eulogin, column) as at:
        assert {row.name: at.outcome(row) for row in ROWS} == {row.name: row.cells[column] for row in ROWS}
