"""What a client says to the answer of a validation: XML, JSON, or the text of CAS 1."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from eulogin_harness.debugger.messages import Rows, flat, json_object, leaves, names_in, xml_root
from eulogin_harness.debugger.model import Check
from mock_idp.cas.answer import NAMESPACE
from mock_world.i18n import N_

_CODE = re.compile(r"\[code=(\w+)\]")
_OK = 200
_DEMANDS = {"authenticationLevel", "acceptStrengths"}


@dataclass(frozen=True)
class Answer:
    """The answer of a validation."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


def read(answer: Answer) -> Rows:
    """The values of an answer by their names; empty where it is none."""
    if answer.text.startswith(("yes\n", "no\n")):
        first, user = (*answer.text.split("\n"), "")[:2]
        return [("authenticationSuccess / user", user)] if first == "yes" else [("authenticationFailure", "no")]
    if answer.text.startswith("{"):
        response = json_object(answer.text).get("serviceResponse")
        return flat(response) if isinstance(response, dict) else []
    root = xml_root(answer.body)
    return [] if root is None else leaves(root)


def checks_of(
    answer: Answer, rows: Rows, *, login_query: Mapping[str, str], parameters: Mapping[str, str]
) -> list[Check]:
    """What a client says to the answer. login_query: of `/cas/login`; parameters: of the validation."""
    names = names_in(rows)
    if answer.status != _OK or not names & {"authenticationSuccess", "authenticationFailure"}:
        remedy = N_("A client gives up here; let it say so to the person, and let it be tried again.")
        words = N_("This is no answer of a validation, or it breaks off.")
        return [Check(False, words, remedy, f"HTTP {answer.status}")]
    if "authenticationFailure" in names:
        return [Check(False, N_("EU Login names nobody for this ticket."), detail=_code(rows))]
    user = next((value for name, value in rows if name.endswith("/ user")), "")
    good = Check(
        True, N_("The ticket is good, and this is the user: the unique identifier, no e-mail address."), "", user
    )
    return [good, *_to_mind(answer, names, login_query, parameters)]


def _code(rows: Rows) -> str:
    """The code of a failure, wherever the form has it; CAS 1 has none."""
    name, value = next(row for row in rows if row[0].startswith("authenticationFailure"))
    match = _CODE.search(name)
    return match[1] if match else value


def _to_mind(
    answer: Answer, names: set[str], login_query: Mapping[str, str], parameters: Mapping[str, str]
) -> list[Check]:
    """What is right, and surprises those who write a client."""
    checks = []
    if "email" not in names and "mail" not in names:
        remedy = N_("Send userDetails=true to the validation; /validate never tells them.")
        checks.append(Check(None, N_("Name and e-mail address are not told."), remedy))
    if "groups" not in names and "groups" not in parameters:
        checks.append(Check(None, N_("Groups are not told."), N_("Send groups=* to the validation.")))
    if _DEMANDS & login_query.keys() and not _DEMANDS & parameters.keys():
        words = N_("What was asked for at the sign-in was not asked for at the validation.")
        remedy = N_("Ask at both: the person can change the address to which the browser is sent.")
        detail = "; ".join(f"{name}={value}" for name, value in login_query.items() if name in _DEMANDS)
        checks.append(Check(None, words, remedy, detail))
    if login_query.get("renew") and not parameters.get("renew"):
        words = N_("A new proof was asked for at the sign-in and not at the validation.")
        remedy = N_("Send renew=true to the validation too: a ticket of single sign-on is good otherwise.")
        checks.append(Check(None, words, remedy, f"renew={login_query['renew']}"))
    if NAMESPACE in answer.text:
        words = N_("Namespace and flat attributes are EU Login's: ordinary CAS clients find no attributes.")
        checks.append(Check(None, words, N_("Use a client for EU Login, or setting dialect = cas.")))
    return checks
