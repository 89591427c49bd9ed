"""What a recording is made with: a mock, a browser that records, and a proxy that records an application's calls."""

import gzip
import json
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from flask import Response, request
from playwright.sync_api import Browser, BrowserContext, Page

from eulogin_harness.app_process import free_port
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import Harness, World
from eulogin_harness.client.names import Stage as StageName
from eulogin_harness.documents.people import Persona
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_world.server import Site
from tests.mock_idp.small_application import SmallApplication
from tests.mock_idp.small_portal import SmallPortal
from tests.serving import serving
from tests_clients.servers import running

ROOT = Path(__file__).parents[2]
PASSWORD, PIN = "Lantern 42!", "2580"
CLIENT_SECRET = "kept-by-nobody-else-0123456789"  # noqa: S105 - of the mock
NAMES: dict[str, Any] = {"first_name": "Ada", "last_name": "Berg", "email": "ada.berg@hospital.example"}
TIMEOUT = 15_000  # milliseconds
_DROPPED = ("text/css", "font/", "image/", "javascript", "application/octet-stream")
_HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length"}


class Client:
    """A proxy between applications and EU Login: what it passes on, as entries of a HAR."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        entries = self.entries

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _pass_on(self, entries)

            do_POST = do_GET  # noqa: N815 - the name is http.server's

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pass_on(handler: BaseHTTPRequestHandler, entries: list[dict[str, Any]]) -> None:
    started = datetime.now(UTC)
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP}
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(
            handler.command, handler.path, data=body, headers=headers, allow_redirects=False, timeout=20
        )
    asked: dict[str, Any] = {
        "method": handler.command,
        "url": handler.path,
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "queryString": [],
        "cookies": [],
    }
    if body:
        asked["postData"] = {"mimeType": handler.headers.get("Content-Type", ""), "text": body.decode()}
    told = {
        "status": answer.status_code,
        "statusText": answer.reason,
        "headers": [{"name": name, "value": value} for name, value in answer.headers.items()],
        "cookies": [],
        "content": {
            "size": len(answer.content),
            "mimeType": answer.headers.get("Content-Type", ""),
            "text": answer.text,
        },
        "redirectURL": answer.headers.get("Location", ""),
    }
    entries.append({"startedDateTime": started.isoformat(), "time": 1, "request": asked, "response": told})
    handler.send_response(answer.status_code)
    for name, value in answer.headers.items():
        if name.lower() not in _HOP:
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(answer.content)))
    handler.end_headers()
    handler.wfile.write(answer.content)


class Stage:
    """One recording in the making: a world, a browser page that records, and applications."""

    def __init__(self, site: Site, browser: Browser, name: str, folder: Path, *, traced: bool = False) -> None:
        self.harness = Harness(site.listeners["desk"])
        self.world: World = self.harness.worlds.create(name.replace(".", "-"))
        self.inner = site.worlds.get(self.world.name)
        self.client = Client()
        self._folder, self._traced = folder, traced
        self.context: BrowserContext = browser.new_context(
            locale="en-GB",
            record_har_path=None if traced else folder / "browser.har",
            record_har_content="embed",
        )
        self.context.set_default_timeout(TIMEOUT)
        if traced:
            self.context.tracing.start(screenshots=False, snapshots=True)
        self.page: Page = self.context.new_page()
        self.eu_login = EuLogin(self.page, f"{self.world.addresses.idp}/cas")
        self.cpms = Cpms(self.page, self.world.addresses.cpms)
        self.browser = browser

    def person(self, stage: StageName = "enrolled", **fields: Any) -> Persona:
        made: Persona = self.world.personas.create(stage, **NAMES | {"password": PASSWORD, "pin": PIN} | fields)
        return made

    def enter(self, person: Persona) -> None:
        """Single sign-on from before the recording's own sign-in."""
        session = self.world.personas.session(person)
        self.context.add_cookies(session.storage_state["cookies"])  # type: ignore[arg-type] # two types of it

    def sign_in(self, person: Persona, method: str = "Password") -> None:
        self.eu_login.sign_in(person.email, PASSWORD, method)

    def approve(self, person: Persona) -> None:
        self.world.phones.get(str(person.phone_id)).approve(PIN)

    @contextmanager
    def recorded_calls(self) -> Iterator[None]:
        """Applications of this process call by way of the recording proxy."""
        os.environ["http_proxy"] = self.client.url
        try:
            yield
        finally:
            del os.environ["http_proxy"]

    @contextmanager
    def application(self, **mistakes: Any) -> Iterator[SmallApplication]:
        with self.recorded_calls(), SmallApplication(f"{self.eu_login.url}/", **mistakes) as application:
            application.app.after_request(self._keep_call_back)
            yield application

    def _keep_call_back(self, answer: Response) -> Response:
        """What EU Login calls at the application, as the application's own log has it."""
        if request.method == "POST":
            asked = {
                "method": "POST",
                "url": request.url,
                "headers": [],
                "postData": {
                    "mimeType": "application/x-www-form-urlencoded",
                    "params": [{"name": name, "value": value} for name, value in request.form.items()],
                },
            }
            content = {"mimeType": answer.content_type, "text": answer.get_data(as_text=True)}
            told = {"status": answer.status_code, "headers": [], "content": content}
            moment = datetime.now(UTC).isoformat()
            self.client.entries.append({"startedDateTime": moment, "time": 1, "request": asked, "response": told})
        return answer

    @contextmanager
    def portal(self) -> Iterator[SmallPortal]:
        portal = SmallPortal(f"{self.eu_login.url}/oauth2")
        with self.recorded_calls(), serving(portal.app, name="127.0.0.1") as base:
            new = NewClient(
                redirect_uris=[f"{base}/cb"],
                post_logout_redirect_uris=[f"{base}/left"],
                client_secret=CLIENT_SECRET,
                id_token_signed_response_alg="ES256",  # noqa: S106 - an algorithm
            )
            client = register_client(self.inner, new)
            portal.register(client.client_id, CLIENT_SECRET, base)
            yield portal

    @contextmanager
    def flask_cas(self, **environ: str) -> Iterator[str]:
        """examples/flask-cas, started as its README says."""
        url = f"http://localhost:{free_port()}"
        given = {"EULOGIN_PUBLIC_URL": self.world.addresses.idp, "http_proxy": self.client.url, "APP_URL": url}
        with running([sys.executable, ROOT / "examples" / "flask-cas" / "app.py"], url, environment=given | environ):
            yield url

    @contextmanager
    def node_oidc(self, **environ: str) -> Iterator[str]:
        """examples/node-oidc, its packages installed."""
        url = f"http://localhost:{free_port()}"
        new = NewClient(
            redirect_uris=[f"{url}/callback"], post_logout_redirect_uris=[f"{url}/"], client_secret=CLIENT_SECRET
        )
        client = register_client(self.inner, new)
        given = {
            "EULOGIN_PUBLIC_URL": self.world.addresses.idp,
            "CLIENT_ID": client.client_id,
            "CLIENT_SECRET": CLIENT_SECRET,
            "APP_URL": url,
        }
        with running(["node", ROOT / "examples" / "node-oidc" / "app.mjs"], url, environment=given | environ):
            yield url

    def journey(self) -> dict[str, Any]:
        """The first sign-in with messages, as the control room exports it: each round of a loop is one of its own."""
        events = self.world.events.list()
        for correlation_id in dict.fromkeys(event.correlation_id for event in events if event.correlation_id):
            address = f"{self.world.addresses.desk}/journey/{correlation_id}/har"
            document: dict[str, Any] = requests.get(address, timeout=30).json()
            if document["log"]["entries"]:
                return document
        raise AssertionError("nobody signed in")

    def _of_browser(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self._folder / "browser.har").read_text())
        return document

    def close(self, name: str, target: Path, kinds: tuple[str, ...]) -> None:
        """Write what was recorded, of these kinds: browser, client, both, journey, trace."""
        if "journey" in kinds:
            _write_har(target / f"{name}.journey.har.gz", self.journey())
        self.page.wait_for_load_state("load")
        if self._traced:
            self.context.tracing.stop(path=self._folder / "trace.zip")
        self.context.close()
        self.client.close()
        if "trace" in kinds:
            _write_trace(self._folder / "trace.zip", target / f"{name}.trace.zip")
        if "browser" in kinds:
            _write_har(target / f"{name}.browser.har.gz", self._of_browser())
        if "client" in kinds:
            creator = {"name": "eulogin-harness, recording proxy", "version": "1"}
            log = {"log": {"version": "1.2", "creator": creator, "entries": self.client.entries}}
            _write_har(target / f"{name}.client.har.gz", log)
        if "both" in kinds:
            both = self._of_browser()
            both["log"]["entries"] += self.client.entries
            both["log"]["entries"].sort(key=lambda entry: datetime.fromisoformat(entry["startedDateTime"]))
            _write_har(target / f"{name}.both.har.gz", both)
        self.world.delete()
        self.harness.close()


