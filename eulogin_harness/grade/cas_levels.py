"""The authentication level that an application with CAS asks of a sign-in, and of a validation."""

from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin.strengths import Demand, named_level


def demands_more(level: str | None, strengths: str | None) -> bool:
    """Whether parameters authenticationLevel and acceptStrengths keep a sign-in by password out."""
    return not Demand.of(named_level(level), strengths or "").accepts(PASSWORD)


def check_demand(trial: Trial) -> None:
    """Raises NotApplicable where the application asks for no more than a password."""
    application = trial.application
    if not demands_more(application.requested("authenticationLevel"), application.requested("acceptStrengths")):
        raise NotApplicable("it asks for no level above the password when it sends browsers to EU Login")
