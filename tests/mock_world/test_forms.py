"""What forms write quickly is what WTForms writes."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import html_params

from mock_world.web.forms import _attributes, _quick

ALIKE = settings(deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
names = st.text("abcdeio_-", min_size=1) | st.sampled_from(
    ["data_x_y", "aria_label", "class_", "for", "data_", "checked", "selected", "disabled"]
)
texts = st.text() | st.text("<>&'\"{}%") | st.text('<"&').map(Markup)
values = texts | st.booleans() | st.none() | st.integers() | st.floats()
choices = st.lists(st.tuples(texts, texts, st.dictionaries(names, values)), max_size=3)


class Everything(Form):
    text = StringField(validators=[InputRequired(), Length(2, 9)], render_kw={"data_kind": "a_b", "class_": "x"})
    email = EmailField()
    password = PasswordField()
    number = IntegerField(validators=[NumberRange(1, 9)])
    day = DateField()
    box = BooleanField()
    file = FileField()
    one = RadioField(validate_choice=False)
    list = SelectField(validate_choice=False)
    several = SelectMultipleField(validate_choice=False)
    go = SubmitField("Go")


def written(field: Field, **extra: Any) -> tuple[str, str]:
    """A field as we write it, and as WTForms does."""
    return _quick(field.widget)(field, **extra), field.widget(field, **extra)


@ALIKE
@given(st.dictionaries(names, values))
def test_attributes_are_written_as_wtforms_writes_them(given: dict[str, Any]) -> None:
    assert _attributes(**given) == html_params(**given)


@ALIKE
@given(texts, choices, st.dictionaries(names.filter(lambda name: name.rstrip("_") not in {"name", "value"}), values))
def test_fields_are_written_as_wtforms_writes_them(sent: str, offered: Any, extra: dict[str, Any]) -> None:
    form = Everything(MultiDict([(name, sent) for name in Everything()._fields]))
    form.one.choices = form.list.choices = form.several.choices = offered
    for field in [*form, *form.one]:
        ours, theirs = written(field, **extra)
        assert ours == theirs


def test_booleans_and_groups_of_a_list_are_written_as_wtforms_writes_them() -> None:
    form = Everything(MultiDict({"list": "True"}))
    form.list.choices = {"Yes & no": [(True, "Yes"), (False, "")], "Other": [("a<b", "a<b", {"disabled": True})]}
    ours, theirs = written(form.list)
    assert ours == theirs
    assert "selected" in ours
