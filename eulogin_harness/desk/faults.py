"""Faults: what is armed, and a form that arms one."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eulogin_harness.desk.forms import FaultForm
from eulogin_harness.desk.frame import done
from eulogin_harness.desk.values import problems_at
from mock_world.fault_types import FAULTS
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.forms import PageForm

faults = Blueprint("faults", __name__)


@faults.get("/faults")
def listed() -> str:
    """With `person`, the form is filled in for that address."""
    return _page(FaultForm(formdata=None, person=request.args.get("person", "")))


@faults.post("/faults")
def arm_or_disarm() -> ResponseReturnValue:
    form, armed = FaultForm(), current_world().faults
    with problems_at(form):
        if name := request.form.get("disarm"):
            armed.disarm(name)
            sentence = translate(N_("Disarmed: {fault}.")).format(fault=name)
            return done(sentence, f"/api/faults/{name}", method="DELETE")
        if form.validate_on_submit():
            name, body = form.fault.data, form.body
            armed.arm(name, **{"person" if field == "for" else field: value for field, value in body.items()})
            return done(translate(N_("Armed: {fault}.")).format(fault=name), f"/api/faults/{name}", body)
    return _page(form)


def _page(form: PageForm) -> str:
    return render_template("desk/faults.html", fault_form=form, faults=FAULTS)
