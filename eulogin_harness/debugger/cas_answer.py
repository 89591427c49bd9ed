"""What a client says to the answer of a validation: XML, JSON, or the text of CAS 1."""

import re
from typing import TYPE_CHECKING

from eulogin_harness.debugger.messages import Rows, flat, json_object, leaves, names_in, xml_root
from eulogin_harness.debugger.model import Check
from mock_world.i18n import N_

if TYPE_CHECKING:
    from requests import Response

    from eulogin_harness.debugger.model import Trial

_EU_LOGIN = "https://ecas.ec.europa.eu/cas/schemas"
_CODE = re.compile(r"\[code=(\w+)\]")
_OK = 200


def read(response: "Response") -> Rows:
    """The values of an answer by their names; empty where it is none."""
    if response.text.startswith(("yes\n", "no\n")):
        first, user = (*response.text.split("\n"), "")[:2]
        return [("authenticationSuccess / user", user)] if first == "yes" else [("authenticationFailure", "no")]
    if response.text.startswith("{"):
        document = json_object(response).get("serviceResponse")
        return flat(document) if isinstance(document, dict) else []
    root = xml_root(response.content)
    return [] if root is None else leaves(root)


def checks_of(trial: "Trial", response: "Response", rows: Rows) -> list[Check]:
    """What a client says to the answer."""
    names = names_in(rows)
    if response.status_code != _OK or not names & {"authenticationSuccess", "authenticationFailure"}:
        remedy = N_("A client gives up here; let it say so to the person, and let it be tried again.")
        words = N_("This is no answer of a validation, or it breaks off.")
        return [Check(False, words, remedy, f"HTTP {response.status_code}")]
    if "authenticationFailure" in names:
        return [Check(False, N_("EU Login names nobody for this ticket."), detail=_code(rows))]
    user = next((value for name, value in rows if name.endswith("/ user")), "")
    good = Check(
        True, N_("The ticket is good, and this is the user: the unique identifier, no e-mail address."), "", user
    )
    return [good, *_to_mind(trial, response, names)]


def _code(rows: Rows) -> str:
    """The code of a failure, wherever the form has it; CAS 1 has none."""
    name, value = next(row for row in rows if row[0].startswith("authenticationFailure"))
    match = _CODE.search(name)
    return match[1] if match else value


def _to_mind(trial: "Trial", response: "Response", names: set[str]) -> list[Check]:
    """What is right, and surprises those who write a client."""
    parameters = trial.parameters
    checks = []
    if "email" not in names and "mail" not in names:
        remedy = N_("Send userDetails=true to the validation; /validate never tells them.")
        checks.append(Check(None, N_("Name and e-mail address are not told."), remedy))
    if "groups" not in names and "groups" not in parameters:
        checks.append(Check(None, N_("Groups are not told."), N_("Send groups=* to the validation.")))
    if {"level", "strengths"} & parameters.keys() and not {"checked_level", "checked_strengths"} & parameters.keys():
        words = N_("What was asked for at the sign-in was not asked for at the validation.")
        remedy = N_("Ask at both: the person can change the address to which the browser is sent.")
        checks.append(Check(None, words, remedy))
    if _EU_LOGIN in response.text:
        words = N_("Namespace and flat attributes are EU Login's: ordinary CAS clients find no attributes.")
        checks.append(Check(None, words, N_("Use a client for EU Login, or setting dialect = cas.")))
    return checks
