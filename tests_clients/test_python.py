"""Django and Flask applications in processes of their own, configured as docs/clients/python.md says."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests_clients.browser import Browser
from tests_clients.how_to import block, told
from tests_clients.servers import running

# What every project has, whatever signs people in.
PROJECT = """
ROOT_URLCONF = "urls"
SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["localhost"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "app.sqlite"}}
"""
BEFORE = """
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session
app = Flask(__name__)
app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_NAME="authlib_app")
"""


@contextmanager
def django(folder: Path, port: int, places: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[None]:
    """A project with the how-to's settings."""
    (folder / "settings.py").write_text(block("python.md", "# settings.py", places) + PROJECT, encoding="utf-8")
    (folder / "urls.py").write_text(block("python.md", "# urls.py", {}), encoding="utf-8")
    command = [sys.executable, "-m", "django"]
    options = ["--settings", "settings", "--pythonpath", str(folder)]
    subprocess.run([*command, "migrate", "--verbosity", "0", *options], cwd=folder, check=True, timeout=60)
    serve = [*command, "runserver", f"localhost:{port}", "--noreload", *options]
    with running(serve, f"http://localhost:{port}/", environment=variables, folder=folder):
        yield


def trust(authority: Path | None) -> dict[str, str]:
    return {"REQUESTS_CA_BUNDLE": str(authority)} if authority else {}


def test_django_signs_in_refuses_and_signs_out(
    world: World, visitor: Browser, ada: Persona, port: int, tmp_path: Path, authority: Path | None
) -> None:
    app = f"http://localhost:{port}"
    staff = world.personas.create("registered", assurance_level="TOP")
    places = {"http://localhost:8401": world.addresses.idp, "http://localhost:8080": app}
    with django(tmp_path, port, places, trust(authority)):
        visitor.open(f"{app}/").sign_in(ada)
        assert visitor.page.status_code == 403
        assert [refusal.type for refusal in world.events.refusals()] == ["ticket.invalid_user"]
        visitor.open(f"{world.addresses.idp}/cas/logout").send()
        visitor.open(f"{app}/").use_another_account().sign_in(staff)
        assert visitor.page.text == f"Hello {staff.uid}"
        visitor.open(f"{app}/out").send()
        assert visitor.at == "logged-out"
        assert visitor.open(f"{app}/").at == "whoami"


def test_authlib_signs_in(
    world: World, visitor: Browser, ada: Persona, port: int, tmp_path: Path, authority: Path | None
) -> None:
    app = f"http://localhost:{port}"
    here = {"http://localhost:8080": app}
    client = told(block("python.md", "curl", here | {"http://localhost:8400": world.addresses.desk}), authority)
    places = here | {
        "http://localhost:8401": world.addresses.idp,
        "the-client-id": client["client_id"],
        "the-client-secret": client["client_secret"],
    }
    code = BEFORE + block("python.md", "# Authlib", places)
    (tmp_path / "app.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "flask", "--app", str(tmp_path / "app.py"), "run", "--port", str(port)]
    with running(command, f"{app}/", environment=trust(authority)):
        visitor.open(f"{app}/private").sign_in(ada)
        assert visitor.page.text == f"Hello Ada Berg <{ada.email}>"
