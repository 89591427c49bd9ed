"""The app's HTTP interface below `/cas/app/` (our choice; the real one is not public)."""

import hmac
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select

from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.factors.devices.enrolment import DeviceDescription, enrol
from mock_idp.factors.devices.model import ACTIVE, BLOCKED, Device, SignInRequest, device_topic, secret_bytes
from mock_idp.factors.devices.pin_change import change_pin
from mock_idp.factors.devices.pins import DEVICE_BLOCKED
from mock_idp.factors.devices.rules import find_device
from mock_idp.factors.devices.sign_in_requests import (
    answer,
    ids_on_phone,
    open_requests,
    requests_topic,
    seconds_to_lapse,
)
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_
from mock_world.web import current_world
from mock_world.web.problems import problem, refusal_problem
from mock_world.world import CLOCK_TOPIC

app_interface = Blueprint("app_interface", __name__, url_prefix="/cas/app")

NOT_AUTHENTICATED = RefusalKind(
    "device.not_authenticated",
    message=N_("Delete this device on the EU Login page and add it again: it is not known any more."),
    expected="Authorization: Device <device_identifier> <HMAC-SHA-512 of method, path, query and body>",
    remedy="delete the device and add it again",
    status=401,
)
_LONGEST_WAIT = 60.0  # seconds


class _DeviceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = ""
    os: str = ""
    manufacturer: str = ""
    model: str = ""


class _EnrolmentBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pin: str
    device: _DeviceBody = _DeviceBody()


class _PinBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    username: str
    password: str
    pin: str


class _AnswerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    decision: Literal["approve", "deny"]
    verified_by: Literal["pin", "biometrics"] = "pin"
    pin: str | None = None
    proof: str


app_interface.register_error_handler(Refusal, refusal_problem)


@app_interface.errorhandler(ValidationError)
def _wrong_body(error: ValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the body"
    detail = f"{where}: {first['msg']}"
    return problem(422, "body.wrong", "The body cannot be read", detail, "send the fields of the app's interface")


def _device(world: World) -> Device:
    """The device that signed this call. Raises Refusal (device.not_authenticated, device.blocked)."""
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    identifier, _, signature = rest.partition(" ")
    with world.database.reading() as db:
        device = db.scalar(select(Device).where(Device.identifier == identifier))
    if (
        kind != "Device"
        or device is None
        or not hmac.compare_digest(_signature(device).encode(), signature.lower().encode())
    ):
        raise world.refuse(NOT_AUTHENTICATED, got="another signature, or a device that was deleted")
    if device.state == BLOCKED:
        most = world.settings[s.DEVICE_PIN_TRIES]
        raise world.refuse(DEVICE_BLOCKED, got="a blocked device", most=most, tries_left=0)
    return device


def _signature(device: Device) -> str:
    head = f"{request.method}\n{request.script_root}{request.path}\n{request.query_string.decode()}\n"
    return hmac.digest(secret_bytes(device.secret), head.encode() + request.get_data(), "sha512").hex()


@app_interface.post("/enrolments/<enrolment>")
def enrolments(enrolment: str) -> Response:
    body = _EnrolmentBody.model_validate_json(request.get_data())
    description = DeviceDescription(**body.device.model_dump())
    enrolled = enrol(current_world(), enrolment, pin=body.pin, description=description)
    return jsonify(device_identifier=enrolled.device_identifier, account=enrolled.account, secret=enrolled.secret)


@app_interface.get("/requests")
def requests() -> Response:
    world = current_world()
    device = _device(world)
    seen = set(filter(None, request.args.get("seen", "").split(",")))
    longest = min(_LONGEST_WAIT, seconds_to_lapse(world, device.uid))
    seconds = min(request.args.get("wait", 0.0, type=float), longest)
    topics = (requests_topic(device.uid), device_topic(device.uid), CLOCK_TOPIC)
    world.signals.wait(lambda: _has_news(world, device, seen), *topics, seconds=seconds)
    device = _device(world)  # it may have been deleted or blocked meanwhile
    with world.database.session() as db:
        account = db.get_one(Account, device.uid)
        waiting = [(shown, item) for item in open_requests(world, device.uid) for shown in ids_on_phone(item)]
        items = [_as_json(item, account) | {"id": shown} for shown, item in waiting]
        return jsonify(account=account.email, items=items)


def _has_news(world: World, device: Device, seen: AbstractSet[str]) -> bool | None:
    """True where others than the requests `seen` (ids) wait, or the device is active no more; None keeps waiting."""
    current_device = find_device(world, device.uid, device.id)
    if current_device is None or current_device.state != ACTIVE:
        return True
    return {shown for item in open_requests(world, device.uid) for shown in ids_on_phone(item)} != seen or None


def _as_json(item: SignInRequest, account: Account) -> dict[str, Any]:
    return {
        "id": item.id,
        "challenge": item.challenge,
        "account": account.email,
        "service": item.service,
        "strength": item.strength,
        "sent_at": item.sent_at.isoformat(),
        "expires_at": item.expires_at.isoformat(),
    }


@app_interface.put("/pin")
def another_pin() -> Response:
    """Change the PIN; attempts left are a PIN's everywhere else here, so the password's are reported in words alone."""
    world = current_world()
    body = _PinBody.model_validate_json(request.get_data())
    device = _device(world)
    try:
        change_pin(world, device, username=body.username, password=body.password, pin=body.pin)
    except Refusal as refusal:
        return refusal_problem(refusal, without={"tries_left"})
    return jsonify(state="changed")


@app_interface.post("/requests/<request_id>")
def answers(request_id: str) -> Response:
    world = current_world()
    body = _AnswerBody.model_validate_json(request.get_data())
    device = _device(world)
    pin = (body.pin or "") if body.verified_by == "pin" else None
    approve = body.decision == "approve"
    answer(world, device, request_id, approve=approve, pin=pin, proof=body.proof)
    return jsonify(state="approved" if approve else "denied")
