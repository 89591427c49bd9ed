"""Phones, as their owners use them."""

import base64
from typing import Any, Unpack

from eulogin_harness.client.connection import WAIT, Connection, Resource, described, given, iso
from eulogin_harness.client.names import PhoneChanges
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.phones import OneTimeCodeAnswer, PhoneAnswer, PhoneLine


class Phone:
    """One phone, as its owner uses it. `screen` and each deed answer with what it shows."""

    def __init__(self, connection: Connection, phone_id: str) -> None:
        self._connection = connection
        self.id = phone_id

    def __repr__(self) -> str:
        return f"<Phone {self.id}, {described(self._shown)}>"

    def _shown(self) -> str:
        """What stands on its home, and whom it is for."""
        screen = self.screen
        off = [name for name in ("online", "notifications") if not getattr(screen.settings, name)]
        accounts = ", ".join(one.account for one in screen.accounts) or "no account"
        waiting = f"{len(screen.requests)} open requests"
        return "; ".join([f"{screen.state} at {screen.url}", accounts, waiting, *(f"{name} off" for name in off)])

    def _do(self, deed: str, hold: float = 0, **body: Any) -> PhoneAnswer:
        path = f"/api/phones/{self.id}/{deed}"
        return self._connection.ask(PhoneAnswer, "POST", path, wait=hold, json=body)

    @property
    def screen(self) -> PhoneAnswer:
        """What the phone shows."""
        return self._connection.ask(PhoneAnswer, "GET", f"/api/phones/{self.id}")

    @property
    def url(self) -> str:
        """Address of the phone's page."""
        return self.screen.url

    def scan(self, image: bytes | None = None, *, payload: str | None = None) -> PhoneAnswer:
        """Scan the QR code of a new device or of a sign-in, from a picture (a screenshot), or by what it holds."""
        picture = None if image is None else base64.b64encode(image).decode()
        return self._do("scan", **given(image=picture, payload=payload))

    def forget_scan(self) -> PhoneAnswer:
        """Give up what was scanned, or be done with it."""
        return self._do("forget-scan")

    def initialise(self, pin: str) -> PhoneAnswer:
        """Confirm the scanned code of a new device with its PIN."""
        return self._do("initialise", pin=pin)

    def one_time_code(self) -> str:
        """The one-time password for the scanned sign-in; the six digits with setting `one_time_code` = totp."""
        path = f"/api/phones/{self.id}/one-time-code"
        return self._connection.ask(OneTimeCodeAnswer, "POST", path, json={}).code

    def install(self, *, allowed: bool = True) -> PhoneAnswer:
        """Install the EU Login app. allowed: it may send notifications and use the camera at once; else it asks."""
        return self._do("install", allowed=allowed)

    def uninstall(self) -> PhoneAnswer:
        """Remove the app with its accounts: their links are broken, though EU Login is not notified."""
        return self._do("uninstall")

    def switch_account(self, account: str) -> PhoneAnswer:
        """Show another account of the app (its e-mail address)."""
        return self._do("switch-account", account=account)

    def unlink(self, account: str | None = None) -> PhoneAnswer:
        """Remove an account from the app, by default the active one; EU Login is not notified."""
        return self._do("unlink", **given(account=account))

    def change_pin(self, password: str, pin: str, *, account: str | None = None) -> PhoneAnswer:
        """Choose a new PIN by the account's password at EU Login; biometrics are switched off."""
        return self._do("pin", **given(password=password, pin=pin, account=account))

    def approve(self, pin: str, *, request: str | None = None, seconds: float = WAIT) -> PhoneAnswer:
        """Approve a sign-in, waiting for it."""
        return self._do("approve", seconds, **given(pin=pin, request=request, wait=seconds))

    def approve_with_biometrics(self, *, request: str | None = None, seconds: float = WAIT) -> PhoneAnswer:
        """Approve a sign-in by fingerprint or face, waiting for it."""
        return self._do("approve", seconds, **given(biometrics=True, request=request, wait=seconds))

    def deny(self, *, request: str | None = None, seconds: float = WAIT) -> PhoneAnswer:
        """Deny a sign-in, waiting for it."""
        return self._do("deny", seconds, **given(request=request, wait=seconds))

    def change(self, **switches: Unpack[PhoneChanges]) -> PhoneAnswer:
        """Change switches: `online`, `notifications`, `camera`, `screen_lock`, `biometrics` (fingerprint, face, or
        empty), `auto_approve`, `clock_offset` (ISO 8601: "-PT5M" is five minutes slow).
        """
        return self._connection.ask(PhoneAnswer, "PATCH", f"/api/phones/{self.id}", json=iso(switches))


class Phones(Resource):
    """The phones of a world."""

    def create(
        self, *, owner: str = "", installed: bool = True, allowed: bool = True, phone_id: str | None = None
    ) -> Phone:
        """A new phone; not `installed`, the EU Login app waits in its store. allowed: see Phone.install()."""
        body = given(owner=owner, installed=installed, allowed=allowed, id=phone_id)
        answer = self._connection.ask(PhoneAnswer, "POST", "/api/phones", json=body)
        return Phone(self._connection, answer.id)

    def get(self, phone_id: str) -> Phone:
        """The phone of that id, such as `persona.phone_id`."""
        return Phone(self._connection, phone_id)

    def list(self) -> list[PhoneLine]:
        """The phones, without their screens."""
        return self._connection.ask(Items[PhoneLine], "GET", "/api/phones").items
