"""What can go wrong on demand: each fault as data, with what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_world.i18n import N_


@dataclass(frozen=True)
class Parameter:
    """A number that a fault takes: what it is where nothing is said, and within which bounds. what: its meaning."""

    default: float
    least: float
    most: float
    what: str

    def allows(self, value: float) -> bool:
        return self.least <= value <= self.most


@dataclass(frozen=True)
class FaultType:
    """A fault as data: its name `subject.what` and one sentence about what happens. Declared once, here.

    targets: for whom alone it can be armed: what is known where it strikes, of `for` (a person), `service` (of CAS) and
    `client_id` (of OpenID Connect).
    """

    name: str
    sentence: str
    targets: tuple[str, ...]
    seconds: Parameter | None
    status: Parameter | None

    @property
    def numbers(self) -> dict[str, Parameter | None]:
        """Its parameters by name."""
        return {"seconds": self.seconds, "status": self.status}

    @property
    def takes(self) -> list[str]:
        """What may be said when it is armed, beside how often."""
        return [*self.targets, *(name for name, parameter in self.numbers.items() if parameter)]

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether the row of an armed fault holds what this one takes, each number within its bounds."""
        given = {"for": row["person"], "service": row["service"], "client_id": row["client_id"]}
        return {name for name, value in given.items() if value is not None} <= {*self.targets} and all(
            row[name] is None if parameter is None else row[name] is not None and parameter.allows(row[name])
            for name, parameter in self.numbers.items()
        )


FAULTS: dict[str, FaultType] = {}


def _fault(
    name: str,
    sentence: str,
    targets: tuple[str, ...] = (),
    *,
    seconds: Parameter | None = None,
    status: Parameter | None = None,
) -> FaultType:
    return FAULTS.setdefault(name, FaultType(name, sentence, targets, seconds, status))


def _world_time(default: int, least: int = 1) -> Parameter:
    return Parameter(default, least, 30 * 24 * 3600, "world time")


def _status(default: int, least: int = 500) -> Parameter:
    return Parameter(default, least, 599, "status of the answer")


_REAL_TIME = Parameter(0.5, 0, 300, "real time")  # no test waits for seconds unless it asks for them
_PERSON = ("for",)
_CAS = ("for", "service")
_OIDC = ("for", "client_id")
_EITHER = ("for", "service", "client_id")

