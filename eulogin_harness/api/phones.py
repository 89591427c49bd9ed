"""Phones, by what their owners do with them."""

from collections.abc import Iterator
from contextlib import contextmanager

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import nothing_yet
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.phones import (
    ApproveBody,
    DenyBody,
    PhoneAnswer,
    PhoneBody,
    PhoneChange,
    PhoneLine,
    PinBody,
    ScanBody,
)
from mock_phone.phone import Phone
from mock_phone.refusals import NO_REQUEST
from mock_world import Refusal, World
from mock_world.web import current_world


def phone_page(world: World, phone_id: str) -> str:
    """Address of a phone's page."""
    return world.addresses.public("phone", f"/phones/{phone_id}")


def _answer(phone: Phone) -> PhoneAnswer:
    return PhoneAnswer.model_validate(phone.shows() | {"url": phone_page(phone.world, phone.id)})


@api.get("/api/phones")
@call("phones", Items[PhoneLine])
def phones() -> Items[PhoneLine]:
    """The phones of this world"""
    world = current_world()
    return Items[PhoneLine](
        items=[
            PhoneLine(id=one.id, owner=one.owner, url=phone_page(world, one.id), installed=one.installed)
            for one in Phone.all(world)
        ]
    )


@api.post("/api/phones")
@call("phones", PhoneAnswer, status=201)
def create_phone(json: PhoneBody) -> tuple[PhoneAnswer, int]:
    """A new phone"""
    phone = Phone.create(current_world(), owner=json.owner, phone_id=json.id, installed=json.installed)
    return _answer(phone), 201


@api.get("/api/phones/<id>")
@call("phones", PhoneAnswer)
def phone(id: str) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """What the phone shows, its accounts, open requests"""
    return _answer(_find(id))


@api.patch("/api/phones/<id>")
@call("phones", PhoneAnswer)
def change_phone(id: str, json: PhoneChange) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Change switches of the phone"""
    found = _find(id)
    found.change_settings(**json.model_dump())
    return _answer(found)


@api.post("/api/phones/<id>/scan")
@call("phones", PhoneAnswer)
def scan(id: str, json: ScanBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Scan a QR code from a picture, or by what it holds"""
    found = _find(id)
    found.scan(image=json.picture, payload=json.payload)
    return _answer(found)


@api.post("/api/phones/<id>/initialise")
@call("phones", PhoneAnswer)
def initialise(id: str, json: PinBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Confirm the scanned code with the PIN"""
    found = _find(id)
    found.initialise(json.pin)
    return _answer(found)


@api.post("/api/phones/<id>/approve")
@call("phones", PhoneAnswer)
def approve(id: str, json: ApproveBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Approve a sign-in, by PIN or biometrics"""
    found = _find(id)
    with _waiting(json.wait):
        if json.pin is not None:
            found.approve(json.pin, request=json.request, wait=json.wait)
        else:
            found.approve_with_biometrics(request=json.request, wait=json.wait)
    return _answer(found)


@api.post("/api/phones/<id>/deny")
@call("phones", PhoneAnswer)
def deny(id: str, json: DenyBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Deny a sign-in"""
    found = _find(id)
    with _waiting(json.wait):
        found.deny(request=json.request, wait=json.wait)
    return _answer(found)


@contextmanager
def _waiting(seconds: float) -> Iterator[None]:
    """A request that did not come is what all calls say of nothing (contract, `wait`)."""
    try:
        yield
    except Refusal as refusal:
        if refusal.kind == NO_REQUEST:
            raise nothing_yet("a request to sign in", "no request", seconds) from None
        raise


def _find(phone_id: str) -> Phone:
    return Phone.find(current_world(), phone_id)
