"""The texts of pages, mails and guide: collects them from the sources and keeps the catalogues up to date.

`make texts` runs it; docs/translating.md says how to translate.
"""

import csv
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import yaml
from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from mock_world.i18n import DEFAULT, catalogue, languages

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OUR_WORDING = "our wording"
SOURCE = "source: "
_HEAD = """\
# Texts of eulogin-harness; docs/translating.md says how this file is kept.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""

Found = tuple[int, str, str, list[str]]


def profile_texts(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    """Labels, hints and choices of the profile form."""
    for field in yaml.safe_load(file)["fields"]:
        for text in (field["label"], field.get("hint"), *field.get("options", [])):
            if text:
                yield 0, "N_", text, []


def network_names(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    """The full names of the networks."""
    for row in csv.DictReader(file.read().decode().splitlines()):
        yield 0, "N_", row["full_name"], []


def world_title(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    """The title of a prepared world; the first people of every world are no problem, and are not listed."""
    document = yaml.safe_load(file)
    if "group" in document:
        yield 0, "N_", document["title"], []


SOURCES = [
    ("mock_*/**/*.py", "python"),
    ("eulogin_harness/**/*.py", "python"),
    ("mock_*/**/templates/**/*.html", "jinja2"),
    ("eulogin_harness/**/templates/**/*.html", "jinja2"),
    ("mock_*/**/mails/*.*", "jinja2"),
    ("fixtures/cpms/profile.yaml", "tools.texts:profile_texts"),
    ("fixtures/worlds/*.yaml", "tools.texts:world_title"),
    ("fixtures/networks.csv", "tools.texts:network_names"),
]
_TEMPLATE = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}


def extracted() -> Catalog:
    """Every marked text of the sources, with the files that hold it."""
    texts = Catalog()
    options = {pattern: _TEMPLATE for pattern, method in SOURCES if method == "jinja2"}
    for name, _, text, comments, context in extract_from_dir(ROOT, SOURCES, options, KEYWORDS):
        texts.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return texts


def read(language: str) -> Catalog:
    with catalogue(language).open("rb") as file:
        return read_po(file, locale=language)


def texts_of(texts: Catalog) -> Iterator[Message]:
    """The messages, without the head."""
    return (message for message in texts if message.id)


def missing(texts: Catalog) -> list[Message]:
    """What is not translated, or only in part."""
    return [message for message in texts_of(texts) if not all(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """The translation: one text, or one for each number."""
    found = message.string
    return tuple(str(form or "") for form in ([found] if isinstance(found, str) else found or [""]))


def updated(language: str) -> Catalog:
    """A language's catalogue with all texts of the sources and no other, translations kept."""
    texts = read(language) if catalogue(language).exists() else Catalog(locale=language)
    texts.update(extracted(), no_fuzzy_matching=True)
    texts.obsolete.clear()
    return texts


def written(texts: Catalog) -> bytes:
    """The file: in the order of the sources, without lines and dates, which would change with every commit."""
    file = BytesIO()
    head = _HEAD.format(language=texts.locale, plural=texts.plural_forms)
    write_po(file, texts, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    return head.encode() + file.getvalue()


def main(chosen: list[str]) -> None:
    """Bring the catalogues up to date; a language named on the command line is begun."""
    for code in chosen:
        if code not in locale_identifiers():
            sys.exit(f"expected the code of a language, such as nl; got {code!r}; choose one that CLDR knows")
    for language in sorted({*languages(), *chosen} - {DEFAULT}):
        texts = updated(language)
        catalogue(language).parent.mkdir(parents=True, exist_ok=True)
        catalogue(language).write_bytes(written(texts))
        left = missing(texts)
        sys.stdout.write(f"{language}: {len(left)} of {len(texts)} texts are missing\n")
        sys.stdout.writelines(f"  {message.id}\n" for message in left)


if __name__ == "__main__":
    main(sys.argv[1:])
