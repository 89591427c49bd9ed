"""Two faces of a phone behind one set of deeds, each answered by the sentence that refuses it, or by nothing.

Control API by its client, and pages as a browser without script uses them.
"""

import re
from abc import ABC, abstractmethod
from html import unescape
from typing import Any

import requests

from eulogin_harness.client import ProblemError
from eulogin_harness.client import World as Client
from mock_world import World

_AT = re.compile(r'<body data-page="([^"]*)" data-state="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')
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
        """Do it, and say by which sentence it was refused, or to which page and state a page leads instead."""

    @abstractmethod
    def shows(self) -> tuple[str, str]:
        """State of the home screen, and the account that the app shows."""

    @abstractmethod
    def code(self) -> str:
        """The one-time password for the scanned sign-in."""


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
        screen = self.client.phones.get(self.phone).screen
        return screen.state, screen.active_account or ""

    def code(self) -> str:
        return self.client.phones.get(self.phone).one_time_code()


class ByPages(Face):
    """The phone's pages, without script; only biometrics are switched on elsewhere, since that takes script there."""

    def __init__(self, world: World, client: Client, phone: str) -> None:
        super().__init__(world, client, phone)
        self._http = requests.Session()
        self._token = ""
        self._base = f"{client.addresses.phone}/phones/{phone}"

    def _open(self, path: str) -> requests.Response:
        return self._http.get(self._base + path, timeout=30)

    def _send(self, path: str, *to: str, files: dict[str, Any] | None = None, **fields: str) -> str:
        """Send a form: the sentence that the answer refuses by, or the page that it leads to where that is not `to`."""
        if not self._token:
            self._token = _TOKEN.findall(self._open("/system").text)[0]
        data = {"csrf_token": self._token, **fields}
        page = self._http.post(self._base + path, data=data, files=files, timeout=30)
        if page.history:  # what the next screen says in general is no refusal of this deed
            return self._led(page, *to)
        found = [part for match in _ALERT.findall(page.text) for part in match if part]
        return unescape(re.sub(r"<[^>]+>", "", found[0])).strip() if found else "neither a refusal nor another page"

    def _led(self, page: requests.Response, *to: str) -> str:
        at = " ".join(_AT.findall(page.text)[0])
        return "" if at in to else at

    def does(self, deed: str, given: dict[str, Any]) -> str:
        self.request = given.pop("request", self.request)
        return str(getattr(self, f"_{deed}")(**given))

    def _install(self, *, allowed: bool = True) -> str:
        answer, leads_to = ("allow", "phone-scan ready") if allowed else ("refuse", "phone-missing ready")
        return (
            self._send("/store/eu-login", "phone-store installed")
            or self._send("/permissions/notifications", "phone-home welcome", "phone-home reinstalled", answer=answer)
            or self._send("/permissions/camera", leads_to, answer=answer)
        )

    def _uninstall(self) -> str:
        return self._send("/remove", "phone-store ready")

    def _scan(self, *, payload: str = "", image: bytes = b"") -> str:
        files = {"image": ("screen.png", image)} if image else None
        to = ("phone-pin ready", "phone-code ready")
        return self._send("/scan", *to, files=files, **({"payload": payload} if payload else {}))

    def _forget_scan(self) -> str:
        return self._send("/scan/forget", "phone-home welcome", "phone-home ready")

    def _one_time_code(self) -> str:
        return self._led(self._open("/code"), "phone-code ready", "phone-code totp")

    def _initialise(self, *, pin: str) -> str:
        return self._send("/pin", "phone-pin configured", pin=pin)

    def _approve(self, *, pin: str) -> str:
        return self._send(f"/requests/{self.request}/pin", "phone-home approved", pin=pin)

    def _approve_with_biometrics(self) -> str:
        return self._send(f"/requests/{self.request}/biometrics", "phone-home approved")

    def _deny(self) -> str:
        return self._send(f"/requests/{self.request}/deny", "phone-home denied")

    def _switch_account(self, *, account: str) -> str:
        return self._send("/accounts/switch", "phone-home ready", "phone-request ready", account=account)

    def _unlink(self, *, account: str = "") -> str:
        return self._send("/unlink", "phone-home unlinked", account=account or self.shows()[1])

    def _change_pin(self, *, password: str, pin: str) -> str:
        _, active = self.shows()
        to = "phone-forgot-pin changed"
        return self._send("/forgot-pin", to, username=active, password=password, pin=pin, pinConfirm=pin)

    def _change_settings(self, **switches: Any) -> str:
        if "biometrics" in switches:
            self.client.phones.get(self.phone).change(**switches)
            return ""
        leads_to = "phone-system ready"
        if "clock_offset" in switches:
            return self._send("/clock", leads_to, clock=switches["clock_offset"])
        turned = {name: "on" if on else "off" for name, on in switches.items()}
        return "".join(self._send("/settings", leads_to, switch=name, to=state) for name, state in turned.items())

    def shows(self) -> tuple[str, str]:
        page = self._open("/home")
        ((at, state),) = _AT.findall(page.text)
        if at == "phone-store":
            return "not-installed", ""
        accounts = self._open("/accounts").text
        active = re.search(r"<strong>([^<]+@[^<]+)</strong>\s*<span class=\"tag tag--good\">Active", accounts)
        return state, active[1] if active else ""

    def code(self) -> str:
        found = re.search(r'id="one-time-code"[^>]*><span>(\w+)</span><span>(\w+)</span>', self._open("/code").text)
        assert found
        return found[1] + found[2]
