"""Begins an own guide: a copy of a shipped one, to be changed by its writer."""

import re
from pathlib import Path

from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.loading import OWN, file_of, read

_NAME = re.compile(r"^[a-z][a-z0-9-]{0,59}$")
_HEAD = """\
# A guide of your own; docs/guides.md explains each field. What you leave as it is stays translated: a sentence that
# you change needs its translations here, as in `text: {en: "...", de: "..."}`, or stays English in other languages.
#
# What you may add:
# languages: [en, de]         those that are built where the command names none
# profile: our-profile.yaml   CPMS's form with your own fields, a file beside this one
# settings: {mail.delay: PT2M}
# and in network, logo: our-logo.png
"""


def begin(name: str, source: str) -> Path:
    """Write `guides/NAME.yaml`, begun with the guide `source`; the file. Raises GuideError."""
    if not _NAME.match(name):
        raise GuideError(f"expected a name of small letters, digits and hyphens, but got {name!r}")
    file = OWN / f"{name}.yaml"
    original = file_of(source)
    read(original)
    text = original.read_text(encoding="utf-8")
    try:
        OWN.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(_HEAD + text)
    except FileExistsError:
        raise GuideError(
            f"expected no file {file}, but there is one; choose another name, or change that file"
        ) from None
    except OSError as error:
        raise GuideError(f"expected to write {file}, but got: {error.strerror}; run it where you may write") from None
    return file
