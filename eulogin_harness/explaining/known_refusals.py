"""Which refusal a message is: by our mock's texts in all languages, and by those known of the real EU Login."""

import re
from collections.abc import Mapping
from functools import cache

from mock_idp.account_management import password_links as links
from mock_idp.account_management import registration
from mock_idp.accounts import password_expiry, passwords, people
from mock_idp.cas import proxying
from mock_idp.cas import refusals as cas
from mock_idp.common import page_expiry
from mock_idp.factors.devices import pins
from mock_idp.factors.keys import challenges as key_challenges
from mock_idp.factors.keys import signing_in as keys
from mock_idp.factors.otp import challenges as otp
from mock_idp.oidc import authorize_redirect, authorize_request, client_authentication, userinfo
from mock_idp.oidc import refusals as oidc
from mock_idp.signin import login_requests, services
from mock_world.i18n import languages, translations
from mock_world.refusal import RefusalKind

# Of pages, and what is wrong then.
PAGES: Mapping[RefusalKind, str] = {
    people.DISABLED: "account-disabled",
    people.UNKNOWN_USER: "unknown-user",
    people.OTHER_USER: "other-users-factor",
    people.EMAIL_TAKEN: "form-refused",
    passwords.ACCOUNT_LOCKED: "account-locked",
    passwords.WRONG_PASSWORD: "wrong-password",
    passwords.NO_PASSWORD_YET: "mail-missing",
    passwords.TOO_WEAK: "password-rules",
    passwords.DIFFER: "password-rules",
    password_expiry.USED_BEFORE: "password-rules",
    registration.INSTITUTION: "institution-address",
    links.EXPIRED: "link-expired",
    links.USED: "link-used",
    links.SUPERSEDED: "link-ended",
    links.LINK_ENDED: "link-ended",
    links.CLOSED: "link-ended",
    links.LINK_UNKNOWN: "link-ended",
    pins.DEVICE_BLOCKED: "pin-forgotten",
    otp.NO_DEVICE: "pin-forgotten",
    pins.WRONG_PIN: "factor-refused",
    otp.CODE_WRONG: "factor-refused",
    otp.USED_BEFORE: "factor-refused",
    otp.TOO_MANY_TRIES: "factor-refused",
    keys.KEY_WRONG: "factor-refused",
    key_challenges.CANCELLED: "factor-refused",
    page_expiry.PAGE_TOO_OLD: "page-too-old",
    login_requests.UNKNOWN_REQUEST: "login-request-unknown",
    services.INVALID_SERVICE: "service-not-registered",
    authorize_redirect.REDIRECT_DIFFERS: "redirect-mismatch",
    authorize_redirect.REDIRECT_MISSING: "redirect-mismatch",
    authorize_redirect.CLIENT_UNKNOWN: "client-unknown",
}
# Of answers to an application.
CALLS: Mapping[RefusalKind, str] = {
    cas.INVALID_USER: "invalid-user",
    cas.SERVICE_MISMATCH: "service-mismatch",
    cas.INSUFFICIENT_LEVEL: "insufficient-level",
    cas.INVALID_STRENGTH: "insufficient-level",
    cas.FINGERPRINT_MISSING: "fingerprint-missing",
    cas.FINGERPRINT_WRONG: "fingerprint-wrong",
    cas.INTERNAL_ERROR: "internal-error",
    cas.NOT_FRESH: "renew-at-one-place",
    proxying.CALLBACK_INVALID: "proxy-callback-plain-http",
    proxying.CALLBACK_FAILED: "proxy-callback-unanswered",
    oidc.REDIRECT_DIFFERS: "redirect-mismatch-token",
    oidc.VERIFIER_WRONG: "code-verifier",
    oidc.VERIFIER_MISSING: "code-verifier",
    oidc.VERIFIER_UNASKED: "code-verifier",
    oidc.CODE_USED: "code-used-twice",
    oidc.CODE_EXPIRED: "code-expired",
    client_authentication.WRONG_SECRET: "client-secret",
    client_authentication.IN_BODY: "secret-in-body",
    client_authentication.UNKNOWN_CLIENT: "client-unknown",
    userinfo.OFF: "userinfo-off",
    authorize_request.PKCE_MISSING: "pkce-missing",
    authorize_request.PKCE_METHOD: "pkce-missing",
}
# Of the real EU Login, as far as they are known (facts, messages found).
_REAL: Mapping[str, str] = {
    r"invalid service to access EU Login": "service-not-registered",
    r"cannot use an authentication factor registered to user": "other-users-factor",
    r"e-mail that belongs to an institution": "institution-address",
    r"user (?:is|was) not found": "unknown-user",
    r"incorrect password|password (?:is|was) (?:wrong|incorrect)": "wrong-password",
    r"requires a second factor authentication": "second-factor-missing",
    r"account (?:is|has been|was) (?:locked|blocked)": "account-locked",
    r"account (?:is|has been|was) disabled": "account-disabled",
    r"link (?:has expired|is no longer valid|is expired)": "link-expired",
}


def problem_of_page(text: str) -> str:
    """The problem that a message of a page tells of; empty where it is not known."""
    by_mock = next((PAGES[kind] for kind in PAGES if _says(kind).search(text)), "")
    return by_mock or next((name for words, name in _REAL.items() if re.search(words, text, re.IGNORECASE)), "")


def problem_of_call(text: str) -> str:
    """The problem that the text of an answer to an application tells of."""
    return next((CALLS[kind] for kind in CALLS if _says(kind).search(text)), "")


def problem_by_expected(text: str) -> str:
    """The problem of a page on which our mock says to integrators what was expected."""
    known = {**PAGES, **CALLS}
    return next((known[kind] for kind in known if _pattern(kind.expected).search(text)), "")


@cache
def _says(kind: RefusalKind) -> re.Pattern[str]:
    texts = dict.fromkeys(translations(language).ugettext(kind.message) for language in languages())
    return re.compile("|".join(_pattern(text).pattern for text in texts))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A text with anything in place of its parameters; blanks count alike."""
    parts = [r"\s+".join(map(re.escape, part.split())) for part in re.split(r"\{\w+\}", text)]
    return re.compile(r"\s*.{0,300}?\s*".join(parts))
