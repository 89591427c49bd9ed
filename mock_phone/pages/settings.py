"""Settings: those of the app, and those of the phone itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, request
from pydantic import TypeAdapter, ValidationError
from werkzeug.wrappers import Response

from mock_phone.model import PhoneSettings
from mock_phone.pages import sensor
from mock_phone.pages.screen import clock_wrong, go, screen, the_app, the_phone
from mock_phone.phone import Phone
from mock_world.i18n import N_

pages = Blueprint("settings", __name__)

_DURATION = TypeAdapter(timedelta)
_OFFSETS = tuple(
    sign * timedelta(**how_much)
    for how_much in ({"minutes": 5}, {"hours": 1}, {"days": 1})
    for sign in (1, -1)
)  # fmt: skip


@dataclass(frozen=True)
class Switch:
    """A switch: what it sets, on and off."""

    name: str
    setting: str
    on: Any
    off: Any
    label: str
    hint: str = ""

    def is_on(self, settings: PhoneSettings) -> bool:
        return bool(getattr(settings, self.setting) == self.on)


def _plain(name: str, label: str, hint: str) -> Switch:
    return Switch(name, name, True, False, label, hint)


_BIOMETRICS = (
    Switch("fingerprint", "biometrics", "fingerprint", "", N_("Fingerprint")),
    Switch("face", "biometrics", "face", "", N_("Face recognition")),
)
_PERMISSIONS = (
    _plain("notifications", N_("Notifications"), N_("Sign-ins appear by themselves. Needed to initialise the app.")),
    _plain("camera", N_("Camera"), N_("The app may scan QR codes. Needed to initialise the app.")),
)
_PHONE = (
    _plain("online", N_("Online"), N_("The app needs the network to see sign-ins.")),
    _plain("screen_lock", N_("Screen lock"), N_("Needed to initialise the app.")),
)
_TESTING = (_plain("auto_approve", N_("Approve everything by itself"), N_("For tests that are about something else.")),)
APP = ((N_("Biometrics instead of the PIN"), _BIOMETRICS),)
SYSTEM = ((N_("This phone"), _PHONE), (N_("What EU Login may do"), _PERMISSIONS), (N_("For testing"), _TESTING))
SWITCHES = {one.name: one for _, group in (*APP, *SYSTEM) for one in group}


@pages.get("/phones/<phone_id>/settings")
def show(phone_id: str) -> str:
    phone = the_app(phone_id)
    return screen("phone/settings.html", phone, groups=APP, account=phone.active_account)


@pages.get("/phones/<phone_id>/system")
def system(phone_id: str) -> str:
    """The phone's own settings: it has them without the app too."""
    phone = the_phone(phone_id)
    return screen("phone/system.html", phone, groups=SYSTEM, offsets=_offsets(phone))


def _offsets(phone: Phone) -> list[tuple[str, str, bool]]:
    """By how much the clock can be wrong: value, words, whether it is so now."""
    now = phone.settings.clock_offset
    known = [timedelta(0), *_OFFSETS]
    return [
        (_DURATION.dump_python(offset, mode="json"), clock_wrong(offset), offset == now)
        for offset in (known if now in known else [*known, now])
    ]


@pages.post("/phones/<phone_id>/settings")
def turn(phone_id: str) -> Response:
    """Turn one switch: `switch` names it, `to` is `on` or `off`. Back to the settings that it is of."""
    phone = the_phone(phone_id)
    switch, to = SWITCHES.get(request.form.get("switch", "")), request.form.get("to")
    if switch is None or to not in {"on", "off"}:
        abort(400)
    if switch.setting == "biometrics" and to == "on":
        return sensor.ask(phone, switch.on)
    phone.change_settings(**{switch.setting: switch.on if to == "on" else switch.off})
    of_app = any(switch in group for _, group in APP)
    return go("settings.show" if of_app else "settings.system", phone, _anchor=switch.name)


@pages.post("/phones/<phone_id>/clock")
def set_clock(phone_id: str) -> Response:
    """Set the phone's clock wrong by `clock`, a duration (ISO 8601)."""
    phone = the_phone(phone_id)
    try:
        offset = _DURATION.validate_python(request.form.get("clock", ""))
        phone.change_settings(clock_offset=offset)
    except (ValidationError, ValueError):
        abort(400)
    return go("settings.system", phone, _anchor="clock")


@pages.get("/phones/<phone_id>/remove")
def ask_to_remove(phone_id: str) -> str:
    phone = the_app(phone_id)
    return screen("phone/remove.html", phone, accounts=phone.accounts())


@pages.post("/phones/<phone_id>/remove")
def remove(phone_id: str) -> Response:
    phone = the_phone(phone_id)
    phone.uninstall()
    return go("store.search", phone)
