"""The mailbox of everybody in a world."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from eulogin_harness.documents.common import LARGEST
from mock_world.addresses import with_query
from mock_world.mailbox import Mail
from mock_world.web import current_world

mailbox = Blueprint("mailbox", __name__)

# The font of all pages, so that pictures look alike everywhere.
_HEAD = """<base target="%(target)s"><style>
@font-face { font-family: "Source Sans Pro"; font-weight: 400; src: url("%(font)s/SourceSansPro-Regular.ttf"); }
@font-face { font-family: "Source Sans Pro"; font-weight: 700; src: url("%(font)s/SourceSansPro-Bold.ttf"); }
</style>"""
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-top-navigation-by-user-activation"
)
_ADDRESS = f"/mailbox/<int(max={LARGEST}):mail_id>"


@mailbox.get("/mailbox")
def mails() -> ResponseReturnValue:
    """All mails, newest first; `to` filters by receiver."""
    everything = current_world().mailbox.mails()
    to = request.args.get("to", "").strip()
    shown = [mail for mail in everything if to.lower() in mail.to.lower()]
    return render_template(
        "desk/mailbox.html",
        mails=shown[::-1],
        receivers=sorted({mail.to for mail in everything}),
        to=to,
        count=len(everything),
        call=with_query("/api/mails", {"to": to} if to else {}),
    )


@mailbox.get(_ADDRESS)
def mail(mail_id: int) -> str:
    """A mail as its receiver sees it: its HTML version, or the text where it has no other."""
    return _page(mail_id, "html")


@mailbox.get(f"{_ADDRESS}/text")
def text(mail_id: int) -> str:
    return _page(mail_id, "text")


@mailbox.get(f"{_ADDRESS}/source")
def source(mail_id: int) -> str:
    """The message as it came by SMTP."""
    return _page(mail_id, "source")


def _page(mail_id: int, version: str) -> str:
    mail = _find(mail_id)
    shown = "text" if version == "html" and not mail.html else version
    return render_template("desk/mail.html", mail=mail, version=shown, call=f"/api/mails/{mail_id}")


@mailbox.get(f"{_ADDRESS}/html")
def html(mail_id: int) -> ResponseReturnValue:
    """The HTML version alone, for the frame of the mail's page: no script, nothing from outside, nowhere by itself."""
    return mail_document(_find(mail_id), "_top", _MAIL_POLICY)


def mail_document(mail: Mail, target: str, policy: str) -> Response:
    """The HTML version of a mail for a frame. target: where its links open. policy: what it may load."""
    head = _HEAD % {"font": f"{request.script_root}/static/font", "target": target}
    before, tag, after = (mail.html or "").partition("<head>")
    page = before + tag + head + after if tag else head + before
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    return response


def _find(mail_id: int) -> Mail:
    return current_world().mailbox.mail(mail_id) or abort(404)
