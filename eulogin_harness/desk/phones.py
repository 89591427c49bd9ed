"""Phones side by side: the screens of several, each of them usable."""

from flask import Blueprint, Response, make_response, render_template, request

from eulogin_harness.desk.curl import curl
from eulogin_harness.desk.news import newest
from mock_phone.phone import Phone
from mock_world.web import content_policy, current_world

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
        call=curl(world, "GET", "/api/phones"),
        last_event=newest(world),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_policy(frames="phone")
    return response
