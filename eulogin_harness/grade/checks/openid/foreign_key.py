"""Whether an ID token is taken that brings its own key."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.id_tokens import expect_refused
from eulogin_harness.grade.tokens import claims_of, header_of, replaced, signed_by_foreign_key
from eulogin_harness.grade.trial import Trial


@check(
    "openid.foreign-key",
    title="An ID token is verified by a key that it brings along",
    done=(
        "The token endpoint's ID token is signed by a key that nobody published; it bears a known `kid`, "
        "and the key in its header (`jwk`)."
    ),
    expected="It verifies by the key that EU Login publishes by that `kid`, and by nothing from the token.",
    why="Everybody can make a key, and sign with it whatever they like.",
    source="RFC 8725, 3.10; CVE-2018-0114",
    weight=Weight.MEDIUM,
    remedy="keys",
)
def foreign_key(trial: Trial) -> None:
    def change(token: str) -> str:
        return signed_by_foreign_key(header_of(token), claims_of(token), known_kid=True)

    expect_refused(trial, replaced(change), "an ID token signed by a key that came in its header")
