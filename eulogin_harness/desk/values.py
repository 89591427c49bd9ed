"""Fields of forms that are called as the control API calls them, and their values as text."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import translate
from mock_world.web.forms import PageForm

_AS_TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def line(name: str, default: str = "", description: str = "") -> StringField:
    """A text; a list is separated by commas."""
    strip = [lambda text: text and text.strip()]
    return StringField(name, default=default, description=description, filters=strip, render_kw=_AS_TYPED)


def lines(name: str, description: str = "") -> TextAreaField:
    """A list, one a line."""
    return TextAreaField(name, description=description, render_kw=_AS_TYPED | {"rows": "2"})


def choice(name: str, *values: str, default: str = "", empty: str | None = None) -> SelectField:
    """One of these values; empty: what is shown for none of them, where that may be."""
    choices = ({"": empty} if empty is not None else {}) | {value: value for value in values}
    return SelectField(name, choices=choices, default=default, validators=[Optional()])


def moment(name: str) -> DateTimeLocalField:
    return DateTimeLocalField(name, validators=[Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def yes_or_no(name: str) -> SelectField:
    return choice(name, "true", "false", default="false")


def text_of(value: object) -> str:
    """A value of the control API as a field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def list_of(text: str) -> list[str]:
    """What a field of a list says: parts between commas or on lines of their own."""
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def given(form: PageForm, lists: tuple[str, ...] = (), booleans: tuple[str, ...] = ()) -> dict[str, Any]:
    """What was filled in, as the body of a call; empty fields are left out."""
    filled: Mapping[str, str] = {name: text for name, text in form.data.items() if text}
    return {
        name: list_of(text) if name in lists else text == "true" if name in booleans else text
        for name, text in filled.items()
    }


@contextmanager
def problems_at(form: PageForm) -> Iterator[None]:
    """What a model or a rule refuses in the block is shown, each at its field, or at the head of the form."""
    try:
        yield
    except ValidationError as error:
        _show_problems(form, error)
    except Refusal as refusal:
        form.refuse(refusal)


def _show_problems(form: PageForm, error: ValidationError) -> None:
    for problem in error.errors(include_url=False, include_context=False):
        words = problem["msg"].removeprefix("Value error, ")
        field = form._fields.get(str(problem["loc"][0])) if problem["loc"] else None
        if field is None:
            form.form_errors.append(translate(N_("Check what was filled in: {problem}.")).format(problem=words))
        else:
            sentence = translate(N_("Check {name}: {problem}.")).format(name=field.name, problem=words)
            field.errors = [*field.errors, sentence]
