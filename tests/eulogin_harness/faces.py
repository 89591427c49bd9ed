"""The three faces of a phone behind one set of deeds, each answered by the sentence that refuses it, or by nothing.

Python object, control API by its client, and pages as a browser without script uses them.
"""

import re
from abc import ABC, abstractmethod
from html import unescape
from typing import Any

import requests

from eulogin_harness.client import ProblemError
from eulogin_harness.client import World as Client
from mock_phone import Phone
from mock_world import Refusal, World

_OVER = re.compile(r'class="result result--over".*?<strong>(.*?)</strong>', re.DOTALL)
_ALERT = re.compile(r'role="alert"(?![^>]*hidden)[^>]*>(.*?)</p>|class="error"[^>]*>(.*?)</p>', re.DOTALL)


class Face(ABC):
    """A phone, by what its owner does. Deeds are named like the methods of mock_phone.Phone.

    request: the one that came last, which a page is about.
    """

    def __init__(self, world: World, client: Client, phone: str) -> None:
        self.world, self.client, self.phone = world, client, phone
        self.request = ""

    @abstractmethod
    def does(self, deed: str, given: dict[str, Any]) -> str:
        """Do it, and say by which sentence it was refused."""

    @abstractmethod
    def shows(self) -> tuple[str, str]:
        """State of the home screen, and the account that the app shows."""

    @abstractmethod
    def code(self) -> str:
        """The one-time password for the scanned sign-in."""


def _state(shown: dict[str, Any]) -> str:
    """What the home screen is about, of what a phone says that it shows."""
    active = next((one for one in shown["accounts"] if one["active"]), None)
    if not shown["installed"]:
        return "not installed"
    if active is None:
        return "reinstalled" if shown["lost"] else "welcome"
    if not active["known"]:
        return "not-linked"
    if shown["trouble"]:
        return "blocked" if "too many wrong PINs" in shown["trouble"] else "trouble"
    if shown["requests"] and all(one["account"] != active["account"] for one in shown["requests"]):
        return "other-account"
    return "waiting" if shown["requests"] else "ready"


class ByObject(Face):
    """The Python object."""

    @property
    def _phone(self) -> Phone:
        return Phone.find(self.world, self.phone)

    def does(self, deed: str, given: dict[str, Any]) -> str:
        try:
            getattr(self._phone, deed)(**given)
        except Refusal as refusal:
            return refusal.message()
        return ""

    def shows(self) -> tuple[str, str]:
        shown = self._phone.shows()
        return _state(shown), shown["active_account"] or ""

    def code(self) -> str:
        return self._phone.one_time_code()


class ByApi(Face):
    """The control API, by its client, whose `change` is the object's `change_settings`."""

    def does(self, deed: str, given: dict[str, Any]) -> str:
        if deed in {"approve", "approve_with_biometrics", "deny"}:
            given |= {"seconds": 0}
        phone = self.client.phones.get(self.phone)
        try:
            getattr(phone, "change" if deed == "change_settings" else deed)(**given)
        except ProblemError as problem:
            return problem.title
        return ""

    def shows(self) -> tuple[str, str]:
        shown = self.client.phones.get(self.phone).screen.model_dump()
        return _state(shown), shown["active_account"] or ""

    def code(self) -> str:
        return self.client.phones.get(self.phone).one_time_code()


class ByPages(Face):
    """The phone's pages, without script; only biometrics are switched on elsewhere, since that takes script there."""

    def __init__(self, world: World, client: Client, phone: str) -> None:
        super().__init__(world, client, phone)
        self._http = requests.Session()
        self._base = f"{client.addresses.phone}/phones/{phone}"

    def _open(self, path: str) -> requests.Response:
        return self._http.get(self._base + path, timeout=30)

    def _send(self, path: str, files: dict[str, Any] | None = None, **fields: str) -> str:
        """Send a form with the token of an open page: the sentence that the answer refuses by."""
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self._open("/store/eu-login").text)
        if token is None:
            token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self._open("/system").text)
        assert token
        data = {"csrf_token": token[1], **fields}
        page = self._http.post(self._base + path, data=data, files=files, timeout=30)
        if page.url.endswith("/store") and path != "/remove":  # it leads there where the app is missing
            return "Install the EU Login app from the app store first."
        if over := _OVER.search(page.text):  # home tells that there was nothing left to answer
            return over[1]
        if page.history:  # it went on; what the next screen says in general is no refusal of this deed
            return ""
        found = [part for match in _ALERT.findall(page.text) for part in match if part]
        return unescape(re.sub(r"<[^>]+>", "", found[0])).strip() if found else ""

    def does(self, deed: str, given: dict[str, Any]) -> str:
        self.request = given.pop("request", self.request)
        return str(getattr(self, f"_{deed}")(**given))

    def _install(self, *, allowed: bool = True) -> str:
        self._send("/store/eu-login")
        for name in ("notifications", "camera"):
            self._send(f"/permissions/{name}", answer="allow" if allowed else "refuse")
        return ""

    def _uninstall(self) -> str:
        return self._send("/remove")

    def _scan(self, *, payload: str = "", image: bytes = b"") -> str:
        files = {"image": ("screen.png", image)} if image else None
        return self._send("/scan", files, **({"payload": payload} if payload else {}))

    def _initialise(self, *, pin: str) -> str:
        return self._send("/pin", pin=pin)

    def _approve(self, *, pin: str) -> str:
        return self._send(f"/requests/{self.request}/pin", pin=pin)

    def _approve_with_biometrics(self) -> str:
        return self._send(f"/requests/{self.request}/biometrics")

    def _deny(self) -> str:
        return self._send(f"/requests/{self.request}/deny")

    def _switch_account(self, *, account: str) -> str:
        return self._send("/accounts/switch", account=account)

    def _unlink(self) -> str:
        _, active = self.shows()
        return self._send("/unlink", account=active)

    def _change_pin(self, *, password: str, pin: str) -> str:
        _, active = self.shows()
        return self._send("/forgot-pin", username=active, password=password, pin=pin, pinConfirm=pin)

    def _change_settings(self, **switches: Any) -> str:
        if "biometrics" in switches:
            self.client.phones.get(self.phone).change(**switches)
            return ""
        return "".join(self._send("/settings", switch=name, to="on" if on else "off") for name, on in switches.items())

    def shows(self) -> tuple[str, str]:
        page = self._open("/home")
        found = re.search(r'<body data-page="([^"]*)" data-state="([^"]*)"', page.text)
        assert found
        if found[1] == "phone-store":
            return "not installed", ""
        accounts = self._open("/accounts").text
        active = re.search(r"<strong>([^<]+@[^<]+)</strong>\s*<span class=\"tag tag--good\">Active", accounts)
        return found[2], active[1] if active else ""

    def code(self) -> str:
        found = re.search(r'id="one-time-code"><span>(\w+)</span><span>(\w+)</span>', self._open("/code").text)
        assert found
        return found[1] + found[2]
