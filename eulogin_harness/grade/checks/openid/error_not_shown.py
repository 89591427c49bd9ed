"""Whether a refusal of EU Login is shown."""

from eulogin_harness.grade.authorization import begin
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial
from mock_idp.oidc.claims import issuer as issuer_of
from mock_world.addresses import with_query

_SERVER_ERROR = 500


@check(
    "openid.error-not-shown",
    title="A refusal of EU Login ends in an error page, or in a loop",
    done="The browser comes back with `error=access_denied`, as when somebody gives the sign-in up.",
    expected=(
        "It shows a page that says that nobody was signed in, with a way to begin again; not a page of a "
        "server error, and not EU Login at once."
    ),
    why=("People are lost, or sent round and round; pages of server errors show how the application is made."),
    source="RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6; CWE-755",
    weight=Weight.LOW,
    remedy="fail-closed",
)
def error_not_shown(trial: Trial) -> None:
    visitor = trial.visitor()
    parameters = begin(visitor)
    fields = {"error": "access_denied", "error_description": "The person gave the sign-in up"}
    state = {"state": parameters["state"]} if "state" in parameters else {}
    issuer = {"iss": issuer_of(trial.world)}
    with trial.eu_login_closed() as stand_in:
        seen = visitor.open(with_query(parameters["redirect_uri"], fields | state | issuer))
    if stand_in.asked_while_closed:
        raise Unsound("after error=access_denied: the browser was sent to EU Login again at once")
    if not 0 < seen.status < _SERVER_ERROR:
        raise Unsound(f"after error=access_denied: {seen}")
    trial.expect_nobody(visitor.look(), "error=access_denied")
