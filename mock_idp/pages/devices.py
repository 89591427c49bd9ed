"""Pages of the mobile devices (guide, G13 to G16)."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from wtforms import HiddenField, PasswordField, StringField

from mock_idp.account_management.device_deletion import remove_device
from mock_idp.common import settings as s
from mock_idp.factors.devices import enrolment, pins, rules
from mock_idp.factors.devices.model import ACTIVE, Device, device_topic
from mock_idp.factors.otp.activating import activate
from mock_idp.factors.otp.codes import by_authenticator
from mock_idp.factors.second_factors import LAST_FACTOR
from mock_idp.pages.browser import (
    check_form_owner,
    requires_factor,
    requires_sign_in,
    sign_in_with_factor,
    the_account,
    waiting_sign_in,
)
from mock_idp.pages.code_forms import DigitsForm
from mock_idp.pages.qr_picture import qr_picture
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import LONG_POLL, Page, current_world, go_to, number_of, page_url, translate
from mock_world.web.app import refusal_page
from mock_world.web.forms import PageForm
from mock_world.world import CLOCK_TOPIC

devices = Blueprint("devices", __name__, url_prefix="/cas")

_PIN = {"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}


class DeviceForm(PageForm):
    """The form of a new device; `page` identifies an opened form, so that one that is sent twice adds one device."""

    page = HiddenField()
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


@devices.errorhandler(Refusal)
def refused(refusal: Refusal) -> Page:
    """A device that is gone, perhaps by another tab, leads to those that are left."""
    if refusal.kind is rules.DEVICE_UNKNOWN:
        return _list(refusal.message(translate)), refusal.kind.status
    return refusal_page(refusal)


@devices.get("/userdata/mobileApp/manageMyMobileDevices.cgi")
@requires_sign_in
def manage() -> Page:
    return _list()


def _list(problem: str = "") -> str:
    world = current_world()
    devices = rules.devices_of(world, the_account().uid)
    rows = [(device, enrolment.qr_state(world, device), rules.is_idle(world, device)) for device in devices]
    most = world.settings[s.DEVICE_MAX]
    return render_template("devices/devices.html", devices=rows, most=most, problem=problem)


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
        form.page.data = current_world().random.token(12)
        return render_template("devices/add_device.html", form=form)
    try:
        check_form_owner()
        if problem := pins.pin_problem(current_world(), form.pin.data or "", form.pinConfirm.data or ""):
            raise problem
        device = rules.add_device(
            current_world(),
            the_account().uid,
            name=form.deviceName.data or "",
            pin=form.pin.data or "",
            page=form.page.data or "",
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
    return number_of(request.args.get("device"))


def _qr_page() -> Page:
    """The page of a QR code, a way to a second factor: a user who has one already must use it to see the code."""
    world = current_world()
    if request.method == "POST":
        return _confirm_code(_the_device()) if "otp" in request.form else _delete(_the_device())
    if not _number():
        raise world.refuse(rules.DEVICE_UNKNOWN, got="no number of a device")
    device = rules.find_device(world, the_account().uid, _number())
    state = enrolment.qr_state(world, device)
    if state == "waiting" and (elsewhere := sign_in_with_factor()):
        return elsewhere
    return _qr_of(device, state, DigitsForm(formdata=None))


def _picture(device: Device) -> str:
    world = current_world()
    return qr_picture(world, enrolment.qr_payload(world, device), the_account().email)


def _qr_of(device: Device | None, state: str, form: DigitsForm) -> str:
    """The page of a QR code in this state. form: for the digits of an authenticator, where they count."""
    world = current_world()
    return render_template(
        "devices/device_qr.html",
        device=device,
        state=state,
        form=form if by_authenticator(world) else None,
        picture=_picture(device) if device is not None and state == "waiting" else "",
        expires_at=enrolment.qr_expires_at(world, device) if device is not None else None,
        interrupted=waiting_sign_in(),
    )


def _confirm_code(device: Device) -> Page:
    """Activate the device by the digits of an authenticator, a way to a factor like the QR code."""
    world, form = current_world(), DigitsForm()
    if not by_authenticator(world) or enrolment.qr_state(world, device) != "waiting":
        return go_to(page_url())
    if elsewhere := sign_in_with_factor():
        return elsewhere
    try:
        activate(world, device, form.otp.data or "")
    except Refusal as refusal:
        if refusal.field == "otp":
            form.refuse(refusal)
            return _qr_of(device, "waiting", form)
    return go_to(page_url())


@devices.get("/mobile/state")
@requires_sign_in
def mobile_state() -> Response:
    """Return the state of the QR code to its page, held until it changes."""
    world, number = current_world(), _number()
    uid = the_account().uid

    def changed() -> str | None:
        state = enrolment.qr_state(world, rules.find_device(world, uid, number))
        return None if state == "waiting" else state

    topics = (device_topic(uid), CLOCK_TOPIC)
    state = world.signals.wait(changed, *topics, seconds=LONG_POLL) or "waiting"
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
    if device.state == ACTIVE and (elsewhere := sign_in_with_factor()):
        return elsewhere
    return render_template("devices/confirm_delete.html", device=device, form=PageForm())


def _delete(device: Device) -> Page:
    """An active device is a factor, so deleting it asks for one; others are deleted with the password only."""
    if device.state == ACTIVE and (elsewhere := sign_in_with_factor()):
        return elsewhere
    try:
        remove_device(current_world(), device)
    except Refusal as refusal:
        if refusal.kind is not LAST_FACTOR:
            raise
        form = PageForm()
        form.refuse(refusal)
        return render_template("devices/confirm_delete.html", device=device, form=form)
    return go_to(url_for("devices.manage"))
