"""The actor's Flask app: its pages put together."""

from flask import Flask

from mock_cpms.pages import (
    access_requests,
    dashboard,
    helpdesk,
    logout,
    outage,
    profile,
    search,
    search_backend,
    session,
    sign_in,
)
from mock_world.web import create_actor_app
from mock_world.web.app import csrf_protection


def create_app() -> Flask:
    """Made once a process; it finds its world by the request."""
    app = create_actor_app("cpms", __name__, home="signin.home")
    pages = (outage, session, sign_in, profile, access_requests, helpdesk, dashboard, search)
    machines = (search_backend, logout)
    for module in (*pages, *machines):
        app.register_blueprint(module.blueprint)
    for module in machines:
        csrf_protection(app).exempt(module.blueprint)
    return app
