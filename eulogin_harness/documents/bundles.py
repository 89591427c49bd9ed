"""Bundles of worlds."""

from datetime import datetime
from typing import Any

from pydantic import Field

from eulogin_harness.documents.common import Answer, Body, Email, Id


class BundleQuery(Body):
    person: Email | None = None
    """E-mail address: what is another's is left out."""


class OpeningQuery(Body):
    from_: Id | None = Field(None, alias="from")
    """The step before which the world opens; 0: as it began; left out: as it was when the bundle was written."""


class OpenedAnswer(Answer):
    """A bundle that was opened."""

    at: datetime
    """World time, which stands still."""
    url: str
    """The page on which the browser was, where the bundle says so; else the control room."""
    storage_state: dict[str, Any]
    """Cookies of that browser, for Playwright's `new_context`."""
