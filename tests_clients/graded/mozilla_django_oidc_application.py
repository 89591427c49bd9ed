"""mozilla-django-oidc, as its documentation shows it, with the backend of docs/clients/python.md, in one file."""

# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ARG002

import os
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.urls import include, path

EULOGIN = f"{os.environ['EULOGIN']}/cas/oauth2"
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTHENTICATION_BACKENDS=[f"{__name__}.EULoginBackend"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a trial",
    ALLOWED_HOSTS=["localhost"],
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["FOLDER"] + "/app.sqlite"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    OIDC_RP_CLIENT_ID=os.environ["CLIENT_ID"],
    OIDC_RP_CLIENT_SECRET=os.environ["CLIENT_SECRET"],
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{EULOGIN}/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{EULOGIN}/token",
    OIDC_OP_USER_ENDPOINT=f"{EULOGIN}/userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{EULOGIN}/keys",
    OIDC_USE_PKCE=True,
    OIDC_TOKEN_USE_BASIC_AUTH=True,
    OIDC_RP_SIGN_ALGO="PS512",
)
django.setup()

from django.http import HttpResponse  # noqa: E402 - Django is set up first
from django.template import engines  # noqa: E402
from mozilla_django_oidc.auth import OIDCAuthenticationBackend  # noqa: E402


class EULoginBackend(OIDCAuthenticationBackend):
    """The backend of docs/clients/python.md."""

    def get_payload_data(self, token, key):
        """With the key of the key set: PS512 is taken for a secret's algorithm else."""
        return super().get_payload_data(token, self.retrieve_matching_jwk(token))

    def get_userinfo(self, access_token, id_token, payload):
        """EU Login's UserInfo is off."""
        return payload


HOME = """{% if user.is_authenticated %}Hello {{ user.email }}
<form action="{% url 'oidc_logout' %}" method="post">{% csrf_token %}<input type="submit" value="logout"></form>
{% else %}<a href="{% url 'oidc_authentication_init' %}">Login</a>{% endif %}"""


def home(request):
    """Whoever is signed in, if somebody is: the template of its documentation."""
    return HttpResponse(engines["django"].from_string(HOME).render({"user": request.user}, request))


urlpatterns = [path("oidc/", include("mozilla_django_oidc.urls")), path("", home)]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    execute_from_command_line(["", "runserver", f"localhost:{urlsplit(os.environ['APP']).port}", "--noreload"])
