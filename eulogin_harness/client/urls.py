"""Pages where browsers start."""


class EuLoginUrls:
    """Pages of EU Login. url: its base, as in `http://localhost:8401/cas`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.register_url = f"{url}/eim/external/register.cgi"  # "Create an account"
        self.login_url = f"{url}/login"
        self.logout_url = f"{url}/logout"
        self.lost_password_url = f"{url}/init/passwordResetRequest.cgi"
        self.change_password_url = f"{url}/change/changePassword.cgi"
        self.account_url = f"{url}/userdata/myAccount.cgi"
        self.devices_url = f"{url}/userdata/mobileApp/manageMyMobileDevices.cgi"
        self.add_device_url = f"{url}/mobile"


class CpmsUrls:
    """Pages of CPMS 2.0 and of the search tool. url: base of the actor, as in `http://localhost:8402`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.home_url = f"{url}/screen/home"
        self.profile_url = f"{url}/screen/profile"
        self.access_request_url = f"{url}/screen/access-request"
        self.access_status_url = f"{url}/screen/access-status"
        self.dashboard_url = f"{url}/screen/dashboard"
        self.helpdesk_url = f"{url}/screen/helpdesk"
        self.search_url = f"{url}/ernsd/screen/public"  # the ERN search tool
