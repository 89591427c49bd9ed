"""The application with OpenID Connect and one flaw each: the name is that of the check that finds it."""

import hmac
from collections.abc import Callable
from typing import Any

import requests
from flask import make_response, request
from joserfc import jws
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.certificate_codes import EXPIRED, OTHER_HOST, UNKNOWN_AUTHORITY, code_of
from examples.graded.openid_application import Claims, OpenIdApplication, base64url, parts
from examples.graded.openid_logout_flaws import LOGOUT_FLAWS
from examples.graded.session_flaws import SESSION_FLAWS
from examples.graded.web_application import NotConfirmed, Session

FLAWS: dict[str, type[OpenIdApplication]] = {
    name: type(mixin.__name__, (mixin, OpenIdApplication), {}) for name, mixin in SESSION_FLAWS.items()
} | LOGOUT_FLAWS


def flaw(name: str) -> Callable[[type[OpenIdApplication]], type[OpenIdApplication]]:
    """Declare an application to have a flaw."""

    def declare(kind: type[OpenIdApplication]) -> type[OpenIdApplication]:
        FLAWS[name] = kind
        return kind

    return declare


class Signed(OpenIdApplication):
    """What the flaws of signatures share: tokens whose header looks odd are read in another way."""

    def is_odd(self, header: Claims) -> bool:
        """Whether a token is one that this flaw believes."""
        raise NotImplementedError

    def check_odd(self, token: str, header: Claims) -> None:
        """What is checked of it nevertheless. Raises NotConfirmed."""

    def check_header(self, header: Claims) -> None:
        if not self.is_odd(header):
            super().check_header(header)

    def check_signature(self, token: str, header: Claims) -> None:
        if self.is_odd(header):
            self.check_odd(token, header)
        else:
            super().check_signature(token, header)


@flaw("openid.signature-changed")
class VerifiesNoSignature(OpenIdApplication):
    """It relies on the certificate of the token endpoint, and looks at no signature of an ID token."""

    def read_id_token(self, tokens: Claims) -> Claims:
        header, claims = parts(str(tokens.get("id_token", "")))
        self.check_header(header)
        self.key(str(header.get("kid", "")))
        self.check_claims(claims, tokens)
        return claims


@flaw("openid.alg-none")
class TakesNone(Signed):
    """It takes the algorithm from the token, and none too."""

    def is_odd(self, header: Claims) -> bool:
        return header.get("alg") == "none"


@flaw("openid.alg-hs256")
class TakesSymmetric(Signed):
    """It takes the algorithm from the token, and the published key for whatever that needs."""

    def is_odd(self, header: Claims) -> bool:
        return header.get("alg") == "HS256"

    def check_odd(self, token: str, header: Claims) -> None:
        secret = self.key(str(header.get("kid", ""))).as_pem(private=False)
        signed, _, signature = token.rpartition(".")
        if base64url(hmac.digest(secret, signed.encode(), "sha256")) != signature:
            raise NotConfirmed("a wrong signature")


@flaw("openid.foreign-key")
class TakesTheirKey(Signed):
    """It verifies by the key in the token's own header."""

    def is_odd(self, header: Claims) -> bool:
        return "jwk" in header

    def check_odd(self, token: str, header: Claims) -> None:
        registry = jws.JWSRegistry(algorithms=[self.alg], strict_check_header=False)
        registry.max_header_length = len(token)
        jws.deserialize_compact(token, RSAKey.import_key(header["jwk"]), registry=registry)


@flaw("openid.unknown-kid")
class ForgivesUnknownKeys(OpenIdApplication):
    """It lets pass what it has no key for."""

    def check_signature(self, token: str, header: Claims) -> None:
        try:
            self.key(str(header.get("kid", "")))
        except NotConfirmed:
            return
        super().check_signature(token, header)


@flaw("openid.keys-rotated")
class ReadsKeysOnce(OpenIdApplication):
    """It reads EU Login's keys once."""

    def read_keys(self) -> None:
        if not self.keys.keys:
            super().read_keys()


@flaw("openid.issuer")
class TakesAnyIssuer(OpenIdApplication):
    """It does not look at the issuer of ID tokens."""

    def check_issuer(self, claims: Claims) -> None:
        pass


@flaw("openid.audience")
class TakesAnyAudience(OpenIdApplication):
    """It does not look at for whom ID tokens are."""

    def check_audience(self, claims: Claims) -> None:
        pass


@flaw("openid.authorized-party")
class TakesAnyParty(OpenIdApplication):
    """It is content where it is one of several audiences, and does not look to whom the token was issued."""

    def check_audience(self, claims: Claims) -> None:
        audience = claims.get("aud")
        super().check_audience(claims | {"aud": self.client_id} if self.client_id in (audience or []) else claims)

    def check_party(self, claims: Claims) -> None:
        pass


@flaw("openid.expired")
class TakesExpired(OpenIdApplication):
    """It does not look at when ID tokens expire."""

    def check_expiry(self, claims: Claims) -> None:
        pass


@flaw("openid.issued-in-the-future")
class TakesTomorrows(OpenIdApplication):
    """It does not look at when ID tokens were issued."""

    def check_issued(self, claims: Claims) -> None:
        pass


@flaw("openid.nonce-missing")
class ForgivesNoNonce(OpenIdApplication):
    """It compares the nonce only where there is one."""

    def check_nonce(self, claims: Claims, nonce: str) -> None:
        if "nonce" in claims:
            super().check_nonce(claims, nonce)


