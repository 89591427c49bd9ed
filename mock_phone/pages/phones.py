"""Which phones there are, and the way to the right screen of one."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from mock_phone.accounts import phone_summaries
from mock_phone.pages.camera import after_scanning
from mock_phone.pages.screen import go, the_app
from mock_phone.phone import Phone
from mock_phone.qr_codes import Code, EnrolmentCode
from mock_world.web import current_world

pages = Blueprint("phones", __name__)


@pages.get("/")
def index() -> str:
    return render_template("phone/list.html", phones=phone_summaries(current_world()))


@pages.post("/phones")
def new() -> AnyResponse:
    return go("phones.open_phone", Phone.create(current_world()))


@pages.get("/phones/<phone_id>")
def open_phone(phone_id: str) -> AnyResponse:
    """Open the app: what it asks for comes first."""
    phone = the_app(phone_id)
    if "notifications" in phone.to_ask:
        return go("permissions.ask", phone, name="notifications")
    requests, _ = phone.visible_requests()
    if len(requests) == 1:
        return go("requests.show", phone, request_id=requests[0].id)
    code = phone.scanned
    if not requests and code is not None and _leads_on(phone, code):
        return go(after_scanning(code), phone)
    return go("requests.home", phone)


def _leads_on(phone: Phone, code: Code) -> bool:
    """Whether there is anything to be done with a scanned code: that of a sign-in needs its account."""
    if isinstance(code, EnrolmentCode):
        return True
    return any(one.known and one.account.casefold() == code.account.casefold() for one in phone.accounts())
