"""The actor's Flask app: its capabilities' pages put together."""

from flask import Flask

from mock_cpms import frame
from mock_cpms.access import pages as access
from mock_cpms.dashboard import pages as dashboard
from mock_cpms.helpdesk import pages as helpdesk
from mock_cpms.profile import pages as profile
from mock_cpms.search import backend_pages
from mock_cpms.search import pages as search
from mock_cpms.signin import logout_pages
from mock_cpms.signin import pages as signin
from mock_world.web import create_actor_app
from mock_world.web.app import csrf_protection


def create_app() -> Flask:
    """Made once a process; it finds its world by the request."""
    app = create_actor_app("cpms", __name__, home="signin.home")
    for module in (frame, signin, profile, access, helpdesk, dashboard, search, backend_pages, logout_pages):
        app.register_blueprint(module.blueprint)
    for machines in (backend_pages, logout_pages):
        csrf_protection(app).exempt(machines.blueprint)
    return app
