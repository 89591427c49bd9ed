"""A web application whose people sign in with EU Login, by CAS.

Where things are is read from the environment:

    EULOGIN_PUBLIC_URL    EU Login as browsers reach it, such as https://ecas.ec.europa.eu; the mock by default
    EULOGIN_INTERNAL_URL  EU Login as this process reaches it; the same by default
    EULOGIN_LEVEL         authentication level that is asked for: BASIC (default), MEDIUM or HIGH
    APP_URL               this application as browsers reach it; http://localhost:5000 by default
    SECRET_KEY            signs the session cookie; made up at each start by default
"""

import os
import secrets
from typing import TypedDict
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import requests
from cas import CASClient, CASClientV3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Flask, abort, redirect, render_template_string, request, session
from werkzeug import Response

PUBLIC_URL = os.environ.get("EULOGIN_PUBLIC_URL", "http://localhost:8401")
INTERNAL_URL = os.environ.get("EULOGIN_INTERNAL_URL", PUBLIC_URL)
LEVEL = os.environ.get("EULOGIN_LEVEL", "BASIC")
APP_URL = os.environ.get("APP_URL", "http://localhost:5000")
PATIENCE = 10  # seconds

HOME = """<!doctype html><html lang="en"><title>Example</title>
<style>body, button { font: 17px/1.5 sans-serif }</style><h1>Example</h1>
{% if person %}
<p>Hello {{ person.name }} ({{ person.email }}), signed in by {{ person.strengths | join(", ") }}.</p>
<form method="post" action="/sign-out"><button>Sign out</button></form>
{% else %}<p><a href="/private">Sign in with EU Login</a></p>{% endif %}"""
REFUSED = """<!doctype html><html lang="en"><title>Not signed in</title><h1>You are not signed in</h1>
<p>EU Login answered {{ code }}: {{ text }}</p><p><a href="/private">Try again</a></p>"""


class Person(TypedDict):
    uid: str
    name: str
    email: str
    strengths: list[str]


class NotConfirmed(Exception):  # noqa: N818 - the name says it
    """EU Login did not confirm a ticket: its code and text."""


app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ.get("SECRET_KEY") or secrets.token_hex(),
    # Cookies know no ports: on one host, a cookie called "session" would be another application's too.
    SESSION_COOKIE_NAME="flask_cas_session",
    # Lax, not Strict: the browser comes back from EU Login, another site, and must bring the cookie with it.
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=urlsplit(APP_URL).scheme == "https",
)


def eu_login(base: str) -> CASClientV3:
    """python-cas for EU Login at `base`.

    The service address is a setting, never taken from the request: behind a proxy the request says http where the
    browser said https, and a ticket is good for the address that it was made for, letter by letter.
    """
    calls = requests.Session()
    calls.params = {"userDetails": "true", "authenticationLevel": LEVEL}  # sent with each validation
    calls.max_redirects = 0  # EU Login answers itself, and sends nobody elsewhere
    client = CASClient(
        version=3,
        service_url=f"{APP_URL}/signed-in",
        server_url=f"{base}/cas/",
        extra_login_params={"authenticationLevel": LEVEL},
        session=calls,
    )
    client.url_suffix = "laxValidate"  # serviceValidate refuses people who registered themselves
    return client


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def confirm(ticket: str) -> Person:
    """Whose ticket it is. Raises NotConfirmed.

    python-cas asks, but does not read the answer: it looks for `cas:attributes`, which EU Login does not send. There
    each attribute stands beside `user`, in EU Login's own namespace.
    """
    try:
        answer = fromstring(eu_login(INTERNAL_URL).get_verification_response(ticket))[0]
    except (requests.RequestException, ParseError, DefusedXmlException, IndexError) as error:
        raise NotConfirmed("no answer", type(error).__name__) from error
    if local_name(answer) != "authenticationSuccess":
        raise NotConfirmed(answer.get("code", ""), answer.text or "")
    told = {local_name(child): child.text or "" for child in answer}
    if not told.get("user") or [local_name(child) for child in answer].count("user") != 1:
        raise NotConfirmed("no answer", "it does not name one user")
    strengths = [strength.text or "" for strength in answer.iterfind("{*}strengths/{*}strength")]
    name = f"{told.get('firstName', '')} {told.get('lastName', '')}"
    return Person(uid=told["user"], name=name, email=told.get("email", ""), strengths=strengths)


@app.get("/")
def home() -> str:
    return render_template_string(HOME, person=session.get("person"))


@app.get("/private")
def private() -> Response | str:
    if "person" not in session:
        return redirect(eu_login(PUBLIC_URL).get_login_url())
    return render_template_string(HOME, person=session["person"])


@app.get("/signed-in")
def signed_in() -> Response | tuple[str, int]:
    """EU Login sends the browser here. The ticket leaves the address at once: a reload would use it again."""
    try:
        session["person"] = confirm(request.args.get("ticket") or abort(400, "EU Login sends a ticket."))
    except NotConfirmed as refused:
        code, text = refused.args
        return render_template_string(REFUSED, code=code, text=text), 403
    return redirect(f"{APP_URL}/private")


@app.post("/sign-out")
def sign_out() -> Response:
    """Out of this application, then out of EU Login, which asks before it does so and leads back."""
    session.clear()
    return redirect(eu_login(PUBLIC_URL).get_logout_url(f"{APP_URL}/"))


if __name__ == "__main__":
    app.run(host="localhost", port=urlsplit(APP_URL).port or 5000, threaded=True)
