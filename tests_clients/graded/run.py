"""Grades applications made with client libraries, as docs/grades.md reports: each is started, graded and stopped.

eulogin-harness serve --port 9700 --tls --ca-file ca.pem
python -m tests_clients.graded.run --desk https://localhost:9700 --ca ca.pem --reports folder [client ...]

What has to be installed before stands in docs/grades.md.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Unpack
from urllib.parse import urlsplit

import click

from eulogin_harness.app_process import free_port
from eulogin_harness.client import Harness, World
from eulogin_harness.client.grades import GradeFailed
from eulogin_harness.client.names import ClientFields
from tests_clients.how_to import block
from tests_clients.servers import MODULES, apache, running
from tests_clients.test_python import BEFORE, django

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIMIT = 30.0  # seconds for each check


@dataclass(frozen=True)
class Surroundings:
    """What an application is started with. authority: to trust; None where EU Login speaks http. folder: empty."""

    world: World
    authority: Path | None
    app: str
    folder: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.app).port or 0

    @property
    def variables(self) -> dict[str, str]:
        """Of the process: addresses, and in each language's way the authority to trust."""
        ca = str(self.authority or "")
        return {
            "EULOGIN": self.world.addresses.idp,
            "EULOGIN_PUBLIC_URL": self.world.addresses.idp,
            "APP": self.app,
            "APP_URL": self.app,
            "CA": ca,
            "FOLDER": str(self.folder),
            "REQUESTS_CA_BUNDLE": ca,
            "NODE_ENV": "production",  # Express shows stack traces otherwise
            "NODE_EXTRA_CA_CERTS": ca,
            "PERL_LWP_SSL_CA_FILE": ca,
        }

    def client(self, redirect_uri: str, **more: Unpack[ClientFields]) -> dict[str, str]:
        """Registered at EU Login: its id and secret as variables."""
        client = self.world.clients.create(self.app + redirect_uri, **more)
        return {"CLIENT_ID": client.client_id, "CLIENT_SECRET": client.client_secret or ""}


Start = Callable[[Surroundings], Iterator[None]]


def file(*command: str, callback: str = "") -> Start:
    """An application that is a file, started by this command; callback: of a client of OpenID Connect."""

    def start(around: Surroundings) -> Iterator[None]:
        client = around.client(callback, post_logout_redirect_uris=[around.app, f"{around.app}/"]) if callback else {}
        with running(command, around.app, environment=around.variables | client, folder=HERE):
            yield

    return start


def php(around: Surroundings) -> Iterator[None]:
    """phpCAS as docs/clients/php.md shows it."""
    places = {
        "http://localhost:8401": around.world.addresses.idp,
        "http://localhost:8080": around.app,
    }
    if around.authority:
        places["phpCAS::setNoCasServerValidation();"] = f"phpCAS::setCasServerCACert('{around.authority}');"
    (around.folder / "index.php").write_text(block("php.md", "<?php // index.php", places), encoding="utf-8")
    command = ["php", "-S", f"localhost:{around.port}", "-t", str(around.folder)]
    with running(command, f"{around.app}/none", environment={"PHP_CLI_SERVER_WORKERS": "4"}):
        yield


def old_php(around: Surroundings) -> Iterator[None]:
    """phpCAS of PHPCAS, a path of CAS.php, in Apache: there SERVER_NAME is what the request says."""
    around.folder.chmod(0o755)
    (around.folder / "index.php").write_bytes((HERE / "phpcas.php").read_bytes())
    (module,) = Path(MODULES).glob("libphp8*.so")
    configuration = f"""
LoadModule php_module {module}
DocumentRoot {around.folder}
SetEnv PHPCAS {os.environ["PHPCAS"]}
SetEnv EULOGIN {around.world.addresses.idp}
SetEnv CA {{folder}}/ca.pem
<FilesMatch "[.]php$">
    SetHandler application/x-httpd-php
</FilesMatch>
"""
    with apache(configuration, around.port, "env", authority=around.authority, mpm="mpm_prefork"):
        yield


def mod_auth_cas(around: Surroundings) -> Iterator[None]:
    """mod_auth_cas as docs/clients/apache.md shows it."""
    places = {
        "http://localhost:8401": around.world.addresses.idp,
        "http://localhost:8080": around.app,
        "/var/cache/apache2/mod_auth_cas/": "{folder}/cache/",
    }
    around.world.services.create(f"{around.app}/private/", single_logout=True)
    configuration = block("apache.md", "# mod_auth_cas", places) + "\nCASCertificatePath {folder}/ca.pem\n"
    with apache(_with_page(around, configuration), around.port, "auth_cas", "include", authority=around.authority):
        yield


def mod_auth_openidc(around: Surroundings) -> Iterator[None]:
    """mod_auth_openidc as docs/clients/apache.md shows it."""
    client = around.client(
        "/private/signed-in",
        post_logout_redirect_uris=[f"{around.app}/"],
        backchannel_logout_uri=f"{around.app}/private/signed-in?logout=backchannel",
    )
    places = {
        "http://localhost:8401": around.world.addresses.idp,
        "http://localhost:8080": around.app,
        "the-client-id": client["CLIENT_ID"],
        "the-client-secret": client["CLIENT_SECRET"],
    }
    configuration = block("apache.md", "# mod_auth_openidc", places) + "\nOIDCCABundlePath {folder}/ca.pem\n"
    with apache(_with_page(around, configuration), around.port, "auth_openidc", "include", authority=around.authority):
        yield


