"""Whether an address holds a token."""

import re

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_leaks import expect_none_in, signed_in_with_tokens
from eulogin_harness.grade.trial import Trial


@check(
    "openid.token-in-address",
    title="An address of the application holds a token",
    done=(
        "Somebody signs in, and the addresses to which the application sent the browser are searched for "
        "the tokens that EU Login gave."
    ),
    expected="Its server keeps tokens, and puts none into an address.",
    why=(
        "Addresses stand in histories, logs of proxies and `Referer`: whoever reads one there acts in the user's name."
    ),
    source="RFC 6750, 5.3; RFC 9700, 4.3.2",
    weight=Weight.MEDIUM,
    remedy="tokens-stay-secret",
)
def token_in_address(trial: Trial) -> None:
    visitor, tokens = signed_in_with_tokens(trial)
    addresses = [*visitor.addresses, visitor.page.evaluate("location.href")]
    expect_none_in([(re.split("[?#]", address)[0], address) for address in addresses], tokens)
