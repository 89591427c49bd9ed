"""News for open screens: a sign-in that asks for the phone, and changes made elsewhere."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from mock_phone.pages.screen import news_address, the_phone
from mock_phone.screen_updates import ScreenState, wait_for_another_state
from mock_world.web import translate

pages = Blueprint("live", __name__)


@pages.get("/phones/<phone_id>/live")
def news(phone_id: str) -> Response:
    """Held until the screen is out of date, at most 30 seconds. `again` is where to ask next."""
    phone = the_phone(phone_id)
    given = request.args.get
    requests = frozenset(filter(None, given("seen", "").split(",")))
    seen = ScreenState(requests, given("mark", ""), given("trouble", ""), given("time", ""))
    state, refusal = wait_for_another_state(phone, seen)
    return jsonify(
        changed=(state.requests, state.mark, state.trouble) != (seen.requests, seen.mark, seen.trouble),
        phone_changed=state.mark != seen.mark,
        requests=sorted(state.requests),
        new=sorted(state.requests - seen.requests),
        trouble=refusal.message(translate) if refusal else "",
        time=state.time,
        again=news_address(phone, state),
    )
