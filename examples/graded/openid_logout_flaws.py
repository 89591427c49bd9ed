"""Flaws of back-channel logout, of the sign-out, and of how tokens are kept; see openid_flaws.py."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.openid_application import Claims, OpenIdApplication, OpenIdSession, parts
from examples.graded.web_application import Session

LOGOUT_FLAWS: dict[str, type[OpenIdApplication]] = {}


def flaw(name: str) -> Callable[[type[OpenIdApplication]], type[OpenIdApplication]]:
    """Declare an application to have a flaw."""

    def declare(kind: type[OpenIdApplication]) -> type[OpenIdApplication]:
        LOGOUT_FLAWS[name] = kind
        return kind

    return declare


@flaw("openid.logout-ignored")
class IgnoresLogout(OpenIdApplication):
    """It takes messages of sign-out, and does nothing."""

    def end_session_of(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-signature")
class VerifiesNoLogout(OpenIdApplication):
    """It looks at no signature of a logout token, as long as that names the right algorithm."""

    def signed_logout(self, token: str) -> Claims:
        header, claims = parts(token)
        self.check_header(header)
        return claims


@flaw("openid.logout-alg-none")
class TakesUnsignedLogout(OpenIdApplication):
    """It takes logout tokens that say that they are not signed."""

    def signed_logout(self, token: str) -> Claims:
        header, claims = parts(token)
        return claims if header.get("alg") == "none" else super().signed_logout(token)


@flaw("openid.logout-audience")
class TakesLogoutOfOthers(OpenIdApplication):
    """It does not look at for whom logout tokens are."""

    def check_logout_audience(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-issuer")
class TakesLogoutOfAnyIssuer(OpenIdApplication):
    """It does not look at the issuer of logout tokens."""

    def check_logout_issuer(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-nonce")
class TakesLogoutWithNonce(OpenIdApplication):
    """It does not look whether a logout token has a nonce."""

    def check_no_nonce(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-event-missing")
class TakesLogoutWithoutEvent(OpenIdApplication):
    """It does not look whether a token is a message of sign-out."""

    def check_logout_event(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-replayed")
class TakesLogoutTwice(OpenIdApplication):
    """It does not remember which messages it has got."""

    def check_logout_unused(self, claims: Claims) -> None:
        pass


@flaw("openid.logout-of-another-session")
class EndsAllSessions(OpenIdApplication):
    """It ends all sessions when one ends."""

    def end_session_of(self, claims: Claims) -> None:  # noqa: ARG002
        self.sessions = {}


@flaw("openid.post-logout-redirect")
class GoesAnywhere(OpenIdApplication):
    """It goes to whatever address it was given after the sign-out."""

    def sign_out_address(self, session: Session) -> str:
        return request.values.get("next") or super().sign_out_address(session)


@flaw("openid.token-in-page")
class ShowsToken(OpenIdApplication):
    """It writes the ID token into the page, for its scripts."""

    def private(self) -> AnyResponse:
        return with_html(super().private(), f'<meta name="token" content="{self.session().id_token}">')


@flaw("openid.token-in-address")
class PassesTokenOn(OpenIdApplication):
    """It hands the ID token on in an address, for its scripts."""

    def begin(self, before: Session, session: Session) -> AnyResponse:
        before.come_back_to += f"?token={session.id_token}"
        return super().begin(before, session)


@flaw("openid.token-in-cookie")
class TokenInCookie(OpenIdApplication):
    """It keeps the ID token in a cookie."""

    def begin(self, before: Session, session: Session) -> AnyResponse:
        answer = super().begin(before, session)
        answer.set_cookie("graded_token", session.id_token, httponly=True, samesite="Lax")
        return answer


@flaw("openid.token-in-storage")
class TokenInStorage(OpenIdApplication):
    """It keeps the ID token where its scripts can read it."""

    def add_pages(self) -> None:
        super().add_pages()
        self.flask.add_url_rule("/token.js", "token", self.script)

    def private(self) -> AnyResponse:
        return with_html(super().private(), '<script src="/token.js"></script>')

    def script(self) -> AnyResponse:
        return Response(f"localStorage.setItem('token', '{self.session().id_token}')", mimetype="text/javascript")


@flaw("openid.refresh-token-reused")
class KeepsRefreshToken(OpenIdApplication):
    """It goes on with the first refresh token."""

    def next_refresh_token(self, session: OpenIdSession, tokens: Claims) -> str:  # noqa: ARG002
        return session.refresh_token


def with_html(answer: AnyResponse, html: str) -> AnyResponse:
    """A page with more HTML in it; a redirect stays as it is."""
    if answer.status_code == 200:  # noqa: PLR2004
        answer.set_data(answer.get_data(as_text=True) + html)
    return answer
