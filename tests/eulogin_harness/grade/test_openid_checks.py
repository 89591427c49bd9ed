"""Each check of OpenID Connect: the sound example passes it, the example with its flaw fails it."""

import pytest

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from examples.graded.openid_application import Claims, OpenIdApplication
from examples.graded.openid_flaws import HashesNothing
from examples.graded.web_application import NotConfirmed, Session
from tests.eulogin_harness.grade.conftest import OpenIdExample, expect_told_apart, those_of_each_run

pytestmark = pytest.mark.slow
CHECKS = those_of_each_run("openid")


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_tells_a_flaw_from_a_sound_application(
    name: str, openid_example: OpenIdExample, grader: Grader
) -> None:
    expect_told_apart(name, openid_example, grader)


def test_the_check_of_secure_cookies_does_so_by_https(openid_example_by_https: OpenIdExample, grader: Grader) -> None:
    expect_told_apart("session.cookie-secure", openid_example_by_https, grader)


def test_an_application_that_asks_for_a_new_sign_in_gets_one(openid_example: OpenIdExample, grader: Grader) -> None:
    class AsksAgain(OpenIdApplication):
        def requested(self, session: Session) -> dict[str, str]:
            return super().requested(session) | {"prompt": "login"}

    openid_example.use_kind(AsksAgain)
    seen = grader.try_one(openid_example.application, all_checks()["openid.issuer"])
    assert seen.outcome == "passed", seen.saw


def test_refusing_a_wrong_message_of_sign_out_is_no_merit_of_who_ignores_the_right_one(
    openid_example: OpenIdExample, grader: Grader
) -> None:
    class IgnoresMessages(OpenIdApplication):
        def end_session_of(self, claims: Claims) -> None:
            pass

    openid_example.use_kind(IgnoresMessages)
    seen = grader.try_one(openid_example.application, all_checks()["openid.logout-signature"])
    assert (seen.outcome, "openid.logout-ignored" in seen.saw) == ("not applicable", True)


def test_an_access_token_that_is_not_used_needs_no_hash(openid_example: OpenIdExample, grader: Grader) -> None:
    class UsesNoAccessToken(HashesNothing):
        def userinfo(self, tokens: Claims, claims: Claims) -> Claims:  # noqa: ARG002
            return {}

    openid_example.use_kind(UsesNoAccessToken)
    seen = grader.try_one(openid_example.application, all_checks()["openid.access-token-hash"])
    assert seen.outcome == "not applicable"


@pytest.mark.parametrize("name", ["openid.issuer", "openid.state-wrong", "openid.logout-signature"])
def test_an_application_that_lets_nobody_in_passes_no_check(
    name: str, openid_example: OpenIdExample, grader: Grader
) -> None:
    class LetsNobodyIn(OpenIdApplication):
        def check_nonce(self, claims: Claims, nonce: str) -> None:  # noqa: ARG002
            raise NotConfirmed("nobody")

    openid_example.use_kind(LetsNobodyIn)
    assert grader.try_one(openid_example.application, all_checks()[name]).outcome == "not done"
