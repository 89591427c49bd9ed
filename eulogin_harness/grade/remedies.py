"""What to do about findings, with code for the usual client libraries: read from remedies.yaml."""

from functools import cache
from pathlib import Path

import yaml

from eulogin_harness.documents.grades import Remedy

LIBRARIES = (
    "python-cas",
    "django-cas-ng",
    "phpCAS",
    "mod_auth_cas",
    "Apereo Java client",
    "passport-cas",
    "Authlib",
    "mod_auth_openidc",
    "openid-client",
    "Spring Security",
)
_FILE = Path(__file__).with_name("remedies.yaml")


@cache
def remedies() -> dict[str, Remedy]:
    """All remedies by name."""
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: Remedy.model_validate(fields) for name, fields in document.items()}


def remedy(name: str) -> Remedy:
    """The remedy of that name. Raises KeyError."""
    return remedies()[name]
