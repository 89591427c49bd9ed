"""Whether UserInfo about somebody else is taken."""

import json

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.stand_in import USERINFO
from eulogin_harness.grade.trial import Trial
from mock_idp.common.settings import OIDC_USERINFO


@check(
    "openid.userinfo-of-another",
    title="UserInfo about somebody else is taken",
    done="EU Login's UserInfo is on, and answers about another person than the ID token.",
    expected="It compares `sub` of both, and uses nothing of UserInfo where they differ.",
    why="With somebody else's access token, a sign-in shows and changes that person's data.",
    source="OpenID Connect Core 1.0, 5.3.2 and 5.3.4",
    weight=Weight.HIGH,
    remedy="verify-the-id-token",
)
def userinfo_of_another(trial: Trial) -> None:
    trial.world.settings.change({OIDC_USERINFO.name: True})
    user, other = trial.user(), trial.user()
    trial.signed_in(user)
    if not trial.stand_in.calls_of(USERINFO):
        raise NotApplicable("it does not ask UserInfo")
    if not trial.application.marks:
        raise NotApplicable("it does not show who is signed in")
    about_other = {
        "sub": other.uid,
        "email": other.email,
        "given_name": other.first_name,
        "family_name": other.last_name,
    }
    trial.change(USERINFO, lambda answer: answer.with_text(json.dumps(about_other | {"name": other.name})))
    seen = trial.visitor(user).sign_in()
    if other in seen.who:
        raise Unsound(f"after {user.uid} signed in, and UserInfo was about {other.uid}: {seen}")
