"""What Schemathesis is told of the control API: values that keep a run short, and ids that there are."""

from typing import Any

import requests
import schemathesis

_CREATED, _TIMEOUT = 201, 30
_MOST_PEOPLE = 3
# Mails go to another server, and what a file lacks is told where it is read, with status 500 as the mock's own trouble.
_ELSEWHERE = ("smtp", "cpms.directory", "cpms.profile")
_PHONES = ("phone-helpdesk", "phone-2")


@schemathesis.serializer("application/zip")
def as_file(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """The body of a bundle."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case[Any], **__: Any) -> None:
    """No call waits for what will not come, no crowd is made, and nothing is elsewhere; some ids are there."""
    case.query = _shortened(case.query)
    case.body = _shortened(case.body)
    case.path_parameters = _found(case.path_parameters)


@schemathesis.hook
def after_call(_: schemathesis.HookContext, case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
    """A fault that was armed answers other calls as it should not be answered: it is disarmed."""
    if case.operation.path == "/api/faults/{name}" and response.status_code == _CREATED:
        requests.delete(response.request.url or "", timeout=_TIMEOUT)


def _found(parameters: Any) -> Any:
    """Of ids, some that there are."""
    if isinstance(parameters, dict) and isinstance(id_ := parameters.get("id"), int | str):
        if isinstance(id_, str) and len(id_) % 2 and "{id}" not in id_:
            parameters["id"] = _PHONES[len(id_) // 2 % len(_PHONES)]
        elif isinstance(id_, int) and not isinstance(id_, bool) and id_ % 2:
            parameters["id"] = id_ % 5
    return parameters


def _shortened(values: Any) -> Any:
    if isinstance(values, dict):
        for name, most in (("wait", 0), ("count", _MOST_PEOPLE)):
            value = str(values.get(name))
            if value.replace(".", "", 1).isdecimal() and float(value) > most:
                values[name] = most
        for settings in (values, values.get("settings")):
            if isinstance(settings, dict):
                for name in _ELSEWHERE:
                    settings.pop(name, None)
    return values
