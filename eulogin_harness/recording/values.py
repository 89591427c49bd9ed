"""What was typed: constants at the top of a scenario, or attributes of people who were made in it."""

from eulogin_harness.recording.calls import quoted

# Names of fields, and which constant their values are.
_KINDS = {
    "firstName": "FIRST_NAME",
    "lastName": "LAST_NAME",
    "email": "EMAIL",
    "username": "EMAIL",
    "password": "PASSWORD",
    "newPassword": "PASSWORD",
    "currentPassword": "PASSWORD",
    "pin": "PIN",
    "hospital": "HOSPITAL",
}
SECRETS = ("PASSWORD", "PIN")


class Values:
    """Names for values, each value of a kind once."""

    def __init__(self) -> None:
        self.constants: dict[str, str] = {}  # name: value
        self.phones: dict[str, str] = {}  # ids of people's phones, and how they are written
        self.one_time_code = ""  # the variable that holds what a phone showed last
        self._names: dict[tuple[str, str], str] = {}

    def source(self, field_name: str, value: str) -> str:
        """How the value of a field is written: by its name, or as it is."""
        kind = _KINDS.get(field_name)
        if kind is None or not value:
            return quoted(value)
        if (kind, value) not in self._names:
            self._names[kind, value] = self._new_constant(kind, value)
        return self._names[kind, value]

    def learn(self, field_name: str, value: str, source: str) -> None:
        """A value is known by another name from now on, such as `ada.email`."""
        self._names[_KINDS[field_name], value] = source

    def _new_constant(self, kind: str, value: str) -> str:
        number = sum(name.startswith(kind) for name in self.constants) + 1
        name = kind if number == 1 else f"{kind}_{number}"
        self.constants[name] = value
        return name
