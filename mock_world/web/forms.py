"""What forms of all actors share."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field

from mock_world.i18n import DEFAULT
from mock_world.refusal import Refusal
from mock_world.web.context import current_language, translate


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form of a page: ids equal to names, errors at the field.

    Its token is the page's, not the form's: a template writes `csrf_field()`, and FormCheck looks at all that is sent.

    Fields carry `render_kw` (autocomplete, inputmode) and `description` (the hint below the label).
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

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
            """Tie hint and error to the field for screen readers."""
            described = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-error"] * bool(field.errors)
            extra: dict[str, Any] = dict(render_kw)
            if described:
                extra["aria-describedby"] = " ".join(described)
            if field.errors:
                extra["aria-invalid"] = "true"
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
