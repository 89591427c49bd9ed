"""Somebody signs in to an application that reaches EU Login by another address than the browser."""

from typing import Any

import requests
from playwright.sync_api import Page, expect

from eulogin_harness import EuLogin, Events, World


def test_somebody_signs_in(page: Page, app: str, eu_login: EuLogin, persona: Any, journal: Events) -> None:
    ada = persona("registered", first_name="Ada", last_name="Berg")
    page.goto(f"{app}/private")
    eu_login.sign_in(ada.email, ada.password)
    expect(page.get_by_text(f"Hello Ada Berg ({ada.email})")).to_be_visible()
    assert journal.wait(type="ticket.validated", person=ada.email)


def test_servers_have_an_address_of_their_own(world: World) -> None:
    public, internal = world.addresses.idp, world.addresses.internal.idp
    assert internal != public
    discovered = requests.get(f"{public}/cas/oauth2/.well-known/openid-configuration", timeout=30).json()
    assert discovered["token_endpoint"].startswith(public)
