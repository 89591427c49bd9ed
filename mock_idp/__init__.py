"""Actor: a mock of EU Login - accounts, sign-in, mobile devices, CAS in EU Login's dialect."""

from flask import Flask

__all__ = ["create_app"]


def create_app() -> Flask:
    """The app of mock EU Login, for all worlds of the process."""
    from sqlalchemy.exc import NoResultFound

    from mock_idp.accounts import link_pages, password_pages  # noqa: F401 - routes
    from mock_idp.accounts.pages import accounts
    from mock_idp.cas.pages import cas
    from mock_idp.devices.app_interface import app_interface
    from mock_idp.devices.pages import devices
    from mock_idp.keys.pages import keys
    from mock_idp.myaccount import configuring_pages, leaving_pages  # noqa: F401 - routes
    from mock_idp.myaccount.pages import myaccount
    from mock_idp.oidc import client_file, logout_pages  # noqa: F401 - what worlds begin with, and routes
    from mock_idp.oidc.authorize_pages import oidc, oidc_forms
    from mock_idp.oidc.discovery_pages import oidc_machines
    from mock_idp.signin.browser import signed_in_account
    from mock_idp.signin.pages import signin
    from mock_idp.site_pages import account_gone, note_stray, refused, site_pages
    from mock_world import Refusal
    from mock_world.web.app import create_actor_app, csrf_protection

    app = create_actor_app("idp", __name__, home="signin.login")
    machines = (cas, app_interface, oidc_machines, oidc_forms)
    for blueprint in (site_pages, accounts, signin, myaccount, devices, keys, oidc, *machines):
        app.register_blueprint(blueprint)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(NoResultFound, account_gone)
    for blueprint in machines:
        csrf_protection(app).exempt(blueprint)
    app.after_request(note_stray)
    app.context_processor(lambda: {"signed_in": signed_in_account()})
    return app
