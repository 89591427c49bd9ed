"""What all pages of the desk have: navigation, world time, what was done and the API call that does the same."""

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from eulogin_harness.desk import navigation
from eulogin_harness.desk.curl import curl
from eulogin_harness.desk.forms import REQUEST_STATES, SHORT_STAGE_NAMES, STEPS, ClockForm
from eulogin_harness.desk.news import newest, wait_for_news
from eulogin_harness.timekeeping import set_clock
from mock_world import Refusal
from mock_world.i18n import N_, ZONE
from mock_world.web import current_world, translate
from mock_world.web.app import own_redirect

frame = Blueprint("frame", __name__)

_LONGEST_WAIT = 30.0  # seconds that a page's question for news is held


@frame.app_context_processor
def names() -> dict[str, object]:
    """What the layout shows, and what most pages need."""
    world = current_world()
    form = ClockForm(formdata=None)
    form.moment.data = world.clock.now().astimezone(ZONE) + timedelta(minutes=1)
    return {
        "desk_pages": navigation.pages(),
        "desk_tools": navigation.tools(),
        "clock_form": form,
        "time_steps": STEPS,
        "short_stages": SHORT_STAGE_NAMES,
        "request_states": REQUEST_STATES,
        "now": world.clock.now(),
        "zone": ZONE,
        "last_event": newest(world),
        "curl": lambda *call: curl(world, *call),
        "by_script": request.headers.get("Sec-Fetch-Dest") == "empty",  # the reader of the page sees what was done
    }


@frame.get("/changes")
def changes() -> ResponseReturnValue:
    """Held while the journal's newest line is that of the mark `after`; 204 where nothing came."""
    mark = wait_for_news(current_world(), request.args.get("after", ""), seconds=_LONGEST_WAIT)
    return jsonify(last=mark) if mark else ("", 204)


@frame.post("/clock")
def move_clock() -> ResponseReturnValue:
    form, action = ClockForm(), request.form.get("action", "")
    if action == "set" and not form.validate_on_submit():
        return not_done(" ".join(form.moment.errors))
    try:
        call = _move(action, form)
    except Refusal as refusal:
        return not_done(refusal.message(translate))
    return done(translate(N_("World time was changed.")), "/api/clock", call)


def _move(action: str, form: ClockForm) -> dict[str, object]:
    """Do what the button says; the body of the API call that does the same."""
    world = current_world()
    if action in STEPS:
        set_clock(world, advance=STEPS[action][1])
        return {"advance": action}
    if action == "set" and form.moment.data is not None:
        moment = form.moment.data.replace(tzinfo=ZONE)
        set_clock(world, to=moment)
        return {"set": moment.isoformat()}
    if action not in {"freeze", "run"}:
        abort(400)
    freeze = action == "freeze"
    set_clock(world, freeze=freeze)
    return {"freeze": freeze}


def done(sentence: str, path: str, body: object = None, *, method: str = "POST", back: str | None = None) -> Response:
    """Back to the page from which it was sent, which says what was done, and by which call it is done too."""
    flash(sentence, "done")
    flash(curl(current_world(), method, path, body), "call")
    return own_redirect(back or request.form.get("next") or url_for("room.control_room"))


def not_done(sentence: str) -> Response:
    """Back to the page from which it was sent, which says why nothing was done."""
    flash(sentence, "wrong")
    return own_redirect(request.form.get("next") or url_for("room.control_room"))
