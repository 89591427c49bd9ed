"""Whether the text of a refusal becomes part of a page as HTML."""

from eulogin_harness.grade.authorization import begin
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial
from mock_idp.oidc.claims import issuer
from mock_world.addresses import with_query

_ELEMENT = "grade-probe"
_HTML = f"<{_ELEMENT}>text</{_ELEMENT}>"


@check(
    "openid.error-as-html",
    title="The text of a refusal is shown as HTML",
    done="The browser comes back with an error whose `error_description` is HTML with a script.",
    expected="It shows such a text as text, or not at all.",
    why=(
        "Everybody can write such an address: whoever opens it runs the attacker's script in the "
        "application's name (XSS)."
    ),
    source="CWE-79; RFC 6749, 4.1.2.1 leaves the text to whoever writes the address",
    weight=Weight.HIGH,
    remedy="fail-closed",
)
def error_as_html(trial: Trial) -> None:
    visitor = trial.visitor()
    parameters = begin(visitor)
    state = {"state": parameters["state"]} if "state" in parameters else {}
    for code, text in (("access_denied", _HTML), (_HTML, "")):
        fields = {"error": code, "error_description": text, "iss": issuer(trial.world)} | state
        with trial.eu_login_closed():
            visitor.open(with_query(parameters["redirect_uri"], fields))
        if visitor.page.locator(_ELEMENT).count():
            raise Unsound("after an error with HTML in it: the page holds it as HTML")
