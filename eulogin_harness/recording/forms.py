"""Which method of a page object does what a form was sent for: a table, and what is done where it has no row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eulogin_harness.recording.calls import Call, ScreenKey, quoted

if TYPE_CHECKING:
    from eulogin_harness.recording.actions import Action, Field
    from eulogin_harness.recording.values import Values


@dataclass(frozen=True)
class Form:
    """A form of a page, and the method that fills it.

    arguments: parameters of the method and the fields that they fill. confirmed: fields that must repeat another one.
    ticked: boxes that the method ticks, too. keywords: whether the parameters are named. presses: the button that the
    method presses; without one the button is pressed after it.
    """

    page: str
    method: str
    arguments: Mapping[str, str]
    confirmed: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    keywords: bool = False
    presses: str = ""

    def fits(self, sent: "Action") -> bool:
        """Whether the method does exactly what was done here."""
        if sent.page != self.page or (self.presses and sent.name != self.presses):
            return False
        filled = {one.name: one.value for one in sent.fields if one.changed and one.kind not in {"checkbox", "hidden"}}
        ticked = [one.name for one in sent.fields if one.changed and one.checked]
        repeated = all(filled.get(name) == filled.get(other) for name, other in self.confirmed.items())
        return repeated and {*self.arguments.values()} <= {*filled} and {*self.ticked} <= {*ticked}

    @property
    def names(self) -> set[str]:
        """The fields that the method fills."""
        return {*self.arguments.values(), *self.confirmed, *self.ticked}


FORMS = (
    Form(
        "register",
        "fill_sign_up",
        {"first_name": "firstName", "last_name": "lastName", "email": "email"},
        confirmed={"emailConfirm": "email"},
        ticked=("privacy",),
        keywords=True,
    ),
    Form("new-password", "fill_new_password", {"password": "newPassword"}, {"newPasswordConfirm": "newPassword"}),
    Form(
        "change-password",
        "fill_password_change",
        {"current": "currentPassword", "password": "newPassword"},
        {"newPasswordConfirm": "newPassword"},
    ),
    Form("whoami", "enter_username", {"username": "username"}, presses="Next"),
    Form("add-device", "fill_device", {"name": "deviceName", "pin": "pin"}, {"pinConfirm": "pin"}, keywords=True),
    Form("waiting", "use_another_method", {}, presses="Use another verification method"),
    Form("home", "start_sign_in", {}, presses="Sign in with EU Login"),
    Form("access-status", "reply", {"answer": "reply"}, presses="Reply"),
    Form("access-status", "ask_again", {"comment": "comment"}, presses="Ask again"),
    Form("phone-store", "search_store", {"words": "q"}, presses="Search"),
    Form("phone-pin", "authenticate", {"pin": "pin"}, presses="Authenticate"),
    Form("phone-request", "authenticate", {"pin": "pin"}, presses="Authenticate"),
    Form(
        "phone-forgot-pin",
        "choose_pin",
        {"password": "password", "pin": "pin"},
        {"pinConfirm": "pin"},
        presses="Change PIN code",
    ),
)


def form_calls(screen: ScreenKey, sent: "Action", values: "Values") -> list[Call]:
    """What was done with a form: by the method that does it, else field by field, by their labels."""
    form = next((form for form in FORMS if form.fits(sent)), None)
    if form is None:
        return [*field_calls(screen, sent.fields, values), press(screen, sent)]
    sources = {name: values.source(of, sent.value(of)) for name, of in form.arguments.items()}
    filled = Call(screen, form.method, () if form.keywords else (*sources.values(),), sources if form.keywords else {})
    others = [one for one in sent.fields if one.name not in form.names]
    rest = field_calls(screen, others, values)
    if form.presses:
        return [*rest, filled]
    return [filled, *rest, press(screen, sent)]


def field_calls(screen: ScreenKey, fields: "list[Field] | tuple[Field, ...]", values: "Values") -> list[Call]:
    """Fill in what was changed, field by field."""
    return [_fill(screen, one, values) for one in fields if one.changed and one.label and one.kind != "hidden"]


def _fill(screen: ScreenKey, changed: "Field", values: "Values") -> Call:
    locator = f"field({quoted(changed.label)})"
    if changed.kind in {"checkbox", "radio"}:
        return Call(screen, f"{locator}.{'check' if changed.checked else 'uncheck'}")
    if changed.kind == "select":
        return Call(screen, f"{locator}.select_option", (quoted(changed.text),))
    return Call(screen, f"{locator}.fill", (values.source(changed.name, changed.value),))


def press(screen: ScreenKey, action: "Action") -> Call:
    """Press a link or a button by its role and name; the first or last one where several have the same."""
    name = quoted(action.name)
    locators = {
        "link": f"link({name})",
        "button": f"button({name})",
        "summary": f"page.get_by_text({name}, exact=True)",
    }
    locator = locators.get(action.role, f"page.get_by_role({quoted(action.role)}, name={name}, exact=True)")
    return Call(screen, f"{locator}{_which(action.index, action.count)}.click")


def _which(index: int, count: int) -> str:
    if count <= 1:
        return ""
    if index in {0, count - 1}:
        return ".last" if index else ".first"
    return f".nth({index})"
