"""An application of Django with django-cas-ng, in a process of its own: `python django_site.py <base of /cas/>`.

It writes its address to standard output, and ends with its standard input.
"""

import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests look at the pages."""


def who(request: HttpRequest) -> HttpResponse:
    """The page of the application: who is signed in."""
    return HttpResponse(f"user: {request.user.get_username() or 'nobody'}")


def serve(cas: str, folder: Path) -> None:
    settings.configure(
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_cas_ng",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["django_cas_ng.backends.CASBackend"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CAS_SERVER_URL=cas,
        CAS_VERSION="3",
    )
    django.setup()
    from django_cas_ng.views import LoginView

    urlpatterns.append(path("accounts/login", LoginView.as_view(), name="cas_ng_login"))
    call_command("migrate", verbosity=0)
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://localhost:{server.server_port}", flush=True)  # noqa: T201 - what its caller waits for
        sys.stdin.read()


urlpatterns = [path("who", who)]

if __name__ == "__main__":
    with TemporaryDirectory() as made:
        serve(sys.argv[1], Path(made))
