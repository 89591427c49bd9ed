"""The app's calls to EU Login: all that a phone knows of it (contract, "The app's interface")."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mock_phone import refusals as no
from mock_phone.model import AccountRow, OpenRequest
from mock_phone.qr_codes import EnrolmentCode, decoded
from mock_world.calls import TIMEOUT, call
from mock_world.refusal import Refusal, RefusalKind
from mock_world.world import World

Decision = Literal["approve", "deny"]
T = TypeVar("T", bound=BaseModel)

_ENROLMENT_REFUSALS = {404: no.CODE_UNKNOWN, 409: no.CODE_USED, 410: no.CODE_EXPIRED}
_REQUEST_REFUSALS = {404: no.REQUEST_GONE, 409: no.REQUEST_ANSWERED, 410: no.REQUEST_LAPSED}
_PASSWORD_REFUSALS = {"signin.wrong_password": no.PASSWORD_WRONG, "signin.locked": no.PASSWORD_LOCKED}


def _readable(text: str) -> str:
    decoded(text)
    return text


Base64Url = Annotated[str, Field(min_length=1), AfterValidator(_readable)]


class Enrolled(BaseModel):
    """EU Login's answer to an enrolment."""

    model_config = ConfigDict(hide_input_in_errors=True)

    device_identifier: str = Field(pattern=r"^[!-~]+$")  # it goes into a header
    account: str
    secret: Base64Url


class _Request(BaseModel):
    """One line of EU Login's list."""

    id: str
    account: str
    challenge: Base64Url
    service: str | None
    strength: str
    sent_at: datetime
    expires_at: datetime


class _Requests(BaseModel):
    account: str
    items: list[_Request]


def hmac_sha512(secret: str, message: bytes) -> str:
    """HMAC-SHA-512 in hexadecimal; `secret` is base64url."""
    return hmac.new(decoded(secret), message, hashlib.sha512).hexdigest()


def enrol(world: World, code: EnrolmentCode, pin: str, device: Mapping[str, str]) -> Enrolled:
    """Confirm an enrolment with its PIN.

    Raises Refusal (phone.pin_wrong, .device_blocked, .code_unknown, .code_used, .code_expired).
    """
    url = f"{code.server}/cas/app/enrolments/{code.enrolment}"
    answer = _send(world, "POST", url, {"pin": pin, "device": dict(device)})
    _check(world, answer, code.account, _ENROLMENT_REFUSALS)
    return _read(world, answer, Enrolled)


def open_requests(
    world: World, account: AccountRow, wait: float = 0, seen: Collection[str] = ()
) -> tuple[str, list[OpenRequest]]:
    """The address that the account has at EU Login now, and the requests that wait for this device.

    EU Login holds its answer up to `wait` seconds while they are those `seen`.
    Raises Refusal (phone.device_unknown, .device_blocked).
    """
    url = f"{_base(world, account)}/cas/app/requests?wait={wait:g}&seen={','.join(seen)}"
    answer = _send(world, "GET", url, account=account, seconds=TIMEOUT + wait)
    _check(world, answer, account.account, {})
    answered = _read(world, answer, _Requests)
    return answered.account, [_request(account, line) for line in answered.items]


def _request(account: AccountRow, line: _Request) -> OpenRequest:
    return OpenRequest(
        id=line.id,
        account=line.account,
        server=account.server,
        service=line.service or "",
        strength=line.strength,
        sent_at=line.sent_at,
        expires_at=line.expires_at,
        device=account.device_identifier,
        challenge=decoded(line.challenge),
    )


def answer_request(
    world: World, account: AccountRow, request: OpenRequest, decision: Decision, *, pin: str | None = None
) -> None:
    """Approve or deny; the proof shows that this device has the secret. Without `pin`: by biometrics.

    Raises Refusal (phone.pin_wrong, .device_blocked, .device_unknown, .request_lapsed, .request_answered,
    .request_gone).
    """
    body = {"decision": decision, "proof": hmac_sha512(account.secret, request.challenge)}
    if decision == "approve":
        body |= {"verified_by": "biometrics"} if pin is None else {"verified_by": "pin", "pin": pin}
    url = f"{_base(world, account)}/cas/app/requests/{request.id}"
    answer = _send(world, "POST", url, body, account=account)
    _check(world, answer, account.account, _REQUEST_REFUSALS)


