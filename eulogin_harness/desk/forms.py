"""Forms of the control room."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wtforms import DateTimeLocalField, FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from eulogin_harness.documents.common import check_email
from eulogin_harness.documents.faults import MOST_TIMES
from eulogin_harness.documents.people import STAGES, RequestState, Stage
from mock_world.fault_types import FAULTS
from mock_world.i18n import N_
from mock_world.web import translate
from mock_world.web.forms import PageForm

STEPS: Mapping[str, tuple[str, timedelta]] = {
    "PT1M": (N_("+1 min"), timedelta(minutes=1)),
    "PT5M": (N_("+5 min"), timedelta(minutes=5)),
    "PT1H": (N_("+1 hour"), timedelta(hours=1)),
    "P1D": (N_("+1 day"), timedelta(days=1)),
}
STAGE_NAMES: Mapping[Stage, str] = {
    "invited": N_("invited: mail sent, no password yet"),
    "registered": N_("registered: has a password"),
    "device_added": N_("device added: QR code not scanned yet"),
    "enrolled": N_("enrolled: phone ready to sign in"),
    "profile_complete": N_("profile complete"),
    "access_requested": N_("access requested"),
    "access_approved": N_("access approved"),
    "access_rejected": N_("access rejected"),
}
SHORT_STAGE_NAMES: Mapping[Stage, str] = {
    **STAGE_NAMES,
    "invited": N_("invited"),
    "registered": N_("registered"),
    "device_added": N_("device added"),
    "enrolled": N_("enrolled"),
}
REQUEST_STATES: Mapping[RequestState, str] = {
    "draft": N_("draft"),
    "submitted": N_("submitted"),
    "info_requested": N_("info requested"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
}


def _stripped(text: str | None) -> str | None:
    return text and text.strip()


class _EmailField(StringField):
    def __init__(self, label: str, **bound: Any) -> None:
        given = {"autocomplete": "off", "inputmode": "email"}
        super().__init__(label, validators=[_check_email], filters=[_stripped], render_kw=given, **bound)


class ClockForm(PageForm):
    """World time in the pages' zone. The buttons are the template's."""

    moment = DateTimeLocalField(
        N_("Go forward to"),
        validators=[InputRequired()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        render_kw={"step": "60"},
    )


class DecisionForm(PageForm):
    """A helpdesk's decision; which one, and on which request, the buttons say."""

    reason = TextAreaField(
        N_("Reason or question"),
        description=N_("Needed to reject and to ask."),
    )


class PersonForm(PageForm):
    """A person at a stage; the rest is invented."""

    stage = SelectField(N_("Stage"), default="enrolled")
    email = _EmailField(N_("E-mail (empty: invented)"))

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.stage.choices = [(stage, translate(STAGE_NAMES[stage])) for stage in STAGES]


class FaultForm(PageForm):
    """A fault to be armed; disarming is a button's."""

    fault = SelectField(N_("Fault"))
    times = IntegerField(
        N_("Times (empty: until disarmed)"),
        default=1,
        validators=[Optional(), NumberRange(1, MOST_TIMES)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    person = _EmailField(N_("For (e-mail; empty: everybody)"))
    service = StringField(
        N_("Only the service (address)"),
        validators=[Length(max=1000)],
        filters=[_stripped],
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )
    client_id = StringField(
        N_("Only the client (client_id)"),
        validators=[Length(max=100)],
        filters=[_stripped],
        render_kw={"autocomplete": "off"},
    )
    seconds = FloatField(
        N_("Seconds (empty: its own)"),
        validators=[Optional()],
        render_kw={"autocomplete": "off", "inputmode": "decimal"},
    )
    status = IntegerField(
        N_("Status (empty: its own)"),
        validators=[Optional()],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    @property
    def body(self) -> dict[str, Any]:
        """What was said of the fault, as the control API takes it."""
        fields = {"for": self.person, **{name: self[name] for name in ("service", "client_id", "seconds", "status")}}
        said = {name: field.data for name, field in fields.items() if field.data not in {None, ""}}
        return {"times": self.times.data} | said

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.fault.choices = [(name, f"{name}: {translate(fault.sentence)}") for name, fault in FAULTS.items()]


def _check_email(_: PageForm, field: StringField) -> None:
    """An address, or none."""
    try:
        check_email(field.data or "nobody@hospital.example")
    except ValueError:
        raise ValidationError(translate(N_("Check the address: one such as name@hospital.example."))) from None
