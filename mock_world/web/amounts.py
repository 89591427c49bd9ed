"""How much a request may hold; what is too much is refused before any page looks at it."""

import io

from flask import Request, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES = 16 * 1024 * 1024  # of a body; a screenshot fits
MOST_FIELDS = 1000  # of a form, and of a query
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def check_amount() -> None:
    """Check the query and the form of this request. Raises RequestEntityTooLarge; then its form is empty."""
    if request.environ.get("QUERY_STRING", "").count("&") >= MOST_FIELDS:
        raise RequestEntityTooLarge(f"a query of more than {MOST_FIELDS} fields")
    if request.mimetype not in _FORMS:
        return
    try:
        _read_form()
    except RequestEntityTooLarge:
        current: Request = request._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - to keep it in
        empty: ImmutableMultiDict[str, str] = ImmutableMultiDict()
        vars(current).update(form=empty, files=empty, stream=io.BytesIO())  # whoever asks again gets no second error
        raise


def _read_form() -> None:
    """Werkzeug counts the parts of a form that has files, but not the fields of another."""
    if request.mimetype == "application/x-www-form-urlencoded":
        fields = request.get_data().count(b"&") + 1
        if fields > MOST_FIELDS:
            raise RequestEntityTooLarge(f"a form of {fields} fields; at most {MOST_FIELDS} can be sent")
    _ = request.form
