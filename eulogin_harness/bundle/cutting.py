"""A world cut to one person: what is another's, or could be, is left out."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eulogin_harness.bundle.model import BundleError, State
from mock_world.events import CATALOGUE

Row = Mapping[str, Any]

_NOBODY = "left-out@people.example"  # in place of another's e-mail address
_WHOLE = frozenset(
    {"world", "world_setting", "idp_service", "idp_oidc_client", "idp_oidc_key"}
)  # applications, no people
_BY_UID = frozenset(
    {
        *("cpms_access_request", "cpms_helpdesk_member", "cpms_person", "cpms_profile", "cpms_profile_draft"),
        *("cpms_session", "desk_persona", "idp_account", "idp_code_challenge", "idp_device", "idp_email_link"),
        *("idp_failed_attempts", "idp_key_challenge", "idp_oidc_grant", "idp_oidc_token", "idp_password_link"),
        *("idp_proxy_grant", "idp_request", "idp_security_key", "idp_session", "idp_ticket"),
    }
)
# Nothing in these says whose they are: browsers, pictures with a code, what is remembered against being used twice, and
# the debugger's messages and the prepared world, which are anybody's.
LEFT_OUT = frozenset({"desk_prepared_world", "desk_trial", "idp_captcha", "idp_loop_watch", "idp_oidc_assertion"})


class Cut:
    """What belongs to one person. after: the world when the bundle is written.

    Raises BundleError where nobody has that e-mail address.
    """

    def __init__(self, after: State, person: str) -> None:
        tables: dict[str, list[Row]] = after["tables"]
        self.person = person.lower()
        self._uids = {row["uid"] for row in tables["idp_account"] if row["email"] == self.person}
        if not self._uids:
            way = "GET /api/personas lists people"
            raise BundleError("the e-mail address of a person of this world", person, way)
        self._emails = {self.person, *_former_addresses(tables["world_event"], self.person)}
        devices = [row["identifier"] for row in tables["idp_device"] if row["uid"] in self._uids]
        self._phone_accounts = {row["id"] for row in tables["phone_account"] if row["device_identifier"] in devices}
        self._phones = {
            *(row["phone_id"] for row in tables["desk_persona"] if row["uid"] in self._uids),
            *(row["name"] for row in tables["phone_phone"] if row["owner"].lower() in self._emails),
            *(row["name"] for row in tables["phone_phone"] if self._has_account(tables, row)),
        } - {"", None}
        self._requests = {row["id"] for row in tables["idp_request"] if row["uid"] in self._uids}
        self._access_requests = {row["id"] for row in tables["cpms_access_request"] if row["uid"] in self._uids}
        self.correlation_ids = self._sign_ins(tables["world_event"])
        self._others = self._words_of_others(tables)

    def _has_account(self, tables: Mapping[str, list[Row]], phone: Row) -> bool:
        return any(
            row["phone"] == phone["number"] and row["id"] in self._phone_accounts for row in tables["phone_account"]
        )

    def _sign_ins(self, events: list[Row]) -> set[str]:
        """Sign-ins in which this person had a part and nobody else."""
        own = {row["correlation_id"] for row in events if row["person"] in self._emails}
        others = {row["correlation_id"] for row in events if row["person"] and row["person"] not in self._emails}
        return own - others - {None}

    def _words_of_others(self, tables: Mapping[str, list[Row]]) -> "re.Pattern[str] | None":
        """Finds what names another person in what is kept: a helpdesk that decided, a name that was mistyped."""
        words = {
            *(row[name] for row in tables["idp_account"] for name in ("uid", "email")),
            *(row[name] for row in tables["cpms_person"] for name in ("uid", "email")),
            *(row["person"] for row in tables["world_event"]),
            *(row["to"] for row in tables["world_mail"]),
            *(row["name"] for row in tables["phone_phone"]),
            *(row["owner"] for row in tables["phone_phone"]),
            *(row["identifier"] for row in tables["idp_device"] if row["uid"] not in self._uids),
        } - {None, "", *self._uids, *self._emails, *self._phones}
        longest_first = sorted(map(str, words), key=len, reverse=True)
        alternatives = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![\w.@-])(?:{alternatives})(?![\w@-])", re.IGNORECASE) if words else None

    def state(self, state: State) -> State:
        """The state with the rows of this person alone. Tables that nobody declared here are left out."""
        tables = {name: list(self._own_rows(name, rows)) for name, rows in state["tables"].items()}
        return state | {"tables": json.loads(self.without_others(json.dumps(tables)))}

    def without_others(self, text: str) -> str:
        """The text with nothing in it that names another person."""
        return self._others.sub(_NOBODY, text) if self._others else text

    def _own_rows(self, table: str, rows: list[Row]) -> Iterator[Row]:
        if table in _WHOLE:
            yield from rows
        elif table in _BY_UID:
            yield from (row for row in rows if row["uid"] in self._uids)
        elif belongs := _RULES.get(table):
            yield from (self._alone(table, row) for row in rows if belongs(self, row))

    def _alone(self, table: str, row: Row) -> Row:
        """A phone that others use too forgets which of their accounts it showed."""
        if table != "phone_phone" or row["active"] in self._phone_accounts:
            return row
        return {**row, "active": None, "scanned": ""}

    def owns_job(self, row: Row) -> bool:
        """A scheduled job that is for this person, or looks at whatever it finds."""
        payload: Row = row["payload"]
        return (
            payload.keys() == {"since"}
            or payload.get("uid") in self._uids
            or str(payload.get("to", "")).lower() in self._emails
            or payload.get("request") in self._access_requests
        )

    def owns_event(self, row: Row) -> bool:
        return row["person"] in self._emails or (not row["person"] and row["correlation_id"] in self.correlation_ids)

    def owns_sign_in(self, row: Row) -> bool:
        return row["correlation_id"] in self.correlation_ids

    def owns_mail(self, row: Row) -> bool:
        return row["to"] in self._emails

    def owns_fault(self, row: Row) -> bool:
        return row["person"] is None or row["person"] in self._emails

    def owns_phone(self, row: Row) -> bool:
        return row["name"] in self._phones

    def owns_account_of_phone(self, row: Row) -> bool:
        return row["id"] in self._phone_accounts

    def owns_return_url(self, row: Row) -> bool:
        return row["request"] in self._requests

    def owns_sensor(self, row: Row) -> bool:
        return row["phone"] in self._phones


_RULES: Mapping[str, Callable[[Cut, Row], bool]] = {
    "idp_login_request": Cut.owns_sign_in,
    "idp_oidc_request": Cut.owns_sign_in,
    "phone_account": Cut.owns_account_of_phone,
    "phone_phone": Cut.owns_phone,
    "phone_return_url": Cut.owns_return_url,
    "phone_sensor_question": Cut.owns_sensor,
    "world_event": Cut.owns_event,
    "world_fault": Cut.owns_fault,
    "world_mail": Cut.owns_mail,
    "world_scheduled_job": Cut.owns_job,
}
DECLARED = _WHOLE | _BY_UID | LEFT_OUT | _RULES.keys()


def _former_addresses(events: list[Row], person: str) -> set[str]:
    """E-mail addresses that a person had before."""
    known = {person}
    for event in reversed(events):
        kind = CATALOGUE.get(event["type"])
        if kind and kind.renames and event["person"] in known:
            known.add(str(event["fields"]["former"]))
    return known
