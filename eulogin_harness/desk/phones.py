"""Phones side by side: the screens of several, each of them usable."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eulogin_harness.desk.frame import done
from mock_phone.phone import Phone
from mock_world.i18n import N_
from mock_world.web import content_policy, current_world, translate

phones = Blueprint("phones", __name__)

NEWEST = 4  # shown where none were chosen
MOST = 5  # each screen keeps a line open for its news, and a browser opens six to one address


@phones.get("/phones")
def side_by_side() -> Response:
    """The phones that are named by `phone`, as often as wanted; the newest where none of them is there."""
    world = current_world()
    everything = Phone.all(world)[::-1]
    ids = set(request.args.getlist("phone"))
    chosen = [phone for phone in everything if phone.id in ids]
    page = render_template(
        "desk/phones.html",
        phones=everything,
        shown=(chosen or everything[:NEWEST])[:MOST],
        chosen=bool(chosen),
        left_out=max(0, len(chosen) - MOST),
        most=MOST,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_policy(frames=["phone"])
    return response


@phones.post("/phones")
def new_phone() -> ResponseReturnValue:
    """A new phone, shown with those chosen (`phone`)."""
    phone, chosen = Phone.create(current_world()), request.form.getlist("phone")
    sentence = translate(N_("{phone} is new: the EU Login app waits in its store.")).format(phone=phone.id)
    back = url_for("phones.side_by_side", phone=[*chosen, phone.id] if chosen else None)
    return done(sentence, "/api/phones", {"installed": False}, back=back)
