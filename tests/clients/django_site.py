"""A small Django application that signs people in by django-cas-ng, served on a thread."""
# mypy: disable-error-code="import-untyped"

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.test import override_settings
from django.urls import path

from tests.serving import serving

_FOLDER = Path(mkdtemp())
atexit.register(shutil.rmtree, _FOLDER)
_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django_cas_ng"]
_MIDDLEWARE = ["sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware"]

if not settings.configured:
    settings.configure(
        SECRET_KEY="of-a-test",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": _FOLDER / "django.sqlite"}},
        INSTALLED_APPS=_APPS,
        MIDDLEWARE=[f"django.contrib.{name}" for name in _MIDDLEWARE],
        AUTHENTICATION_BACKENDS=["django_cas_ng.backends.CASBackend"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CAS_SERVER_URL="http://localhost/cas/",
        CAS_LOGIN_MSG=None,
        CAS_LOGGED_MSG=None,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    connections.close_all()


def home(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and what was told of them."""
    return JsonResponse({"user": request.user.get_username(), "attributes": request.session.get("attributes")})


def _urls() -> list[Any]:
    from django_cas_ng import views

    login, logout = views.LoginView.as_view(), views.LogoutView.as_view()
    return [path("", home), path("in", login, name="cas_ng_login"), path("out", logout, name="cas_ng_logout")]


urlpatterns = _urls()


@contextmanager
def serve(cas: str, version: int) -> Iterator[str]:
    """The application's address, while it uses the CAS server at `cas` by this version of the protocol."""
    with override_settings(CAS_SERVER_URL=cas, CAS_VERSION=str(version)):
        with serving(get_wsgi_application()) as url:
            yield url