def change_pin(world: World, account: AccountRow, password: str, pin: str) -> None:
    """Choose a new PIN by the account's password (facts, the app, 12.5).

    Raises Refusal (phone.password_wrong, .password_locked, .credentials_refused, .device_blocked, .device_unknown,
    .pin_form).
    """
    body = {"username": account.account, "password": password, "pin": pin}
    answer = _send(world, "PUT", f"{_base(world, account)}/cas/app/pin", body, account=account)
    if answer.status_code == requests.codes.forbidden:
        raise _credentials_refused(world, account.account, _problem(answer))
    _check(world, answer, account.account, {422: no.PIN_FORM})


def _credentials_refused(world: World, account: str, problem: Mapping[str, Any]) -> Refusal:
    kind = _PASSWORD_REFUSALS.get(problem.get("type", ""))
    if kind is None and problem.get("tries_left") == 0:
        return _pin_refused(world, account, 0)
    got = f"403 of EU Login: {problem.get('type')}"
    return world.refuse(kind or no.CREDENTIALS_REFUSED, got=got, person=account, field="password", account=account)


def _base(world: World, account: AccountRow) -> str:
    return account.server or world.addresses.internal("idp")


def _send(
    world: World,
    method: str,
    url: str,
    body: Mapping[str, object] | None = None,
    *,
    account: AccountRow | None = None,
    seconds: float = TIMEOUT,
) -> requests.Response:
    """Call EU Login; with `account` the device signs the call."""
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if account is not None:
        headers["Authorization"] = authorization(account, method, url, content)
    try:
        return call(world, method, url, body=content or None, headers=headers, seconds=seconds)
    except requests.RequestException as error:
        server = urlsplit(url).netloc
        raise world.refuse(no.UNREACHABLE, got=type(error).__name__, server=server) from None


def authorization(account: AccountRow, method: str, url: str, content: bytes) -> str:
    """The header by which a device shows who it is: HMAC over method, path, query and body, line by line."""
    parts = urlsplit(url)
    message = f"{method}\n{parts.path}\n{parts.query}\n".encode() + content
    return f"Device {account.device_identifier} {hmac_sha512(account.secret, message)}"


def _check(world: World, answer: requests.Response, account: str, kinds: Mapping[int, RefusalKind]) -> None:
    """Raise what EU Login's answer means, where it is a no."""
    if answer.ok:
        return
    tries_left = _problem(answer).get("tries_left")
    if answer.status_code == requests.codes.forbidden and isinstance(tries_left, int):
        raise _pin_refused(world, account, tries_left)
    kind = kinds.get(answer.status_code, no.ODD_ANSWER)
    if answer.status_code == requests.codes.unavailable:
        kind = no.UNREACHABLE
    if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
        kind = no.DEVICE_UNKNOWN
    server = urlsplit(answer.url).netloc
    got = f"{answer.status_code} of EU Login"
    raise world.refuse(kind, got=got, person=account, account=account, server=server)


def _pin_refused(world: World, account: str, tries_left: int) -> Refusal:
    if tries_left <= 0:
        return world.refuse(no.DEVICE_BLOCKED, got="a blocked device", person=account, field="pin")
    return world.refuse(no.PIN_WRONG, got="another PIN", person=account, field="pin", tries_left=tries_left)


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except requests.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _read(world: World, answer: requests.Response, kind: type[T]) -> T:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        server = urlsplit(answer.url).netloc
        problem = error.errors(include_input=False)[0]
        got = f"{answer.status_code} with {'.'.join(map(str, problem['loc']))}: {problem['type']}"
        raise world.refuse(no.ODD_ANSWER, got=got, server=server) from None