MAIL_LATE = _fault("mail.late", N_("A mail arrives late."), _PERSON, seconds=_world_time(600))
MAIL_LOST = _fault("mail.lost", N_("A mail is sent and never arrives."), _PERSON)
MAIL_TWICE = _fault("mail.twice", N_("A mail arrives twice."), _PERSON)
MAIL_BOUNCED = _fault(
    "mail.bounced", N_("The receiver's mail server refuses a mail, and the sender learns it."), _PERSON
)
MAIL_SPAM = _fault("mail.spam", N_("A mail arrives in the folder for spam."), _PERSON)
LINK_EXPIRED = _fault("link.expired", N_("The link of a mail has expired when it is opened, however early."), _PERSON)
LINK_EATEN = _fault(
    "link.eaten", N_("A mail scanner opened the link first: it is used up when the person opens it."), _PERSON
)
QR_HIDDEN = _fault("qr.hidden", N_("The QR code on the page is covered: no camera can read it."), _PERSON)
QR_FOREIGN = _fault("qr.foreign", N_("The page shows the QR code of something else."), _PERSON)
PUSH_LOST = _fault("push.lost", N_("The request never reaches the phone."), _EITHER)
PUSH_LATE = _fault("push.late", N_("The request reaches the phone late."), _EITHER, seconds=_world_time(120))
PUSH_TWICE = _fault("push.twice", N_("The request reaches the phone twice."), _EITHER)
PHONE_CLOCK_WRONG = _fault(
    "phone.clock_wrong",
    N_("The phone's clock goes wrong before it makes a one-time password by time, and stays so."),
    _PERSON,
    seconds=Parameter(600, -86_400, 86_400, "by which it is ahead; negative: behind"),
)
TICKET_LOST = _fault("ticket.lost", N_("The browser comes back to the service without its ticket."), _CAS)
TICKET_EXPIRED = _fault("ticket.expired", N_("The service ticket has expired when it is validated."), _CAS)
TICKET_EATEN = _fault("ticket.eaten", N_("Somebody validated the service ticket before the service did."), _CAS)
TICKET_WRONG_SERVICE = _fault("ticket.wrong_service", N_("The ticket was made for another service."), _CAS)
VALIDATION_SLOW = _fault("validation.slow", N_("The answer to a validation takes long."), _CAS, seconds=_REAL_TIME)
VALIDATION_MALFORMED = _fault("validation.malformed", N_("The answer to a validation breaks off in the middle."), _CAS)
VALIDATION_FAILED = _fault(
    "validation.failed",
    N_("EU Login fails: INTERNAL_ERROR for a ticket or a login transaction, server_error for a token."),
    _EITHER,
)
ATTRIBUTES_MISSING = _fault(
    "attributes.missing", N_("EU Login does not say e-mail address and name of the person."), _EITHER
)
ATTRIBUTES_DUPLICATE = _fault(
    "attributes.duplicate", N_("The answer to a validation gives e-mail address and name of the person twice."), _CAS
)
TOKEN_SLOW = _fault("token.slow", N_("The token endpoint takes long."), _OIDC, seconds=_REAL_TIME)
TOKEN_MALFORMED = _fault("token.malformed", N_("The token endpoint's answer breaks off in the middle."), _OIDC)
TOKEN_WRONG_ISSUER = _fault("token.wrong_issuer", N_("The ID token names another issuer."), _OIDC)
TOKEN_WRONG_AUDIENCE = _fault("token.wrong_audience", N_("The ID token is for another client."), _OIDC)
TOKEN_WRONG_NONCE = _fault("token.wrong_nonce", N_("The ID token holds another nonce."), _OIDC)
TOKEN_WRONG_SIGNATURE = _fault(
    "token.wrong_signature", N_("The ID token is signed by a key that nobody published."), _OIDC
)
TOKEN_EXPIRED = _fault("token.expired", N_("The ID token has expired before it arrives."), _OIDC)
TOKEN_TOO_LARGE = _fault("token.too_large", N_("The ID token is too large for a header or a cookie."), _OIDC)
DISCOVERY_UNREACHABLE = _fault(
    "discovery.unreachable", N_("The discovery document cannot be had."), status=_status(503, 400)
)
KEYS_UNREACHABLE = _fault("keys.unreachable", N_("The keys (JWKS) cannot be had."), status=_status(503, 400))
KEYS_FOREIGN = _fault("keys.foreign", N_("The keys (JWKS) are those of somebody else: none has signed a token."))
KEYS_ROTATED = _fault(
    "keys.rotated", N_("EU Login changes its keys just before it signs: the ID token's is new to the client."), _OIDC
)
EU_LOGIN_UNAVAILABLE = _fault(
    "eulogin.unavailable", N_("EU Login answers nothing but that it is not available."), _EITHER, status=_status(503)
)
EU_LOGIN_SLOW = _fault("eulogin.slow", N_("EU Login takes long to answer."), _EITHER, seconds=_REAL_TIME)
EU_LOGIN_ERROR = _fault(
    "eulogin.error",
    N_("EU Login answers an error to everything."),
    _EITHER,
    status=_status(500, 400),
)
EU_LOGIN_CUT = _fault("eulogin.cut", N_("The connection to EU Login breaks off in the middle of an answer."), _EITHER)
RECOGNITION_LATE = _fault(
    "recognition.late",
    N_("CPMS does not know an account yet, however old it is, and says how long to wait."),
    _PERSON,
    seconds=_world_time(1800),
)
CPMS_UNAVAILABLE = _fault("cpms.unavailable", N_("CPMS is not available."), _PERSON, status=_status(503))
HELPDESK_SILENT = _fault("helpdesk.silent", N_("The automatic helpdesk does not answer a request."), _PERSON)
