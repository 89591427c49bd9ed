"""Whether an application goes on when EU Login signs by new keys."""

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.stand_in import KEYS
from eulogin_harness.grade.trial import Trial
from mock_idp.oidc.keys import rotate


@check(
    "openid.keys-rotated",
    title="Nobody can sign in once EU Login signs by new keys",
    done=("EU Login makes new keys, publishes them beside the old ones, and signs by them; then somebody signs in."),
    expected=(
        "It reads the keys again where it does not know the `kid`, and goes on. Some libraries do so only"
        " half a minute after they read keys last: then grade this check again alone."
    ),
    why="One day nobody gets in any more, until somebody restarts the application.",
    source="OpenID Connect Core 1.0, 10.1.1",
    weight=Weight.LOW,
    remedy="keys",
)
def keys_rotated(trial: Trial) -> None:
    trial.signed_in()
    rotate(trial.world)
    read_before = len(trial.stand_in.calls_of(KEYS))
    user = trial.user()
    seen = trial.visitor(user).sign_in()
    if not seen.signed_in:
        again = len(trial.stand_in.calls_of(KEYS)) > read_before
        raise Unsound(f"after EU Login's keys had changed, keys {'read' if again else 'not read'} again: {seen}")
