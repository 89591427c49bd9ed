"""Actor: the desk - control room, mailbox and control API."""

from flask import Flask

__all__ = ["create_app"]


def create_app(token: str | None = None) -> Flask:
    """The desk's app, for all worlds of the process. With a `token`, pages and calls demand it."""
    from eulogin_harness import access, api
    from eulogin_harness.certificate_authority import authority
    from eulogin_harness.desk.access_requests import access_requests
    from eulogin_harness.desk.applications import applications
    from eulogin_harness.desk.bundle import bundles
    from eulogin_harness.desk.control_room import room
    from eulogin_harness.desk.debugger import debugger, signed_out
    from eulogin_harness.desk.explain import explaining
    from eulogin_harness.desk.faults import faults
    from eulogin_harness.desk.frame import frame
    from eulogin_harness.desk.grading import grading
    from eulogin_harness.desk.journey import journey
    from eulogin_harness.desk.mailbox import mailbox
    from eulogin_harness.desk.people import people
    from eulogin_harness.desk.person import person
    from eulogin_harness.desk.phones import phones
    from eulogin_harness.desk.play import play
    from eulogin_harness.desk.prepared_worlds import worlds
    from eulogin_harness.desk.settings import settings
    from eulogin_harness.desk.world import this_world
    from eulogin_harness.metrics import metrics
    from mock_world.web import create_actor_app
    from mock_world.web.app import csrf_protection

    app = create_actor_app("desk", __name__, home="room.control_room")
    access.guard(app, token)
    app.register_blueprint(authority)
    app.register_blueprint(metrics)
    app.register_blueprint(frame)
    app.register_blueprint(room)
    app.register_blueprint(journey)
    app.register_blueprint(people)
    app.register_blueprint(person)
    app.register_blueprint(mailbox)
    app.register_blueprint(phones)
    app.register_blueprint(applications)
    app.register_blueprint(access_requests)
    app.register_blueprint(faults)
    app.register_blueprint(this_world)
    app.register_blueprint(settings)
    app.register_blueprint(debugger)
    app.register_blueprint(bundles)
    app.register_blueprint(worlds)
    app.register_blueprint(play)
    app.register_blueprint(explaining)
    app.register_blueprint(grading)
    csrf_protection(app).exempt(signed_out)
    api.register(app)
    return app
