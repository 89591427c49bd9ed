"""Whether a token without the event of a sign-out is believed."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.logout_tokens import expect_ignored, logout_token
from eulogin_harness.grade.tokens import Claims, without
from eulogin_harness.grade.trial import Trial


@check(
    "openid.logout-event-missing",
    title="A token that is no message of sign-out ends a session",
    done="The application gets a token, rightly signed, without the claim `events`.",
    expected="It demands `events` with the member for back-channel logout.",
    why="Tokens made for one purpose are used for another: an ID token ends the session that it began.",
    source="OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6",
    weight=Weight.LOW,
    remedy="back-channel-logout",
)
def logout_event_missing(trial: Trial) -> None:
    def make(claims: Claims) -> str:
        return logout_token(trial, without(claims, "events"))

    expect_ignored(trial, make, "a logout token without events")
