"""A security key in a browser: Chromium's virtual authenticator."""

from typing import TYPE_CHECKING, Self

from eulogin_harness.browser.screen import check_page

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page


class SecurityKey:
    """A key plugged into one page of Chromium: it answers what the page asks, and no prompt is shown."""

    def __init__(self, session: "CDPSession", authenticator: str) -> None:
        self._session = session
        self._id = authenticator

    @classmethod
    def add(cls, page: "Page", *, platform: bool = False, user_verified: bool = True, touched: bool = True) -> Self:
        """Plug a key into a page. Raises TypeError as `Screen` does.

        platform: the computer's own lock (TPM, passkey) instead of a key to plug in. user_verified and touched: see
        `set_user_verified` and `set_touched`.
        """
        check_page(page)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal" if platform else "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": user_verified,
            "automaticPresenceSimulation": touched,
        }
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(session, added["authenticatorId"])

    def set_user_verified(self, verified: bool) -> None:
        """Whether it recognises the person; where not, the browser tells the page that the question was cancelled."""
        self._send_command("setUserVerified", isUserVerified=verified)

    def set_touched(self, touched: bool) -> None:
        """Whether somebody touches it as soon as a page asks; a page that waits asks again when it is reloaded."""
        self._send_command("setAutomaticPresenceSimulation", enabled=touched)

    def remove(self) -> None:
        """Pull it out; what was registered with it is lost."""
        self._send_command("removeVirtualAuthenticator")

    def _send_command(self, command: str, **params: bool) -> None:
        self._session.send(f"WebAuthn.{command}", {"authenticatorId": self._id, **params})
