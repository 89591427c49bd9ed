# Made from ../security_key.py by `make reference`: change that one.

"""A security key in a browser: Chromium's virtual authenticator."""

from typing import TYPE_CHECKING, Self

from eulogin_harness.browser.async_api.screen import check_page

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page


class SecurityKey:
    """A key plugged into one page of Chromium: it answers what the page asks, and no prompt is shown."""

    def __init__(self, session: "CDPSession", authenticator: str) -> None:
        self._session = session
        self._id = authenticator

    @classmethod
    async def add(
        cls, page: "Page", *, platform: bool = False, user_verified: bool = True, touched: bool = True
    ) -> Self:
        """Plug a key into a page. Raises TypeError as `Screen` does.

        platform: the computer's own lock (TPM, passkey) instead of a key to plug in. user_verified and touched: see
        `set_user_verified` and `set_touched`.
        """
        check_page(page)
        session = await page.context.new_cdp_session(page)
        await session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal" if platform else "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": user_verified,
            "automaticPresenceSimulation": touched,
        }
        added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(session, added["authenticatorId"])

    async def set_user_verified(self, verified: bool) -> None:
        """Whether it recognises the person; where not, the browser tells the page that the question was cancelled."""
        await self._send_command("setUserVerified", isUserVerified=verified)

    async def set_touched(self, touched: bool) -> None:
        """Whether somebody touches it as soon as a page asks; a page that waits asks again when it is reloaded."""
        await self._send_command("setAutomaticPresenceSimulation", enabled=touched)

    async def remove(self) -> None:
        """Pull it out; what was registered with it is lost."""
        await self._send_command("removeVirtualAuthenticator")

    async def _send_command(self, command: str, **params: bool) -> None:
        await self._session.send(f"WebAuthn.{command}", {"authenticatorId": self._id, **params})
