"""Actor: a mock of EU Login - accounts, sign-in, mobile devices, CAS in EU Login's dialect."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app() -> "Flask":
    """The app of mock EU Login, for all worlds of the process; clients know its rules without it."""
    from sqlalchemy.exc import NoResultFound

    from mock_idp.oidc import client_file  # noqa: F401 - what worlds begin with, and routes
    from mock_idp.pages import (  # noqa: F401 - routes
        account_deletion,
        configuration,
        logout,
        oidc_logout,
        password,
        password_link,
        prepared,
    )
    from mock_idp.pages.app_interface import app_interface
    from mock_idp.pages.browser import signed_in_account
    from mock_idp.pages.cas import cas
    from mock_idp.pages.devices import devices
    from mock_idp.pages.keys import keys
    from mock_idp.pages.login import signin
    from mock_idp.pages.my_account import myaccount
    from mock_idp.pages.oidc_authorize import oidc, oidc_forms
    from mock_idp.pages.oidc_endpoints import oidc_machines
    from mock_idp.pages.outages import outages
    from mock_idp.pages.sign_up import accounts
    from mock_idp.pages.site import account_gone, note_unknown_endpoint, refused, site_pages
    from mock_world import Refusal
    from mock_world.messages import APPLICATION
    from mock_world.web.app import create_actor_app, csrf_protection

    callers = {"cas": APPLICATION, "oidc_machines": APPLICATION, "app_interface": "phone"}
    app = create_actor_app("idp", __name__, home="signin.login", callers=callers)
    machines = (cas, app_interface, oidc_machines, oidc_forms)
    for blueprint in (site_pages, outages, accounts, signin, myaccount, devices, keys, oidc, *machines):
        app.register_blueprint(blueprint)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(NoResultFound, account_gone)
    for blueprint in machines:
        csrf_protection(app).exempt(blueprint)
    app.after_request(note_unknown_endpoint)
    app.context_processor(lambda: {"signed_in": signed_in_account()})
    return app
