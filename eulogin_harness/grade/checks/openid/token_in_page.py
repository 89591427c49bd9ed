"""Whether a page holds a token."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_leaks import expect_none_in, signed_in_with_tokens
from eulogin_harness.grade.trial import Trial


@check(
    "openid.token-in-page",
    title="A page holds a token",
    done="Somebody signs in, and the page shown then is searched for the tokens that EU Login gave.",
    expected="Its server keeps tokens; pages hold none, but for an `id_token_hint` to EU Login's sign-out.",
    why=("Every script of the page, and every extension of the browser, reads it and acts in the user's name."),
    source="CWE-522; RFC 6750, 5.3",
    weight=Weight.MEDIUM,
    remedy="tokens-stay-secret",
)
def token_in_page(trial: Trial) -> None:
    visitor, tokens = signed_in_with_tokens(trial)
    visitor.open(trial.application.shows)
    expect_none_in([("the page", visitor.page.content())], tokens)
