"""Page objects of a scenario: their variables, and the lines that make and call them."""

import re

from eulogin_harness.recording.calls import Argument, Call, ScreenKey
from eulogin_harness.recording.formatting import INDENT, call_lines
from eulogin_harness.recording.values import Values

_VARIABLES = {"EuLogin": "eu_login", "Cpms": "cpms", "Handset": "handset", "Mailbox": "mails"}
_URLS = {
    "EuLogin": 'f"{world.addresses.idp}/cas"',
    "Cpms": "world.addresses.cpms",
    "Mailbox": "world.addresses.desk",
}
_NUMBERED = re.compile(r"phone-\d+")  # ids of new phones; a world begins with other ones


class Screens:
    """Each page object is made where it is used first; each window has one page."""

    def __init__(self, values: Values) -> None:
        self._phones = dict(values.phones)  # source of their ids
        self._variables: dict[ScreenKey, str] = {}
        self._pages: dict[int, str] = {}  # source of each window's page

    def statements(self, call: Call) -> list[list[str]]:
        """A call, and what is to be made before it, each with its lines."""
        made = [lines for screen in call.screens if screen not in self._variables for lines in self._make(screen)]
        function = f"{self._variables[call.screen]}.{call.method}" if call.screen else call.method
        assigned = f"{call.result} = {function}" if call.result else function
        if call.arguments is None:
            return [*made, [INDENT + assigned]]
        options = [f"{name}={source}" for name, source in call.options.items()]
        arguments = [*map(self._source, call.arguments), *options]
        if call.screen and call.reloads:
            begin = f"{INDENT}with {self._variables[call.screen]}.page.expect_navigation():"
            return [*made, [begin, *call_lines(assigned, arguments, indent=2 * INDENT)]]
        return [*made, call_lines(assigned, arguments)]

    def _source(self, argument: str | Argument) -> str:
        return argument if isinstance(argument, str) else self._variables[argument.screen] + argument.suffix

    def _make(self, screen: ScreenKey) -> list[list[str]]:
        before, url = self._phone(screen.phone) if screen.kind == "Handset" else ([], _URLS[screen.kind])
        variable = self._new_variable(_VARIABLES[screen.kind])
        page = self._pages.get(screen.window, "page.context.new_page()" if self._pages else "page")
        self._pages.setdefault(screen.window, f"{variable}.page" if self._pages else "page")
        self._variables[screen] = variable
        return [*before, call_lines(f"{variable} = {screen.kind}", [page, url])]

    def _new_variable(self, word: str) -> str:
        names = (word, f"other_{word}", *(f"{word}_{number}" for number in range(3, 100)))
        return next(name for name in names if name not in self._variables.values())

    def _phone(self, phone_id: str) -> tuple[list[list[str]], str]:
        """The lines that make a phone, if nobody did, and its address."""
        made = list[list[str]]()
        if phone_id not in self._phones and _NUMBERED.fullmatch(phone_id):
            variable = phone_id.replace("-", "_")
            made = [[f"{INDENT}{variable} = world.phones.create(installed=False)"]]
            self._phones[phone_id] = f"{variable}.id"
        source = self._phones.get(phone_id)
        return made, f'f"{{world.addresses.phone}}/phones/{f"{{{source}}}" if source else phone_id}"'
