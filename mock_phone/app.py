"""The phone's Flask app: made once a process, serves all phones of all worlds."""

from flask import Flask

from mock_phone.pages import (
    accounts,
    camera,
    codes,
    initialising,
    live,
    opening,
    permissions,
    phones,
    pins,
    requests,
    sensor,
    settings,
    store,
)
from mock_phone.pages.screen import refused
from mock_world.refusal import Refusal
from mock_world.web import create_actor_app
from mock_world.web.token import demand


def create_app(token: str | None = None) -> Flask:
    """All pages of the actor, which act without signing in: with a `token` they demand it."""
    app = create_actor_app("phone", __name__, home="phones.index", framed_by="desk")
    app.before_request(demand(token))
    for module in (
        phones,
        store,
        permissions,
        initialising,
        camera,
        codes,
        requests,
        sensor,
        opening,
        accounts,
        pins,
        settings,
        live,
    ):
        app.register_blueprint(module.pages)
    app.register_error_handler(Refusal, refused)
    return app