def _with_page(around: Surroundings, configuration: str) -> str:
    """The same, with a page that shows who is signed in."""
    around.folder.chmod(0o755)
    (around.folder / "private").mkdir()
    (around.folder / "index.html").write_text('<a href="/private/">Sign in</a>')
    (around.folder / "private" / "index.html").write_text('Hello <!--#echo var="REMOTE_USER" -->')
    return f"""{configuration}
DocumentRoot {around.folder}
<Location "/private/">
    Options +Includes
    SetOutputFilter INCLUDES
</Location>
"""


def django_cas_ng(around: Surroundings) -> Iterator[None]:
    """django-cas-ng as docs/clients/python.md shows it."""
    places = {"http://localhost:8401": around.world.addresses.idp, "http://localhost:8080": around.app}
    with django(around.folder, around.port, places, around.variables):
        yield


def authlib(around: Surroundings) -> Iterator[None]:
    """Authlib as docs/clients/python.md shows it."""
    client = around.client("/signed-in")
    places = {
        "http://localhost:8080": around.app,
        "http://localhost:8401": around.world.addresses.idp,
        "the-client-id": client["CLIENT_ID"],
        "the-client-secret": client["CLIENT_SECRET"],
    }
    (around.folder / "app.py").write_text(BEFORE + block("python.md", "# Authlib", places), encoding="utf-8")
    command = [sys.executable, "-m", "flask", "--app", str(around.folder / "app.py"), "run", "--port", str(around.port)]
    with running(command, f"{around.app}/", environment=around.variables):
        yield


PYTHON = os.environ.get("PYTHON", sys.executable)
NODE = "node"


@dataclass(frozen=True)
class Client:
    """A client library's application. options: of the grading, beside the address."""

    start: Start
    options: Mapping[str, str | bool]


def _client(start: Start, **options: str | bool) -> Client:
    return Client(start, options)


CLIENTS = {
    "python-cas": _client(file(sys.executable, str(ROOT / "examples/flask-cas/app.py"))),
    "django-cas-ng": _client(django_cas_ng, staff_only=True, sign_out="/out", return_to="next"),
    "phpCAS": _client(php, sign_in="/index.php", sign_out="/index.php?sign-out"),
    "phpCAS-1.3": _client(old_php, sign_in="/index.php", staff_only=True),
    "mod_auth_cas": _client(mod_auth_cas, sign_in="/private/"),
    "passport-cas": _client(file(NODE, "node/passport-cas.cjs")),
    "http-cas-client": _client(file(NODE, "--unhandled-rejections=warn", "node/http-cas-client.cjs")),
    "connect-cas2": _client(file(NODE, "node/connect-cas2.cjs")),
    "Authen-CAS-Client": _client(file("perl", "authen_cas_client.pl"), staff_only=True),
    "mod_auth_openidc": _client(
        mod_auth_openidc, sign_in="/private/", sign_out="{app}/private/signed-in?logout={app}/"
    ),
    "Authlib": _client(authlib, sign_in="/private"),
    "openid-client": _client(file(NODE, str(ROOT / "examples/node-oidc/app.mjs"), callback="/callback")),
    "openid-client-5": _client(file(NODE, "node/openid-client-5.cjs", callback="/cb")),
    "oauth4webapi": _client(file(NODE, "node/oauth4webapi.mjs", callback="/cb")),
    "express-openid-connect": _client(file(NODE, "node/express-openid-connect.cjs", callback="/callback")),
    "fastify-oauth2": _client(file(NODE, "node/fastify-oauth2.cjs", callback="/login/callback")),
    "grant": _client(file(NODE, "node/grant.cjs", callback="/connect/eulogin/callback")),
    "Auth.js": _client(file(NODE, "node/authjs.mjs", callback="/auth/callback/eulogin")),
    "mozilla-django-oidc": _client(file(PYTHON, "mozilla_django_oidc_application.py", callback="/oidc/callback/")),
    "flask-oidc": _client(file(PYTHON, "flask_oidc_application.py", callback="/authorize")),
}


def grade(name: str, world: World, authority: Path, reports: Path, only: Sequence[str]) -> None:
    """Start the application, grade it, and write the reports."""
    client = CLIENTS[name]
    app = f"http://localhost:{free_port()}"
    with TemporaryDirectory(prefix="graded-") as folder, ExitStack() as stack:
        around = Surroundings(world, authority, app, Path(folder))
        stack.enter_context(contextmanager(client.start)(around))
        begun = monotonic()
        options = {
            key: one.replace("{app}", app) if isinstance(one, str) else one for key, one in client.options.items()
        }
        started = world.grades.start(app, limit=LIMIT, only=only, **options)  # type: ignore[arg-type]
        ended = world.grades.follow(started)
        seconds = monotonic() - begun
    for form, ending in (("json", "json"), ("markdown", "md"), ("html", "html")):
        (reports / f"{name}.{ending}").write_text(world.grades.report(ended, form), encoding="utf-8")  # type: ignore[arg-type]
    (reports / f"{name}.seconds").write_text(f"{seconds:.1f}\n", encoding="utf-8")


def main() -> None:
    """Grade the clients that are named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--desk", required=True)
    parser.add_argument("--ca", required=True, type=Path)
    parser.add_argument("--reports", required=True, type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("clients", nargs="*", choices=[[], *CLIENTS])
    given = parser.parse_args()
    with closing(Harness(given.desk, ca=given.ca)) as harness:
        for name in given.clients or CLIENTS:
            try:
                grade(name, harness.default, given.ca, given.reports, given.only)
                click.echo(f"{name}: graded")
            except (AssertionError, GradeFailed) as error:
                click.echo(f"{name}: could not be graded: {error}")


if __name__ == "__main__":
    main()
