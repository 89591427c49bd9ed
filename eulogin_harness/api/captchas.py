"""Codes of the pictures that pages showed."""

from eulogin_harness.api.frame import ID, api, call
from eulogin_harness.api.problems import not_found, nothing_yet
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.events import Captcha, CaptchaQuery
from mock_idp.accounts.captcha import TOPIC, captcha_of
from mock_idp.accounts.captcha import captchas as made
from mock_world.web import current_world


@api.get("/api/captchas")
@call("captchas", Items[Captcha])
def list_captchas(query: CaptchaQuery) -> Items[Captcha]:
    """Codes of pictures, oldest first; with `wait` held until there is one"""
    world = current_world()
    pictures = world.signals.wait(lambda: made(world, query.after) or None, TOPIC, seconds=query.wait or 0) or []
    if not pictures and query.wait is not None:
        there = f"{len(made(world))} pictures, none after that; pages show them with setting captcha on"
        raise nothing_yet("a picture with a code", there, query.wait)
    return Items[Captcha](items=[Captcha.model_validate(captcha) for captcha in pictures])


@api.get(f"/api/captchas/{ID}")
@call("captchas", Captcha)
def get_captcha(id: int) -> Captcha:  # noqa: A002 - the contract's name
    """The code of one picture"""
    picture = captcha_of(current_world(), id)
    if picture is None:
        raise not_found("picture", id, "GET /api/captchas lists them")
    return Captcha.model_validate(picture)
