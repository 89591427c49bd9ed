"""Whether a cookie holds a token."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_leaks import expect_none_in, readings, signed_in_with_tokens
from eulogin_harness.grade.trial import Trial


@check(
    "openid.token-in-cookie",
    title="A cookie holds a readable token",
    done=(
        "Somebody signs in, and the values of the application's cookies, base64 decoded and unpacked, are"
        " searched for the tokens that EU Login gave."
    ),
    expected="Its server keeps tokens, or encrypts what it puts into a cookie; a signature hides nothing.",
    why=("Cookies end up in logs and in copies of browser profiles: whoever reads one acts in the user's name."),
    source="RFC 6750, 5.3: no bearer tokens in cookies that can be sent in the clear; CWE-315",
    weight=Weight.LOW,
    remedy="tokens-stay-secret",
)
def token_in_cookie(trial: Trial) -> None:
    visitor, tokens = signed_in_with_tokens(trial)
    expect_none_in([(f"cookie {cookie['name']}", readings(cookie["value"])) for cookie in visitor.cookies()], tokens)
