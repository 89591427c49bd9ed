"""The texts of pages and mails, and those of guides: collects them from the sources, and keeps their catalogues.

`make texts` runs it; docs/translating.md says how to translate.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import yaml
from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from eulogin_harness.guide_text import catalogue as guide
from eulogin_harness.guide_text import loading
from mock_world import i18n
from mock_world.i18n import DEFAULT

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


def guide_texts(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    """Titles and sentences of a guide's file."""
    for text in loading.texts(yaml.safe_load(file)):
        yield 0, "N_", text, []


SOURCES = [
    ("eulogin_harness/guide_text/words.py", "ignore"),
    ("mock_*/**/*.py", "python"),
    ("eulogin_harness/**/*.py", "python"),
    ("mock_*/**/templates/**/*.html", "jinja2"),
    ("eulogin_harness/**/templates/**/*.html", "jinja2"),
    ("mock_*/**/mails/*.*", "jinja2"),
    ("fixtures/cpms/profile.yaml", "tools.texts:profile_texts"),
    ("fixtures/worlds/*.yaml", "tools.texts:world_title"),
    ("fixtures/networks.csv", "tools.texts:network_names"),
]
GUIDE_SOURCES = [
    ("fixtures/guides/*.yaml", "tools.texts:guide_texts"),
    ("eulogin_harness/guide_text/words.py", "python"),
]
_TEMPLATE = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}


@dataclass(frozen=True)
class Catalogues:
    """Texts that are translated together, a file for each language.

    name: as people call the texts. sources: patterns of files, with the method that reads each.
    """

    name: str
    sources: tuple[tuple[str, str], ...]
    file: Callable[[str], Path]
    languages: Callable[[], Iterable[str]]

    @property
    def begun(self) -> list[str]:
        """The languages that have a file, in the order of their codes."""
        return sorted({*self.languages()} - {DEFAULT})


PAGES = Catalogues("pages", tuple(SOURCES), i18n.catalogue, i18n.languages)
GUIDES = Catalogues("guides", tuple(GUIDE_SOURCES), guide.catalogue, guide.languages)


def extracted(catalogues: Catalogues = PAGES) -> Catalog:
    """Every marked text of the sources, with the files that hold it."""
    texts = Catalog()
    options = {pattern: _TEMPLATE for pattern, method in catalogues.sources if method == "jinja2"}
    for name, _, text, comments, context in extract_from_dir(ROOT, list(catalogues.sources), options, KEYWORDS):
        texts.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return texts


def read(language: str, catalogues: Catalogues = PAGES) -> Catalog:
    with catalogues.file(language).open("rb") as file:
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


def updated(language: str, catalogues: Catalogues = PAGES) -> Catalog:
    """A language's catalogue with all texts of the sources and no other, translations kept."""
    texts = read(language, catalogues) if catalogues.file(language).exists() else Catalog(locale=language)
    texts.update(extracted(catalogues), no_fuzzy_matching=True)
    texts.obsolete.clear()
    return texts


def written(texts: Catalog) -> bytes:
    """The file: in the order of the sources, without lines and dates, which would change with every commit."""
    file = BytesIO()
    head = _HEAD.format(language=texts.locale, plural=texts.plural_forms)
    write_po(file, texts, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    return head.encode() + file.getvalue()


def update(catalogues: Catalogues, chosen: Collection[str] = ()) -> None:
    """Bring these catalogues up to date, begin those of the languages chosen, and say how much is missing.

    What is missing is listed for languages that the pages speak, whose texts are complete, and for those chosen.
    """
    for language in sorted({*catalogues.begun, *chosen}):
        texts = updated(language, catalogues)
        catalogues.file(language).parent.mkdir(parents=True, exist_ok=True)
        catalogues.file(language).write_bytes(written(texts))
        left = missing(texts)
        sys.stdout.write(f"{language}, {catalogues.name}: {len(left)} of {len(texts)} texts are missing\n")
        if language in chosen or language in PAGES.begun:
            sys.stdout.writelines(f"  {message.id}\n" for message in left)


def main(arguments: list[str]) -> None:
    """Bring all catalogues up to date; a language named on the command line is begun."""
    parser = argparse.ArgumentParser(prog="python -m tools.texts", description=main.__doc__)
    parser.add_argument("languages", nargs="*", help="languages to begin for guides, such as nl")
    parser.add_argument("--pages", action="store_true", help="begin them for pages and mails, too")
    options = parser.parse_args(arguments)
    for code in options.languages:
        if code not in locale_identifiers():
            sys.exit(f"expected the code of a language, such as nl; got {code!r}; choose one that CLDR knows")
    chosen = {*options.languages} - {DEFAULT}
    update(PAGES, chosen if options.pages else ())
    update(GUIDES, chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
