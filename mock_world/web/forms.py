"""What forms of all actors share."""

from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from markupsafe import Markup, escape
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, HiddenField
from wtforms.widgets import Input, Select, html_params

from mock_world.i18n import DEFAULT
from mock_world.refusal import Refusal
from mock_world.web.context import current_language, translate

_QUOTE = '"'
_HIDDEN = Markup('<input id="%s" name="%s" type="hidden" value="%s">')


@lru_cache
def _name(key: str) -> str:
    return html_params(**{key: True})


def _attributes(**given: Any) -> Markup:
    """What WTForms makes of the same; it takes so long over each attribute that pages were slow by it."""
    written = (
        _name(key) if value is True else f'{_name(key)}="{str(escape(value)).replace(_QUOTE, "&quot;")}"'
        for key, value in sorted(given.items())
        if value is not False
    )
    return Markup(" ".join(written))  # noqa: S704 - names are ours, values are escaped


class _Select(Select):
    @classmethod
    def render_option(cls, choice: Any, **given: Any) -> Markup:  # type: ignore[override]
        value = str(choice.value) if isinstance(choice.value, bool) else choice.value
        chosen = {"selected": True} if choice.selected else {}
        attributes = _attributes(**{"value": value, **(choice.render_kw or {}), **given, **chosen})
        return Markup(f"<option {attributes}>{escape(choice.label or choice.value)}</option>")  # noqa: S704 - escaped


def _quick(widget: Any) -> Any:
    """The widget of a field that writes attributes our way."""
    if type(widget) is Select:
        return _Select(multiple=widget.multiple)
    if isinstance(widget, Input):
        widget = copy(widget)
        widget.html_params = _attributes
    return widget


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form of a page: CSRF-protected, ids equal to names, errors at the field.

    Fields carry `render_kw` (autocomplete, inputmode) and `description` (the hint below the label).
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: "PageForm", formdata: Any) -> Any:
            """What was sent; no file and no JSON where a text is expected."""
            if super().wrap_formdata(form, formdata) is None:
                return None
            files = {
                name: request.files.getlist(name)
                for name, field in form._fields.items()
                if isinstance(field, FileField)
            }
            return CombinedMultiDict([MultiDict(files), request.form])

        @property
        def locales(self) -> list[str]:
            """For the sentences that WTForms brings itself, in its own catalogues."""
            return [current_language(), DEFAULT]

        def render_field(self, field: Field, render_kw: Mapping[str, Any]) -> Any:
            """Tie hint and error to the field for screen readers; a hidden one needs nothing but its value."""
            if isinstance(field, HiddenField):
                value: str = field._value()  # type: ignore[attr-defined]  # noqa: SLF001 - as widgets do
                return _HIDDEN % (field.id, field.name, value)
            described = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-error"] * bool(field.errors)
            extra: dict[str, Any] = dict(render_kw)
            if described:
                extra["aria-describedby"] = " ".join(described)
            if field.errors:
                extra["aria-invalid"] = "true"
            field.widget = _quick(field.widget)
            return super().render_field(field, extra)

    def refuse(self, refusal: Refusal) -> None:
        """Show a rule's refusal at the field that it names, or at the head of the form.

        Where the sentence names the field, `label`, it is called as on this page.
        """
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message(translate))
            return
        named = {"label": translate(field.label.text)} if "label" in refusal.params else {}
        message = translate(refusal.kind.message).format(**refusal.params | named)
        field.errors = [*field.errors, message]
