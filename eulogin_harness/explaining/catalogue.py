"""The problems that a recording can show: what each is called, what to do, and what repeats it here."""

from dataclasses import dataclass

from mock_world.i18n import N_


@dataclass(frozen=True)
class Problem:
    """A problem. title: what is wrong, translated by pages. expected, remedy: English, like the journal's.

    world: the prepared world that shows the same, empty where none does. fault: the one that makes it happen.
    """

    title: str
    expected: str
    remedy: str
    world: str = ""
    fault: str = ""

    def commands(self) -> list[str]:
        """What repeats it, for a terminal."""
        if self.world:
            return [f"eulogin-harness serve --world {self.world}"]
        return ["eulogin-harness serve", f"eulogin-harness faults arm {self.fault}"] if self.fault else []


def _world(name: str, title: str, expected: str, remedy: str) -> tuple[str, Problem]:
    """A problem that has the name of its world."""
    return name, Problem(title, expected, remedy, world=name)


_AGAIN = "send the browser to EU Login again, and use what it brings at once, one time"
_SESSION = "keep it in the browser's own session at the application, one for each sign-in"
_COOKIE = (
    "look at the cookie's SameSite (Strict is not sent on the way back from EU Login), Secure on http, host name "
    "(localhost is not 127.0.0.1), path, and whether two applications share its name"
)

