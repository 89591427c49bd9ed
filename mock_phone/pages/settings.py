"""The switches of a phone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from mock_phone.pages import sensor
from mock_phone.pages.screen import go, screen, the_app
from mock_world.i18n import N_

if TYPE_CHECKING:
    from mock_phone.model import PhoneSettings

pages = Blueprint("settings", __name__)


@dataclass(frozen=True)
class Switch:
    """A switch: what it sets, on and off."""

    name: str
    setting: str
    on: Any
    off: Any
    label: str
    hint: str = ""

    def is_on(self, settings: "PhoneSettings") -> bool:
        return bool(getattr(settings, self.setting) == self.on)


_PHONE = (
    Switch("online", "online", True, False, N_("Online"), N_("The app needs the network to see requests.")),
    Switch("notifications", "notifications", True, False, N_("Notifications"), N_("Requests appear by themselves.")),
    Switch("camera", "camera", True, False, N_("Camera"), N_("The app may scan QR codes.")),
)
_BIOMETRICS = (
    Switch("fingerprint", "biometrics", "fingerprint", "", N_("Fingerprint")),
    Switch("face", "biometrics", "face", "", N_("Face recognition")),
)
GROUPS = ((N_("Biometrics instead of the PIN"), _BIOMETRICS), (N_("This phone"), _PHONE))


@pages.get("/phones/<phone_id>/settings")
def show(phone_id: str) -> str:
    return screen("phone/settings.html", the_app(phone_id), groups=GROUPS)


@pages.post("/phones/<phone_id>/settings")
def turn(phone_id: str) -> Response:
    """Turn one switch: `switch` names it, `to` is `on` or `off`."""
    phone = the_app(phone_id)
    wanted, to = request.form.get("switch"), request.form.get("to")
    switch = next((one for _, group in GROUPS for one in group if one.name == wanted), None)
    if switch is None or to not in {"on", "off"}:
        abort(400)
    if switch.setting == "biometrics" and to == "on":
        return sensor.ask(phone, switch.on)
    phone.change_settings(**{switch.setting: switch.on if to == "on" else switch.off})
    return go("settings.show", phone)
