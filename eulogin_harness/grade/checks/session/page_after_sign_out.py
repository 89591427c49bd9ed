"""Whether a browser still shows a user's page after the sign-out."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial

_BACK = 4  # steps: sign-outs lead over several pages


@check(
    "session.page-after-sign-out",
    title="The browser's back button shows a user's page after the sign-out",
    done="Somebody signs in and out, and goes back in the same browser.",
    expected="Pages of users have `Cache-Control: no-store`, so that the browser asks again.",
    why="On a shared computer, such as in a ward, the next one reads what the one before saw.",
    source="CWE-525, use of web browser cache containing sensitive information; RFC 9111, 5.2.2.5",
    weight=Weight.LOW,
    remedy="end-sessions",
)
def page_after_sign_out(trial: Trial) -> None:
    user = trial.user()
    visitor = trial.signed_in(user)
    if user not in visitor.seen().who:
        raise NotApplicable("its page shows nothing of its user")
    visitor.sign_out()
    with trial.eu_login_closed():
        for _ in range(_BACK):
            visitor.page.go_back(wait_until="load")
            seen = visitor.seen()
            shows = user in seen.who and not visitor.is_at_eu_login()
            if shows:
                break
    if not shows:
        return
    if visitor.look().signed_in:
        raise NotApplicable("the sign-out does not end the session, which is a matter of its own")
    raise Unsound(f"after the sign-out, going back shows the page of {user.uid} at {seen.address.partition('?')[0]}")