PROBLEMS: dict[str, Problem] = dict(
    [
        # Of people.
        _world(
            "link-expired",
            N_("The link of the mail has expired"),
            "a link that is opened in time",
            "enter the user name on that page: a mail with a new link comes",
        ),
        _world(
            "mail-missing",
            N_("The account has no password yet: the link of its mail was not followed"),
            "an account whose link was followed",
            "look for the mail, also among spam; ask for a new password otherwise",
        ),
        _world(
            "second-factor-missing",
            N_("The application asks for a second factor, and the account has none"),
            "an account with a phone or a security key",
            "add a mobile device at EU Login (My Account), then sign in again",
        ),
        _world(
            "locked-out",
            N_("The account always asks for a second factor, and has none that works"),
            "a factor that works",
            "only the support of EU Login can help",
        ),
        _world(
            "pin-forgotten",
            N_("The phone is blocked by wrong PIN codes, or not linked any more"),
            "a phone whose PIN is known",
            "delete the device at EU Login and add it again",
        ),
        _world(
            "push-missing",
            N_("The request to the phone was not answered in time"),
            "an answer on the phone while the page waits",
            "open the app, allow notifications, look under its other accounts, or use the QR code (no network)",
        ),
        _world(
            "panic",
            N_("All devices and the eID were deleted (PANIC)"),
            "an account with its factors",
            "sign in by the password alone, and add a phone again",
        ),
        _world(
            "other-users-factor",
            N_("Another user is signed in than the one whose factor was used"),
            "one user in the browser",
            "sign out of EU Login first, or use a private window",
        ),
        _world(
            "unknown-user",
            N_("EU Login knows no such user"),
            "the address or identifier of an account",
            "check the spelling, or create an account",
        ),
        _world(
            "password-rules",
            N_("The new password does not obey the rules"),
            "a password by the rules of the page",
            "choose a longer one, with signs of more groups",
        ),
        _world(
            "form-refused",
            N_("The form was refused"),
            "a form that is filled in as its page says",
            "read the messages at its fields",
        ),
        _world(
            "institution-address",
            N_("The address belongs to an institution, which makes the account itself"),
            "an address that belongs to no institution",
            "use the account of the institution, or another address",
        ),
        _world(
            "account-disabled",
            N_("Administrators disabled the account"),
            "an account that is not disabled",
            "ask the support of EU Login",
        ),
        _world(
            "account-locked",
            N_("Too many wrong passwords locked the account"),
            "an account that is not locked",
            "wait, or ask for a new password",
        ),
        _world(
            "not-yet-recognised",
            N_("The application does not know the new account yet"),
            "an account that is some minutes old",
            "wait up to five minutes, and try again",
        ),
        _world(
            "access-rejected",
            N_("The request for access was rejected"),
            "a request that was approved",
            "read the reason in the mail, and ask again",
        ),
        _world("guest-ended", N_("The guest's access has ended"), "access that goes on", "ask for access again"),
        _world(
            "unavailable",
            N_("EU Login is not available"),
            "an answer of EU Login",
            "try again later; nothing is wrong with the application",
        ),
        _world(
            "network-blocked",
            N_("EU Login cannot be reached from this network"),
            "a connection to EU Login",
            "ask those who run the network to allow EU Login's host names",
        ),
        # By CAS.
        _world(
            "invalid-user",
            N_("The validation does not accept people who registered themselves"),
            "a user of the assurance level that the validation demands",
            "call /laxValidate in place of /serviceValidate",
        ),
        _world(
            "assurance-level",
            N_("The validation demands a higher assurance level than the user's"),
            "a user of the assurance level that the validation demands",
            "send assuranceLevel=LOW, or sign in as a person of a higher level",
        ),
        _world(
            "service-mismatch",
            N_("The service differs between sign-in and validation"),
            "the same service address at both, letter by letter",
            "send one address twice: mind the slash at the end, http or https behind a proxy, a ticket left in it",
        ),
        _world(
            "insufficient-level",
            N_("The sign-in was not strong enough for the application"),
            "a sign-in of the level that the application demands",
            "send authenticationLevel to /cas/login too, as to the validation",
        ),
        _world(
            "fingerprint-missing",
            N_("The validation lacks the client fingerprint"),
            "clientFingerprint, the secret itself, at the validation",
            "send the secret that the application keeps in its cookie",
        ),
        _world(
            "fingerprint-wrong",
            N_("The client fingerprint is that of another browser"),
            "the secret whose digest began the login transaction",
            "keep the secret in a cookie of the browser that began",
        ),
        _world(
            "proxy-callback-unanswered",
            N_("The proxy call-back was not answered as it must"),
            "an answer to the POST at pgtUrl",
            "listen at pgtUrl, where EU Login reaches it",
        ),
        _world(
            "proxy-callback-page",
            N_("The proxy call-back was answered by a page"),
            "a proxySuccess document",
            "answer the POST at pgtUrl by a proxySuccess document",
        ),
        _world(
            "proxy-callback-plain-http",
            N_("The proxy call-back has no TLS"),
            "a pgtUrl with https",
            "send an https address as pgtUrl",
        ),
        _world(
            "validation-address",
            N_("The address of the validation is wrong"),
            "a validation below EU Login's /cas/, such as /cas/laxValidate",
            "mend the address or path in the client's configuration",
        ),
        _world(
            "email-as-user",
            N_("The application looks for an e-mail address, and gets the unique identifier"),
            "people whom the application knows by their uid",
            "send userDetails=true and read email, or know people by their uid",
        ),
        _world(
            "groups-not-asked",
            N_("The application looks for groups, and did not ask for them"),
            "groups in the answer",
            "send groups=* to the validation",
        ),
        _world(
            "namespace",
            N_("The client does not understand EU Login's answer, which has a namespace of its own"),
            "a client that reads namespace https://ecas.ec.europa.eu/cas/schemas and flat attributes",
            "use a client for EU Login; for ordinary ones set dialect to cas here",
        ),
        (
            "service-not-encoded",
            Problem(
                N_("The service was not encoded, so a part of it is lost"),
                "the service encoded once, as a parameter's value",
                "encode the address once before it is put behind service=",
                world="service-mismatch",
            ),
        ),
        (
            "service-encoded-twice",
            Problem(
                N_("The service was encoded twice"),
                "the service encoded once, as a parameter's value",
                "encode the address once: the library does it, or you do",
                world="service-mismatch",
            ),
        ),
        (
            "service-not-registered",
            Problem(
                N_("The application may not use EU Login"),
                "a service that is registered at EU Login",
                "register the address of the application",
            ),
        ),
        (
            "ticket-expired",
            Problem(
                N_("The ticket was too old or unknown when it was validated"),
                "a ticket that is validated at once, one time",
                _AGAIN,
                fault="ticket.expired",
            ),
        ),
        (
            "ticket-used-twice",
            Problem(
                N_("The ticket was used twice"),
                "a ticket that is validated one time",
                "take the ticket off the address at once by a redirect; look for reloads and for a second instance",
                fault="ticket.eaten",
            ),
        ),
        (
            "ticket-lost",
            Problem(
                N_("The browser came back without its ticket"),
                "the parameter ticket on the way back",
                "look for a redirect of the application, a proxy or a web firewall that takes parameters away",
                fault="ticket.lost",
            ),
        ),
        (
            "renew-at-one-place",
            Problem(
                N_("A new proof is demanded at the validation and not at the sign-in"),
                "renew at both or at none",
                "send renew=true to /cas/login too, or leave it out at the validation",
            ),
        ),
        (
            "internal-error",
            Problem(
                N_("EU Login answered with an internal error"),
                "an answer to the validation",
                "nothing is wrong with the application: try again later",
                fault="validation.failed",
            ),
        ),
        (
            "validation-malformed",
            Problem(
                N_("The answer to the validation breaks off"),
                "a whole document",
                "nothing is wrong with the request: let the application say so, and try again",
                fault="validation.malformed",
            ),
        ),
        (
            "validation-refused",
            Problem(
                N_("EU Login refused the validation"), "a validation that names the user", "read the code of the answer"
            ),
        ),
        # By OpenID Connect.
        _world(
            "issuer-wrong",
            N_("There is no discovery document at this address"),
            "the issuer, which ends with /cas/oauth2",
            "mend the issuer in the client's configuration",
        ),
        _world(
            "redirect-mismatch",
            N_("The redirect address is not registered"),
            "one of the registered redirect addresses",
            "send a registered address letter by letter, or register this one",
        ),
        _world(
            "redirect-mismatch-token",
            N_("The redirect address differs at the token endpoint"),
            "redirect_uri as it was sent to /authorize",
            "send the same redirect_uri to both",
        ),
        _world(
            "code-verifier",
            N_("The code verifier is that of another sign-in"),
            "the code_verifier whose SHA-256 is the code_challenge",
            f"{_SESSION}; two sign-ins at once mix them up otherwise",
        ),
        _world(
            "client-secret",
            N_("The client secret is wrong"),
            "the secret of the client's registration",
            "compare the secret with the registration, sign by sign",
        ),
        _world(
            "pkce-missing",
            N_("PKCE was left out"),
            "code_challenge, and code_challenge_method=S256",
            "turn PKCE with S256 on in the client",
        ),
        _world(
            "secret-in-body",
            N_("The client secret was sent in the body"),
            "client authentication by client_secret_basic",
            "set the client's method to client_secret_basic, often not its default",
        ),
        _world(
            "userinfo-off",
            N_("UserInfo was asked, and is off"),
            "a client that reads the ID token",
            "let the client read the ID token",
        ),
        _world(
            "nonce-lost",
            N_("The nonce of the ID token is not the one that the client kept"),
            "the nonce of this sign-in",
            _SESSION,
        ),
        _world(
            "algorithm",
            N_("The client does not take the algorithm of the ID token"),
            "PS512, or the algorithm of the client's registration",
            "name PS512 in the client's configuration, whose default is often RS256",
        ),
        _world(
            "state-lost",
            N_("The application lost the state of this sign-in"),
            "the state of this sign-in in the browser's session",
            f"the session's cookie did not come back: {_COOKIE}",
        ),
        (
            "client-unknown",
            Problem(
                N_("EU Login does not know the client"),
                "the client_id of a registered client",
                "compare client_id with the registration, and the environment",
            ),
        ),
        (
            "code-used-twice",
            Problem(
                N_("The code was used twice"),
                "a code that is redeemed one time",
                "look for a reload of the redirect page, a repeated request and a second instance",
            ),
        ),
        (
            "code-expired",
            Problem(
                N_("The code was too old when it was redeemed"),
                "a code that is redeemed at once",
                _AGAIN,
                world="clock-moved",
            ),
        ),
        (
            "authorize-refused",
            Problem(
                N_("EU Login refused the request to sign in"),
                "an authorization request that EU Login accepts",
                "read error and error_description of the way back",
            ),
        ),
        (
            "token-refused",
            Problem(
                N_("EU Login refused to give tokens"),
                "a code that is redeemed for tokens",
                "read error and error_description of the answer",
            ),
        ),
        (
            "token-malformed",
            Problem(
                N_("The answer of the token endpoint breaks off"),
                "a whole JSON object",
                "nothing is wrong with the request: let the application say so, and try again",
                fault="token.malformed",
            ),
        ),
        (
            "id-token-foreign",
            Problem(
                N_("The ID token is of another issuer or for another client"),
                "an ID token of this issuer for this client",
                "refuse it; compare issuer and client_id with the registration",
                fault="token.wrong_audience",
            ),
        ),
        (
            "sign-in-denied",
            Problem(
                N_("The person gave the sign-in up"),
                "a person who goes through with it",
                "tell the person that it can be tried again",
            ),
        ),
        # By both.
        _world(
            "cookie-lost",
            N_("The application's own cookie does not come back"),
            "the application's session cookie, back from the browser",
            _COOKIE,
        ),
        _world(
            "authority-not-trusted",
            N_("The certificate of EU Login is not trusted"),
            "an authority that browser and application trust",
            "let them trust ca.pem of the control room, or the authority of the network's proxy",
        ),
        _world(
            "clocks-differ",
            N_("The clocks differ"),
            "clocks that show the same time",
            "set the clock right; here, setting protocol_time to real",
        ),
        (
            "discovery-unreachable",
            Problem(
                N_("The discovery document cannot be read"),
                "the discovery document of the issuer",
                "try again later, and keep the last one",
                fault="discovery.unreachable",
            ),
        ),
        (
            "keys-unreachable",
            Problem(
                N_("The published keys cannot be read"),
                "the keys at jwks_uri",
                "try again later, and keep the last ones",
                fault="keys.unreachable",
            ),
        ),
        (
            "eulogin-error",
            Problem(
                N_("EU Login answered with an error of its own"),
                "an answer of EU Login",
                "try again later; nothing is wrong with the application",
                fault="eulogin.error",
            ),
        ),
        # Of people, without a world.
        (
            "link-used",
            Problem(
                N_("The link of the mail was used before"),
                "a link that is opened one time",
                "ask for a new mail on that page; a scanner of mails may have opened it first",
                fault="link.eaten",
            ),
        ),
        (
            "link-ended",
            Problem(
                N_("The link of the mail does not count any more"),
                "the link of the newest mail",
                "use the newest mail, or ask for another one",
            ),
        ),
        (
            "wrong-password",
            Problem(N_("The password is wrong"), "the password of the account", "enter it again, or ask for a new one"),
        ),
        (
            "factor-refused",
            Problem(
                N_("The second factor was wrong"),
                "the PIN, code or key of the account",
                "try again, or use another verification method",
            ),
        ),
        (
            "request-denied",
            Problem(N_("The request was denied on the phone"), "a person who approves it", "send the request again"),
        ),
        (
            "page-too-old",
            Problem(
                N_("The page of EU Login was opened too long ago"),
                "a form that is sent in time",
                "start again at the application",
            ),
        ),
        (
            "login-request-unknown",
            Problem(
                N_("EU Login does not know this login request, or it is too old"),
                "a loginRequestId that was begun shortly before",
                "begin again at the application; do not keep the address as a bookmark",
            ),
        ),
        (
            "attributes-missing",
            Problem(
                N_("EU Login did not tell name or address"),
                "name and e-mail address in the answer",
                "send userDetails=true; let the person look at My Account",
                fault="attributes.missing",
            ),
        ),
        (
            "eulogin-slow",
            Problem(
                N_("EU Login took too long"),
                "an answer within the patience of the application",
                "wait longer, and let the person try again",
                fault="validation.slow",
            ),
        ),
    ]
)