@flaw("openid.nonce-wrong")
class ComparesNoNonce(OpenIdApplication):
    """It demands a nonce, and compares it with nothing."""

    def check_nonce(self, claims: Claims, nonce: str) -> None:
        if not claims.get("nonce"):
            super().check_nonce(claims, nonce)


@flaw("openid.access-token-hash")
class HashesNothing(OpenIdApplication):
    """It does not look whether the access token belongs to the ID token."""

    def check_access_token(self, claims: Claims, access: str) -> None:
        pass


@flaw("openid.level-too-low")
class TrustsItsWish(OpenIdApplication):
    """It asks for a level, and does not look whether it got it."""

    def check_level(self, claims: Claims) -> None:
        pass


@flaw("openid.sign-in-too-old")
class TakesOldSignIns(OpenIdApplication):
    """It asks for a sign-in that is not old, and does not look whether it got it."""

    def check_age(self, claims: Claims) -> None:
        pass


@flaw("openid.userinfo-of-another")
class TakesAnyUserInfo(OpenIdApplication):
    """It takes what UserInfo says, of whomever it says it."""

    def check_subject(self, userinfo: Claims, claims: Claims) -> None:
        pass


@flaw("openid.state-missing")
class ForgivesNoState(OpenIdApplication):
    """It compares the state only where there is one."""

    def check_state(self, session: Session) -> None:
        if "state" in request.args:
            super().check_state(session)


@flaw("openid.state-wrong")
class ComparesNoState(OpenIdApplication):
    """It demands a state, and compares it with nothing."""

    def check_state(self, session: Session) -> None:
        if not session.state or not request.args.get("state"):
            super().check_state(session)


@flaw("openid.state-of-another-browser")
class KnowsNoBrowser(OpenIdApplication):
    """It knows the sign-ins that have begun, and not in which browsers."""

    def check_state(self, session: Session) -> None:
        begun = next((one for one in self.sessions.values() if one.state == request.args.get("state")), Session())
        session.state, session.nonce, session.verifier = begun.state, begun.nonce, begun.verifier
        super().check_state(session)


@flaw("openid.code-injected")
class KeepsOneSignIn(OpenIdApplication):
    """It keeps verifier and nonce in one place for all: the last sign-in that began."""

    nonce = verifier = ""

    def eu_login_address(self, session: Session) -> str:
        address = super().eu_login_address(session)
        self.nonce, self.verifier = session.nonce, session.verifier
        return address

    def redeem(self, code: str, session: Session) -> Claims:
        session.nonce, session.verifier = self.nonce, self.verifier
        return super().redeem(code, session)


@flaw("openid.answer-of-another-issuer")
class TakesAnyAnswer(OpenIdApplication):
    """It does not look at who answers."""

    def check_answering_issuer(self) -> None:
        pass


@flaw("openid.error-with-code")
class OverlooksErrors(OpenIdApplication):
    """It redeems a code where there is one, whatever else came."""

    def check_answer(self) -> None:
        if "code" not in request.args:
            super().check_answer()
        self.check_answering_issuer()


@flaw("openid.error-not-shown")
class BreaksOnErrors(OpenIdApplication):
    """It expects a code in each answer."""

    def check_answer(self) -> None:
        self.check_answering_issuer()
        if "code" not in request.args:
            raise LookupError("code")
        super().check_answer()


@flaw("openid.error-as-html")
class ShowsErrorsAsHtml(OpenIdApplication):
    """It writes the description of an error into its page as it came."""

    def refused(self, message: str) -> AnyResponse:
        return make_response(f"<!doctype html><p>{message}: {request.args.get('error_description', '')}</p>", 403)


@flaw("openid.nonce-reused")
class SameNonce(OpenIdApplication):
    """It takes one nonce for all sign-ins."""

    def new_nonce(self) -> str:
        return "nonce-of-this-application"


@flaw("openid.state-reused")
class SameState(OpenIdApplication):
    """It takes one state for all sign-ins."""

    def new_state(self) -> str:
        return "state-of-this-application"


@flaw("openid.pkce-constant")
class SameVerifier(OpenIdApplication):
    """It takes one verifier for all sign-ins."""

    def new_verifier(self) -> str:
        return "a-verifier-of-this-application-that-never-changes"


@flaw("openid.pkce-left-out")
class NoPkce(OpenIdApplication):
    """It does without PKCE."""

    def requested(self, session: Session) -> dict[str, str]:
        rows = super().requested(session).items()
        return {name: value for name, value in rows if not name.startswith("code_challenge")}

    def redeem(self, code: str, session: Session) -> Claims:
        session.verifier = ""
        return super().redeem(code, session)


class ForgivesCertificates(OpenIdApplication):
    """It asks again without verifying, where a certificate is wrong in some way. forgives: OpenSSL's codes of it."""

    forgives: tuple[int, ...] = ()

    def ask(self, method: str, address: str, **options: Any) -> requests.Response:
        try:
            return super().ask(method, address, **options)
        except requests.exceptions.SSLError as error:
            if code_of(error) not in self.forgives:
                raise
        return super().ask(method, address, verify=False, **options)


@flaw("openid.certificate-unknown-authority")
class TrustsAnyAuthority(ForgivesCertificates):
    """It trusts certificates of whatever authority."""

    forgives = UNKNOWN_AUTHORITY


@flaw("openid.certificate-other-host")
class TrustsAnyHost(ForgivesCertificates):
    """It trusts certificates of whatever host."""

    forgives = OTHER_HOST


@flaw("openid.certificate-expired")
class TrustsExpired(ForgivesCertificates):
    """It trusts certificates that have expired."""

    forgives = EXPIRED
