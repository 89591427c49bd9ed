"""A security key in a browser: Chromium's virtual authenticator."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


class SecurityKey:
    """A key plugged into one page of Chromium: it answers what the page asks, and no prompt is shown.

    platform: the computer's own lock (TPM, passkey) instead of a key to plug in. user_verified: whether it
    recognises the person; where it does not, the browser tells the page that the question was cancelled.
    touched: whether somebody touches it as soon as a page asks; a page that waits already asks again when it is
    reloaded.
    """

    def __init__(
        self, page: "Page", *, platform: bool = False, user_verified: bool = True, touched: bool = True
    ) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal" if platform else "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": user_verified,
            "automaticPresenceSimulation": touched,
        }
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id: str = added["authenticatorId"]
        self._user_verified, self._touched = user_verified, touched

    @property
    def user_verified(self) -> bool:
        return self._user_verified

    @user_verified.setter
    def user_verified(self, verified: bool) -> None:
        self._send_command("setUserVerified", isUserVerified=verified)
        self._user_verified = verified

    @property
    def touched(self) -> bool:
        return self._touched

    @touched.setter
    def touched(self, touched: bool) -> None:
        self._send_command("setAutomaticPresenceSimulation", enabled=touched)
        self._touched = touched

    def remove(self) -> None:
        """Pull it out; what was registered with it is lost."""
        self._send_command("removeVirtualAuthenticator")

    def _send_command(self, command: str, **params: bool) -> None:
        self._session.send(f"WebAuthn.{command}", {"authenticatorId": self._id, **params})
