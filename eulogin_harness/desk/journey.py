"""The journey inspector: the sign-ins of a world, and one of them step by step."""

import json
from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from eulogin_harness.journey.drawing import drawing
from eulogin_harness.journey.exporting import as_har, as_text
from eulogin_harness.journey.masking import masked_rows, masked_text, masked_url, query_rows
from eulogin_harness.journey.model import LANES, Step
from eulogin_harness.journey.sign_ins import OUTCOMES, SignIn, sign_in_of, sign_ins
from eulogin_harness.journey.steps import steps_of
from mock_world import World
from mock_world.i18n import N_
from mock_world.messages import HttpMessage
from mock_world.web import current_world, translate
from mock_world.web.files import attachment

journey = Blueprint("journey", __name__)

_SINCE: Mapping[str, str] = {"": N_("the beginning"), "5": N_("5 minutes ago"), "60": N_("an hour ago")}


@journey.get("/journey")
def sign_in_list() -> str:
    world = current_world()
    text, person, application, minutes = (
        request.args.get(name, "").strip() for name in ("q", "person", "application", "since")
    )
    since = world.clock.now() - timedelta(minutes=int(minutes)) if minutes in set(_SINCE) - {""} else None
    listed = sign_ins(
        world,
        text=text,
        person=person,
        application=application,
        only_refused="refused" in request.args,
        since=since,
    )
    return render_template(
        "desk/journey.html",
        text=text,
        person=person,
        application=application,
        only_refused="refused" in request.args,
        since=minutes,
        choices=_SINCE,
        sign_ins=listed,
        filtered=any(request.args.get(name) for name in ("q", "person", "application", "refused", "since")),
        outcomes=OUTCOMES,
    )


@journey.get("/journey/<correlation_id>")
def show(correlation_id: str) -> str:
    world = current_world()
    sign_in, steps = _known(world, correlation_id)
    return render_template(
        "desk/sign_in.html",
        sign_in=sign_in,
        steps=steps,
        refusals=[(step, event) for step in steps for event in step.refusals],
        picture=Markup(_picture(steps)),  # noqa: S704 - made by ElementTree, which escapes
        lanes=LANES,
        outcomes=OUTCOMES,
        parts=parts_of,
    )


@journey.get("/journey/<correlation_id>/text")
def text(correlation_id: str) -> ResponseReturnValue:
    return attachment(as_text(*_known(current_world(), correlation_id)), "text/plain", f"{correlation_id}.txt")


@journey.get("/journey/<correlation_id>/har")
def har(correlation_id: str) -> ResponseReturnValue:
    _, steps = _known(current_world(), correlation_id)
    return attachment(json.dumps(as_har(steps), indent=2), "application/json", f"{correlation_id}.har")


@journey.get("/journey/<correlation_id>/picture")
def picture(correlation_id: str) -> ResponseReturnValue:
    return attachment(_picture(_known(current_world(), correlation_id)[1]), "image/svg+xml", f"{correlation_id}.svg")


def _known(world: World, correlation_id: str) -> tuple[SignIn, list[Step]]:
    events = world.journal.events(correlation_id=correlation_id)
    if not events:
        abort(404)
    return sign_in_of(world, correlation_id, events), steps_of(world, correlation_id, events)


def _picture(steps: list[Step]) -> str:
    names = {lane: translate(name) for lane, name in LANES.items()}
    return drawing(steps, names, translate(N_("The messages of this sign-in, as they are listed below")))


def parts_of(message: HttpMessage) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a message holds, decoded and without secrets, under headings."""
    parts = [(N_("Parameters"), query_rows(message.url)), (N_("Form"), masked_rows(message.fields))]
    if message.location:
        bare = masked_url(message.location.partition("?")[0])
        parts.append((N_("Leads to"), [("", bare), *query_rows(message.location)]))
    return [(heading, rows) for heading, rows in parts if rows]


@journey.app_template_filter("masked")
def _masked(body: bytes) -> str:
    """The text of a body, without secrets."""
    return masked_text(body.decode(errors="replace"))
