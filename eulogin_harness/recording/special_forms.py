"""Forms that are more than their fields: what was chosen, scanned or searched by them, as calls of page objects."""

from collections.abc import Callable, Mapping

from eulogin_harness.recording.actions import Action
from eulogin_harness.recording.calls import Call, ScreenKey, quoted
from eulogin_harness.recording.forms import field_calls, form_calls, press
from eulogin_harness.recording.values import Values
from mock_idp.signin.strengths import METHODS

_METHOD_LABELS = {method.strength: method.label for method in METHODS}
_PROFILE = {"role": "Physician", "specialty": "Paediatric oncology"}  # what Cpms.fill_profile invents


def sent_calls(screen: ScreenKey, sent: Action, values: Values) -> list[Call]:
    """What was done with a form that was sent: some are more than their fields, all others are in the table."""
    special = _SPECIAL.get(sent.page)
    calls = special(screen, sent, values) if special else None
    return form_calls(screen, sent, values) if calls is None else calls


def _permission(screen: ScreenKey, sent: Action, _: Values) -> list[Call] | None:
    return [Call(screen, "allow", (quoted(sent.state),))] if sent.name == "Allow" else None


def _one_time_password(screen: ScreenKey, sent: Action, values: Values) -> list[Call] | None:
    if not sent.field("otp") or not values.one_time_code:
        return None
    method = "confirm" if sent.page == "device-qr" else "enter"
    return [Call(screen, f"{method}_one_time_password", (values.one_time_code,))]


def _password(screen: ScreenKey, sent: Action, values: Values) -> list[Call] | None:
    strength, password = sent.field("loginStrength"), sent.field("password")
    if strength is None:
        return None
    label = _METHOD_LABELS.get(strength.value, "Password")
    chosen = Call(screen, "choose_method", (quoted(label),))
    if password is None or not password.value or label == _METHOD_LABELS["MOBILE_APP"]:
        return [chosen, press(screen, sent)]
    return [chosen, Call(screen, "enter_password", (values.source("password", password.value),))]


def _profile(screen: ScreenKey, sent: Action, values: Values) -> list[Call] | None:
    if not _is_whole_profile(sent):
        return None
    networks = [one.value for one in sent.fields if one.name == "networks" and one.checked]
    options = {
        "country": quoted(sent.value("country")),
        "hospital": values.source("hospital", sent.value("hospital")),
        "networks": f"[{', '.join(map(quoted, networks))}]",
    }
    others = [
        one
        for one in sent.fields
        if one.name not in {*options, "terms"} and (one.text or one.value) != _PROFILE.get(one.name)
    ]
    rest = field_calls(screen, others, values)
    return [Call(screen, "fill_profile", (), options), *rest, press(screen, sent)]


def _search(screen: ScreenKey, sent: Action, values: Values) -> list[Call] | None:
    if sent.name != "Search":
        return None
    options = {}
    for name in ("network", "country", "hospital"):
        field = sent.field(name)
        if field and field.value:
            options[name] = values.source(name, field.text or field.value)
    return [Call(screen, "search", (), options)]


def _is_whole_profile(sent: Action) -> bool:
    """Whether what Cpms.fill_profile fills in was filled in, and nothing unticked."""
    filled = {one.name for one in sent.fields if one.changed and one.kind != "checkbox"}
    ticked = {one.name for one in sent.fields if one.changed and one.checked}
    unticked = any(one.changed and one.kind == "checkbox" and not one.checked for one in sent.fields)
    return {"country", "hospital", *_PROFILE} <= filled and {"networks", "terms"} <= ticked and not unticked


_SPECIAL: Mapping[str, Callable[[ScreenKey, Action, Values], list[Call] | None]] = {
    "phone-scan": lambda _, sent, __: [] if sent.name == "Scan" else None,  # if it finds a code, the next page shows it
    "phone-permission": _permission,
    "password": _password,
    "one-time-code": _one_time_password,
    "device-qr": _one_time_password,
    "complete-profile": _profile,
    "search": _search,
}
