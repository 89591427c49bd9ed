"""Whether an ID token is taken whose key nobody knows."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_refused
from eulogin_harness.grade.tokens import claims_of, header_of, replaced, signed_by_foreign_key
from eulogin_harness.grade.trial import Trial


@check(
    "openid.unknown-kid",
    title="An ID token is taken unverified where its key is not known",
    done=(
        "The token endpoint's ID token is signed by a key that nobody published, and bears a `kid` that "
        "nobody published."
    ),
    expected="It reads EU Login's keys again, does not see that `kid`, and signs nobody in.",
    why="Everybody can make a key, and name it as they like.",
    source="OpenID Connect Core 1.0, 10.1; RFC 8725, 3.10",
    weight=Weight.MEDIUM,
    remedy="keys",
)
def unknown_kid(trial: Trial) -> None:
    def change(token: str) -> str:
        return signed_by_foreign_key(header_of(token), claims_of(token), known_kid=False)

    expect_refused(trial, replaced(change), "an ID token with a kid that nobody published")
