"""The phone as second factor (G10 to G19)."""

import pytest

from e2e.conftest import PIN
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import link_phone
from eulogin_harness.guide.scenarios.phone import phone, phone_again
from eulogin_harness.guide.walkthrough import Walkthrough


@pytest.mark.guide("G10", "G11", "G12", "G13", "G14", "G15", "G17", "G18", "G19")
def test_a_doctor_links_a_phone(walkthrough: Walkthrough) -> None:
    phone(walkthrough)


@pytest.mark.guide("G16")
def test_a_linked_device_is_deleted_and_added_again_to_get_a_code(walkthrough: Walkthrough, handset: Handset) -> None:
    phone_again(walkthrough)
    handset.open()
    handset.install_app()
    link_phone(walkthrough.pages.eu_login, handset, PIN)
    walkthrough.pages.eu_login.is_at("device-qr", "initialised")
