"""An account at EU Login (G02 to G05, G07 and G08)."""

import pytest

from e2e.conftest import PASSWORD
from eulogin_harness.client import World
from eulogin_harness.guide.scenarios.account import late_link, sign_up
from eulogin_harness.guide.walkthrough import Walkthrough


@pytest.mark.guide("G02", "G03", "G04", "G05", "G07")
def test_a_doctor_creates_an_eu_login_account(walkthrough: Walkthrough) -> None:
    sign_up(walkthrough)


@pytest.mark.guide("G08")
def test_after_five_minutes_the_same_link_leads_to_a_new_mail(walkthrough: Walkthrough, world: World) -> None:
    world.clock.freeze()
    late_link(walkthrough)
    eu_login = walkthrough.pages.eu_login
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
