"""Answers of EU Login to an authorization request, brought to the application by a browser that a check chooses."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from eulogin_harness.grade.outcomes import NotApplicable, NotDone
from eulogin_harness.grade.people import session_of
from mock_idp.oidc import BASE
from mock_world.addresses import with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eulogin_harness.grade.people import User
    from eulogin_harness.grade.trial import Trial
    from eulogin_harness.grade.visitor import Seen, Visitor

_NOT_REPEATED = {"max_age", "prompt", "response_mode"}  # a sign-in without pages is new in any case


def begin(visitor: "Visitor") -> dict[str, str]:
    """Begin a sign-in, and stop before EU Login: the parameters. Raises NotDone, NotApplicable."""
    parameters = visitor.begin()
    if parameters.get("response_mode") == "form_post":
        raise NotApplicable("it has answers sent by a form (response_mode=form_post), and this check sends addresses")
    return parameters


def answer_of(trial: "Trial", user: "User", parameters: "Mapping[str, str]") -> dict[str, str]:
    """What EU Login answers to an authorization request when that user is signed in: `code`, `state`, `iss`.

    Raises NotDone.
    """
    cookies = session_of(trial.world, user).storage_state["cookies"]
    sent = {name: value for name, value in parameters.items() if name not in _NOT_REPEATED} | {"prompt": "none"}
    response = trial.request(
        with_query(trial.world.addresses.public("idp", f"{BASE}/authorize"), sent),
        headers={"Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)},
    )
    fields = dict(parse_qsl(urlsplit(response.headers.get("Location", "")).query))
    if "code" not in fields:
        raise NotDone(f"expected EU Login to answer with a code; got {fields.get('error', response.status_code)}")
    return fields


def bring(visitor: "Visitor", parameters: "Mapping[str, str]", fields: "Mapping[str, str]") -> "Seen":
    """Let a browser come back to the application with an answer, and look whom it takes the browser for."""
    visitor.open(with_query(parameters["redirect_uri"], dict(fields)))
    return visitor.look()


def check_right_answer(trial: "Trial") -> None:
    """Raises NotDone where even a right answer, brought like this, signs nobody in."""
    user, visitor = trial.user(), trial.visitor()
    parameters = begin(visitor)
    trial.check_signed_in(bring(visitor, parameters, answer_of(trial, user, parameters)), user)
