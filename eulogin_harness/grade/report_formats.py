"""The forms of a report by the end of its file's name; apart from the documents, which a command is slow to import."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eulogin_harness.documents.grades import ReportFormat

BY_SUFFIX: "Mapping[str, ReportFormat]" = {
    ".html": "html",
    ".md": "markdown",
    ".json": "json",
    ".xml": "junit",
    ".sarif": "sarif",
}
