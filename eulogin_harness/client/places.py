"""Pages where browsers start."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EuLoginPlaces:
    """Pages of EU Login. url: its base, as in `http://localhost:8401/cas`."""

    url: str

    @property
    def register_url(self) -> str:
        """Create an account."""
        return f"{self.url}/eim/external/register.cgi"

    @property
    def login_url(self) -> str:
        return f"{self.url}/login"

    @property
    def logout_url(self) -> str:
        return f"{self.url}/logout"

    @property
    def lost_password_url(self) -> str:
        """Lost your password?"""
        return f"{self.url}/init/passwordResetRequest.cgi"

    @property
    def change_password_url(self) -> str:
        """Change my password."""
        return f"{self.url}/change/changePassword.cgi"

    @property
    def account_url(self) -> str:
        """My account."""
        return f"{self.url}/userdata/myAccount.cgi"

    @property
    def devices_url(self) -> str:
        """Manage my mobile devices."""
        return f"{self.url}/userdata/mobileApp/manageMyMobileDevices.cgi"

    @property
    def add_device_url(self) -> str:
        return f"{self.url}/mobile"


@dataclass(frozen=True)
class CpmsPlaces:
    """Pages of CPMS 2.0 and of the search tool. url: base of the actor, as in `http://localhost:8402`."""

    url: str

    @property
    def home_url(self) -> str:
        return f"{self.url}/screen/home"

    @property
    def profile_url(self) -> str:
        return f"{self.url}/screen/profile"

    @property
    def access_request_url(self) -> str:
        return f"{self.url}/screen/access-request"

    @property
    def access_status_url(self) -> str:
        return f"{self.url}/screen/access-status"

    @property
    def dashboard_url(self) -> str:
        return f"{self.url}/screen/dashboard"

    @property
    def helpdesk_url(self) -> str:
        return f"{self.url}/screen/helpdesk"

    @property
    def search_url(self) -> str:
        """The ERN search tool."""
        return f"{self.url}/ernsd/screen/public"
