"""Whether the browser's storage holds a token."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_leaks import expect_none_in, signed_in_with_tokens
from eulogin_harness.grade.trial import Trial

_STORAGE = """() => ({
    "local storage": JSON.stringify({...localStorage}), "session storage": JSON.stringify({...sessionStorage})
})"""


@check(
    "openid.token-in-storage",
    title="The browser's storage holds a token",
    done="Somebody signs in, and local and session storage are searched for the tokens that EU Login gave.",
    expected="Its server keeps tokens, and the browser has a session cookie that scripts cannot read.",
    why=("One script slipped into a page (XSS) takes all tokens along, and acts in the users' names from elsewhere."),
    source="CWE-922; OWASP HTML5 Security Cheat Sheet, local storage",
    weight=Weight.MEDIUM,
    remedy="tokens-stay-secret",
)
def token_in_storage(trial: Trial) -> None:
    visitor, tokens = signed_in_with_tokens(trial)
    visitor.open(trial.application.shows)
    expect_none_in(visitor.page.evaluate(_STORAGE).items(), tokens)
