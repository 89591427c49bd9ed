"""Whether a refresh token is sent twice."""

import json

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.stand_in import TOKEN, Answer
from eulogin_harness.grade.tokens import tokens_of
from eulogin_harness.grade.trial import Trial

_PAGES = 3  # that are opened at most to see tokens renewed


@check(
    "openid.refresh-token-reused",
    title="A refresh token is used twice",
    done=(
        "Tokens are given with a life of a second, and pages are opened until the application has renewed them twice."
    ),
    expected="Each refresh brings a new refresh token; it uses that one from then on.",
    why=(
        "EU Login takes a refresh token that comes twice for stolen, and ends the sign-in: people are "
        "signed out for no reason."
    ),
    source="RFC 6749, 6; RFC 9700, 4.14.2",
    weight=Weight.LOW,
    remedy="refresh-tokens",
)
def refresh_token_reused(trial: Trial) -> None:
    trial.change(TOKEN, _short)
    visitor = trial.visitor(trial.user())
    visitor.sign_in()
    for _ in range(_PAGES):
        if len(_refresh_tokens(trial)) > 1:
            break
        visitor.look()
    used = _refresh_tokens(trial)
    if len(used) <= 1:
        raise NotApplicable("it does not renew tokens, or not while it is looked at")
    if len(set(used)) < len(used):
        raise Unsound(f"of {len(used)} refreshes, two sent the same refresh token")


def _short(answer: Answer) -> Answer:
    tokens = tokens_of(answer)
    return answer.with_text(json.dumps(tokens | {"expires_in": 1})) if tokens else answer


def _refresh_tokens(trial: Trial) -> list[str | None]:
    """Those that were sent, in order."""
    calls = trial.stand_in.calls_of(TOKEN)
    return [call.get("refresh_token") for call in calls if call.get("grant_type") == "refresh_token"]
