"""The phone's app store (guide, G11)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from mock_phone.pages.screen import go, screen, the_phone

pages = Blueprint("store", __name__)

APP = "EU Login"


def _finds(words: str) -> bool:
    sought = words.casefold().replace(" ", "")
    return bool(sought) and sought in APP.casefold().replace(" ", "")


@pages.get("/phones/<phone_id>/store")
def search(phone_id: str) -> str:
    words = request.args.get("q", "").strip()
    phone = the_phone(phone_id)
    return screen("phone/store.html", phone, words=words, found=_finds(words), installed=phone.installed)


@pages.get("/phones/<phone_id>/store/eu-login")
def app_page(phone_id: str) -> str:
    phone = the_phone(phone_id)
    return screen("phone/store_app.html", phone, installed=phone.installed)


@pages.post("/phones/<phone_id>/store/eu-login")
def install(phone_id: str) -> Response:
    phone = the_phone(phone_id)
    phone.install(allowed=False)  # the app asks when it is opened
    return go("store.app_page", phone)
