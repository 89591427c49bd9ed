"""Phones, by what their owners do with them."""

from collections.abc import Iterator
from contextlib import contextmanager

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.instead import joined, refused_last, screen_of
from eulogin_harness.api.problems import nothing_yet
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.phones import (
    ApproveBody,
    DenyBody,
    InstallBody,
    NewPinBody,
    NothingBody,
    OneTimeCodeAnswer,
    PhoneAnswer,
    PhoneBody,
    PhoneChange,
    PhoneLine,
    PinBody,
    ScanBody,
    SwitchAccountBody,
    UnlinkBody,
)
from mock_phone.accounts import phone_summaries
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
def list_phones() -> Items[PhoneLine]:
    """The phones of this world"""
    world = current_world()
    return Items[PhoneLine](
        items=[
            PhoneLine(id=one.id, owner=one.owner, url=phone_page(world, one.id), installed=one.installed)
            for one in phone_summaries(world)
        ]
    )


@api.post("/api/phones")
@call("phones", PhoneAnswer, status=201)
def create_phone(json: PhoneBody) -> tuple[PhoneAnswer, int]:
    """A new phone"""
    phone = Phone.create(
        current_world(), owner=json.owner, phone_id=json.id, installed=json.installed, allowed=json.allowed
    )
    return _answer(phone), 201


@api.get("/api/phones/<id>")
@call("phones", PhoneAnswer)
def get_phone(id: str) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """What the phone shows, its accounts, open requests"""
    return _answer(_find(id))


@api.patch("/api/phones/<id>")
@call("phones", PhoneAnswer)
def change_phone(id: str, json: PhoneChange) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Change switches of the phone"""
    phone = _find(id)
    phone.change_settings(**json.model_dump())
    return _answer(phone)


@api.post("/api/phones/<id>/install")
@call("phones", PhoneAnswer)
def install_app(id: str, json: InstallBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Install the EU Login app"""
    phone = _find(id)
    phone.install(allowed=json.allowed)
    return _answer(phone)


@api.post("/api/phones/<id>/uninstall")
@call("phones", PhoneAnswer)
def uninstall_app(id: str, json: NothingBody) -> PhoneAnswer:  # noqa: A002, ARG001 - the contract's name; nothing else may come
    """Remove the app with its accounts; EU Login is not told"""
    phone = _find(id)
    phone.uninstall()
    return _answer(phone)


@api.post("/api/phones/<id>/scan")
@call("phones", PhoneAnswer)
def scan_code(id: str, json: ScanBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Scan a QR code from a picture, or by what it holds"""
    phone = _find(id)
    phone.scan(image=json.picture, payload=json.payload)
    return _answer(phone)


@api.post("/api/phones/<id>/initialise")
@call("phones", PhoneAnswer)
def initialise_app(id: str, json: PinBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Confirm the scanned code with the PIN"""
    phone = _find(id)
    phone.initialise(json.pin)
    return _answer(phone)


@api.post("/api/phones/<id>/forget-scan")
@call("phones", PhoneAnswer)
def forget_scan(id: str, json: NothingBody) -> PhoneAnswer:  # noqa: A002, ARG001 - as above
    """Give up what was scanned, or be done with it"""
    phone = _find(id)
    phone.forget_scan()
    return _answer(phone)


@api.post("/api/phones/<id>/one-time-code")
@call("phones", OneTimeCodeAnswer)
def make_one_time_code(id: str, json: NothingBody) -> OneTimeCodeAnswer:  # noqa: A002, ARG001 - as above
    """The one-time password for the scanned sign-in; with `one_time_code = totp` else the active account's"""
    return OneTimeCodeAnswer(code=_find(id).one_time_code())


@api.post("/api/phones/<id>/switch-account")
@call("phones", PhoneAnswer)
def switch_account(id: str, json: SwitchAccountBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Show another account of the app"""
    phone = _find(id)
    phone.switch_account(json.account)
    return _answer(phone)


@api.post("/api/phones/<id>/unlink")
@call("phones", PhoneAnswer)
def unlink_account(id: str, json: UnlinkBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Remove an account from the app; EU Login is not told"""
    phone = _find(id)
    phone.unlink(json.account)
    return _answer(phone)


@api.post("/api/phones/<id>/pin")
@call("phones", PhoneAnswer)
def change_pin(id: str, json: NewPinBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Choose a new PIN, by the password at EU Login"""
    phone = _find(id)
    phone.change_pin(json.password, json.pin, account=json.account)
    return _answer(phone)


@api.post("/api/phones/<id>/approve")
@call("phones", PhoneAnswer)
def approve_request(id: str, json: ApproveBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Approve a sign-in, by PIN or biometrics"""
    phone = _find(id)
    with _waiting(phone, json.wait):
        if json.pin is not None:
            phone.approve(json.pin, request=json.request, wait=json.wait)
        else:
            phone.approve_with_biometrics(request=json.request, wait=json.wait)
    return _answer(phone)


@api.post("/api/phones/<id>/deny")
@call("phones", PhoneAnswer)
def deny_request(id: str, json: DenyBody) -> PhoneAnswer:  # noqa: A002 - the contract's name
    """Deny a sign-in"""
    phone = _find(id)
    with _waiting(phone, json.wait):
        phone.deny(request=json.request, wait=json.wait)
    return _answer(phone)


@contextmanager
def _waiting(phone: Phone, seconds: float) -> Iterator[None]:
    """Report a request that did not come as all calls report that nothing came (contract, `wait`)."""
    try:
        yield
    except Refusal as refusal:
        if refusal.kind == NO_REQUEST:
            instead = joined(screen_of(phone), refused_last(phone.world))
            raise nothing_yet("a request to sign in", instead, seconds) from None
        raise


def _find(phone_id: str) -> Phone:
    return Phone.find(current_world(), phone_id)