def _write_har(target: Path, document: dict[str, Any]) -> None:
    """Without what says nothing of a sign-in: styles, fonts, scripts, timings."""
    entries = document["log"]["entries"]
    document["log"]["entries"] = [entry for entry in entries if not _is_dropped(entry)]
    for entry in document["log"]["entries"]:
        for name in ("timings", "cache", "_frameref", "_monotonicTime", "_securityDetails", "serverIPAddress"):
            entry.pop(name, None)
    target.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))


def _is_dropped(entry: dict[str, Any]) -> bool:
    kind = entry["response"]["content"].get("mimeType", "")
    return any(name in kind for name in _DROPPED) or "/static/" in entry["request"]["url"]


def _write_trace(source: Path, target: Path) -> None:
    """Only what the network did: no pictures of pages, no styles."""
    buffer = BytesIO()
    with zipfile.ZipFile(source) as trace, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as small:
        for name in trace.namelist():
            if name.endswith((".network", ".trace", ".html", ".json", ".xml")):
                lines = trace.read(name).splitlines(keepends=True)
                kept = b"".join(line for line in lines if not line.startswith(b'{"type":"frame-snapshot"'))
                small.writestr(zipfile.ZipInfo(name), kept, zipfile.ZIP_DEFLATED)
    target.write_bytes(buffer.getvalue())


@contextmanager
def stage_of(site: Site, browser: Browser, name: str, *, traced: bool) -> Iterator[Stage]:
    with TemporaryDirectory() as folder:
        yield Stage(site, browser, name, Path(folder), traced=traced)
