"""Whether an ID token without signature is taken."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_refused
from eulogin_harness.grade.tokens import claims_of, header_of, replaced, unsigned, without
from eulogin_harness.grade.trial import Trial


@check(
    "openid.alg-none",
    title="An ID token without signature is taken",
    done="The token endpoint's ID token says `alg` `none`, and has no signature.",
    expected="It takes the algorithm that it was registered with (PS512 by default), and no other.",
    why=(
        "Whoever gets between the application and EU Login, or can have a token read elsewhere, writes ID"
        " tokens without any key."
    ),
    source="OpenID Connect Core 1.0, 3.1.3.7, 7; RFC 8725, 2.1 and 3.2",
    weight=Weight.MEDIUM,
    remedy="verify-the-id-token",
)
def alg_none(trial: Trial) -> None:
    def change(token: str) -> str:
        return unsigned(header_of(token), without(claims_of(token), "at_hash"))

    expect_refused(trial, replaced(change), "an ID token with alg none")
