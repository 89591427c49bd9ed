"""Pages of the mobile devices (guide, G13 to G16)."""

import base64
import io

import qrcode
from flask import Blueprint, Response, jsonify, render_template, request, session, url_for
from wtforms import PasswordField, StringField

from mock_idp.devices import rules
from mock_idp.devices.model import ACTIVE, WAITING, Device
from mock_idp.signin.browser import requires_factor, requires_sign_in, the_account, way_to_factor
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_world, go_to
from mock_world.web.forms import PageForm
from mock_world.world import CLOCK_TOPIC

devices = Blueprint("devices", __name__, url_prefix="/cas", template_folder="templates")

Page = str | Response | tuple[str, int]
_DIGITS = 16  # more than any device's number has
_LONG_POLL = 25.0  # seconds a waiting page's question is held
_PIN = {"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}


class DeviceForm(PageForm):
    deviceName = StringField(  # noqa: N815 - the contract's name
        N_("Your device name"),
        description=N_("For example: My phone"),
        render_kw={"autocomplete": "off", "maxlength": "50"},
    )
    pin = PasswordField(N_("Your 4 digit PIN code"), description=N_("You will enter it in the app."), render_kw=_PIN)
    pinConfirm = PasswordField(N_("Confirm your PIN code"), render_kw=_PIN)  # noqa: N815


class RenameForm(PageForm):
    deviceName = StringField(  # noqa: N815 - the contract's name
        N_("Your device name"), render_kw={"autocomplete": "off", "maxlength": "50"}
    )


@devices.get("/userdata/mobileApp/manageMyMobileDevices.cgi")
@requires_sign_in
def manage() -> Page:
    found = rules.devices_of(current_world(), the_account().uid)
    return render_template("devices/devices.html", devices=found, active=ACTIVE, waiting=WAITING)


@devices.route("/mobile", methods=["GET", "POST"])
@requires_sign_in
def mobile() -> Page:
    """The short address: adding a device, then its QR code."""
    if "device" in request.args:
        return _qr_page()
    return add()


@devices.route("/userdata/mobileApp/addMobileDevice.cgi", methods=["GET", "POST"])
@requires_factor
def add() -> Page:
    form = DeviceForm()
    if request.method == "GET":
        return render_template("devices/add_device.html", form=form)
    try:
        if problem := rules.pin_problem(current_world(), form.pin.data or "", form.pinConfirm.data or ""):
            raise problem
        device = rules.add_device(
            current_world(), the_account().uid, name=form.deviceName.data or "", pin=form.pin.data or ""
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("devices/add_device.html", form=form)
    return go_to(url_for("devices.mobile", device=device.id))


def _the_device() -> Device:
    """The device named in the address. Raises Refusal (device.unknown)."""
    return rules.device_of(current_world(), the_account().uid, _number())


def _number() -> int:
    """The number of the device in the address; 0, which no device has, where it is none."""
    text = request.args.get("device", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


def _qr_page() -> Page:
    world, device = current_world(), _the_device()
    if request.method == "POST":
        return _delete(device)
    state = rules.qr_state(world, device)
    return render_template(
        "devices/device_qr.html",
        device=device,
        state=state,
        picture=_picture(rules.qr_payload(world, device)) if state == "waiting" else "",
        expires_at=rules.qr_expires_at(world, device),
        interrupted=session.get("interrupted"),
    )


def _picture(payload: str) -> str:
    """The QR code as a PNG in a data address, so that no cache or history keeps it."""
    file = io.BytesIO()
    qrcode.make(payload, box_size=4, border=4).save(file)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@devices.get("/mobile/state")
@requires_sign_in
def mobile_state() -> Response:
    """For the page with the QR code: its state, held until it changes."""
    world, number = current_world(), _number()
    uid = the_account().uid

    def changed() -> str | None:
        state = rules.qr_state(world, rules.device_of(world, uid, number))
        return None if state == "waiting" else state

    topics = (rules.device_topic(uid), CLOCK_TOPIC)
    state = world.signals.wait(changed, *topics, seconds=_LONG_POLL) or "waiting"
    return jsonify(state=state)


@devices.route("/userdata/mobileApp/renameDevice.cgi", methods=["GET", "POST"])
@requires_factor
def rename() -> Page:
    device = _the_device()
    form = RenameForm(deviceName=device.name)
    if request.method == "GET":
        return render_template("devices/rename_device.html", form=form, device=device)
    try:
        rules.rename_device(current_world(), device, form.deviceName.data or "")
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("devices/rename_device.html", form=form, device=device)
    return go_to(url_for("devices.manage"))


@devices.route("/userdata/mobileApp/deleteDevice.cgi", methods=["GET", "POST"])
@requires_sign_in
def delete() -> Page:
    device = _the_device()
    if request.method == "POST":
        return _delete(device)
    if device.state == ACTIVE and (elsewhere := way_to_factor()):
        return elsewhere
    return render_template("devices/confirm_delete.html", device=device)


def _delete(device: Device) -> Page:
    """An active device is a factor, so deleting it asks for one; others are deleted with the password only."""
    if device.state == ACTIVE and (elsewhere := way_to_factor()):
        return elsewhere
    rules.delete_device(current_world(), device)
    return go_to(url_for("devices.manage"))
