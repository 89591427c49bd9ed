"""Every text that a person reads is marked, collected and translated (docs/translating.md)."""

import ast
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from unittest.mock import Mock

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, nodes

from eulogin_harness.browser.screen import Screen
from mock_world.i18n import languages, translations
from tests.english import in_sources
from tools.texts import (
    GUIDES,
    OUR_WORDING,
    PAGES,
    ROOT,
    SOURCE,
    SOURCES,
    Catalogues,
    forms,
    main,
    missing,
    read,
    texts_of,
    update,
    written,
)
from tools.texts import updated as made_anew

ALL = [(kind, language) for kind in (PAGES, GUIDES) for language in kind.begun]
# A guide may be translated by and by; where the pages speak its language, it is complete, too.
COMPLETE = [(kind, language) for kind, language in ALL if language in PAGES.begun]
IN_EACH = pytest.mark.parametrize(("kind", "language"), ALL, ids=[f"{kind.name}-{code}" for kind, code in ALL])
LABELS = re.compile(r"\[[^\[\]]+\]|\*\*[^*]+\*\*")  # of buttons and fields, in guides
NAMES = re.compile(r"EU Login|CPMS 2\.0")  # never translated
HOOKS = {"Login"}  # title of the real page's link, which scripts look for (facts, messages)
NO_SENTENCE = re.compile(r"\['{service}'\]|!\"#\$%.*")  # quoted code, and a list of signs
ATTRIBUTES = {"title", "alt", "aria-label", "placeholder", "data-title", "data-text"}
# What services and clients read, or the journal alone tells, is in English (facts, failures).
_FAILURES = ["proxying", "refusals", "single_logout", "login_transactions"]
_OF_PROTOCOLS = [
    "pages/unknown_endpoints.py",
    "oidc/back_channel_logout.py",
    "oidc/logout.py",
    *(f"cas/{name}.py" for name in _FAILURES),
]
PROTOCOLS = {ROOT / "mock_idp" / file for file in _OF_PROTOCOLS}
# What `guide check` reports speaks English, as all commands do.
REPORT = {
    ROOT / "eulogin_harness" / file
    for file in ("guide/compare.py", "guide/templates/comparison.html", "grade/templates/report.html")
}
# Blocks of templates that fill attributes for scripts and style.
NOT_SHOWN = {"page", "state", "kind", "look", "news", "width"}
SILENT = {"style", "script", "code"}  # a call of the API is written alike in every language


@pytest.fixture(autouse=True)
def _collected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.texts.extracted", in_sources)


def ids(texts: Catalog) -> set[object]:
    return {message.id for message in texts_of(texts)}


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation with its English; of forms for numbers the last one stands for all that follow."""
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    for number, form in enumerate(forms(message)):
        yield english[min(number, len(english) - 1)], form


def translated(kind: Catalogues, language: str) -> Iterator[tuple[str, str]]:
    """What is translated, with its English."""
    return (pair for message in texts_of(read(language, kind)) for pair in pairs(message) if pair[1])


def test_french_and_german_are_spoken() -> None:
    assert {"en": "English", "de": "Deutsch", "fr": "Français"}.items() <= languages().items()
    assert {(kind.name, code) for kind, code in COMPLETE} >= {("guides", "de"), ("guides", "fr")}


@IN_EACH
def test_the_catalogue_holds_the_texts_of_the_sources_and_no_others(kind: Catalogues, language: str) -> None:
    assert ids(read(language, kind)) ^ ids(in_sources(kind)) == set(), "run: make texts"


@pytest.mark.parametrize(("kind", "language"), COMPLETE, ids=[f"{kind.name}-{code}" for kind, code in COMPLETE])
def test_every_text_is_translated(kind: Catalogues, language: str) -> None:
    assert [message.id for message in missing(read(language, kind))] == []


@IN_EACH
def test_no_text_is_translated_by_the_guess_of_a_tool(kind: Catalogues, language: str) -> None:
    assert [message.id for message in texts_of(read(language, kind)) if message.fuzzy] == []


@IN_EACH
def test_the_file_is_what_make_texts_writes(kind: Catalogues, language: str) -> None:
    assert kind.file(language).read_bytes() == written(made_anew(language, kind)), "run: make texts"


@IN_EACH
def test_each_translation_says_whose_wording_it_is(kind: Catalogues, language: str) -> None:
    found = [message for message in texts_of(read(language, kind)) if any(forms(message))]
    marks = {message.id: message.user_comments for message in found}
    unmarked = [text for text, mark in marks.items() if mark != [OUR_WORDING] and not "".join(mark).startswith(SOURCE)]
    assert unmarked == []


def parts(text: str) -> Counter[str]:
    """What a translation has to keep: parameters of both kinds, and tags."""
    found = Counter(re.findall(r"%\(\w+\)s|</?[a-z]+>", text))
    if not NO_SENTENCE.search(text):
        found.update(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    return found


@IN_EACH
def test_a_translation_keeps_parameters_and_tags(kind: Catalogues, language: str) -> None:
    assert [made for text, made in translated(kind, language) if parts(text) != parts(made)] == []


@pytest.mark.parametrize("language", GUIDES.begun)
def test_a_translated_step_names_the_same_buttons_and_fields(language: str) -> None:
    def labels(text: str) -> Counter[str]:
        return Counter(LABELS.findall(text))

    assert [made for text, made in translated(GUIDES, language) if labels(text) != labels(made)] == []


@IN_EACH
def test_apostrophes_and_quotation_marks_are_those_of_print(kind: Catalogues, language: str) -> None:
    told = [NO_SENTENCE.sub("", LABELS.sub("", made)) for _, made in translated(kind, language)]
    assert [text for text in told if re.search(r"[\"']", text)] == []


@pytest.mark.parametrize("kind", [PAGES, GUIDES], ids=lambda kind: kind.name)
def test_french_signs_do_not_leave_their_word(kind: Catalogues) -> None:
    told = [NO_SENTENCE.sub("", LABELS.sub("", made)) for _, made in translated(kind, "fr")]
    loose = re.compile(r"(?<!\u00a0)(?:[;?!»]|:(?=\s|$))|«(?!\u00a0)")
    assert [text for text in told if loose.search(text)] == []


def test_numbers_choose_the_form_of_the_language() -> None:
    def say(language: str, count: int) -> str:
        return translations(language).ungettext("%(count)s hospital", "%(count)s hospitals", count) % {"count": count}

    assert [say("en", 0), say("en", 1), say("en", 2)] == ["0 hospitals", "1 hospital", "2 hospitals"]
    assert [say("fr", 0), say("fr", 1), say("fr", 2)] == ["0 hôpital", "1 hôpital", "2 hôpitaux"]
    assert [say("de", 0), say("de", 1)] == ["0 Krankenhäuser", "1 Krankenhaus"]


# Texts that nobody marked.


def templates() -> list[Path]:
    found = {file for pattern, method in SOURCES if method == "jinja2" for file in ROOT.glob(pattern)}
    return sorted(file for file in found - REPORT if ".venv" not in file.parts)


class Words(HTMLParser):
    """Words of a page that stand outside of its expressions."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        for name, value in attrs:
            if name in ATTRIBUTES or (tag == "input" and name == "value" and ("type", "submit") in attrs):
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        rest = NAMES.sub("", text).strip()
        if re.search(r"[^\W\d_]{2}", rest) and rest not in HOOKS:
            self.found.append(rest)


def words_of(source: str) -> list[str]:
    """Words of a template that are not marked: its text between the expressions, and sentences inside of them."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    shown: list[str] = []
    statement: list[str] = []
    silent = ""
    for _, kind, value in environment.lex(source):
        if kind == "block_begin":
            statement = []
        elif kind == "name":
            statement.append(value)
        elif kind == "block_end" and statement[:1] == ["trans"]:
            silent = "endtrans"
        elif kind == "block_end" and statement[:1] == ["block"] and statement[1] in NOT_SHOWN:
            silent = "endblock"
        elif kind == "block_end" and statement[:1] == [silent]:
            silent = ""
        elif kind == "data" and not silent:
            shown.append(value)
    tree = environment.parse(source)
    marked = {id(text) for call in tree.find_all(nodes.Call) for text in call.find_all(nodes.Const) if is_mark(call)}
    inside = [text.value for text in tree.find_all(nodes.Const) if id(text) not in marked and is_sentence(text.value)]
    return Words("".join(shown)).found + inside


def is_mark(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext", "ngettext"}


def is_sentence(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"[A-Z][a-z]", NAMES.sub("", value)))


def test_no_template_shows_an_unmarked_word() -> None:
    assert len(templates()) > 50
    found = {file.name: words_of(file.read_text(encoding="utf-8")) for file in templates()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p>{{ _("Marked") }} {% trans %}too{% endtrans %}</p>', []),
        ("{% block page %}whoami{% endblock %}", []),
        ("<p>Sign in to EU Login</p>", ["Sign in to"]),
        ('<img alt="A code">', ["A code"]),
        ('<p>{{ name or "Nobody" }}</p>', ["Nobody"]),
    ],
)
def test_an_unmarked_word_is_found(source: str, found: list[str]) -> None:
    assert words_of(source) == found


def modules() -> list[Path]:
    found = {file for pattern, method in SOURCES if method == "python" for file in ROOT.glob(pattern)}
    return sorted(file for file in found if ".venv" not in file.parts)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield (node.func.id if isinstance(node.func, ast.Name) else node.func.attr), node


def shown_texts(tree: ast.AST) -> Iterator[ast.expr]:
    """What the code hands over to be read by a person; the journal speaks English and is not meant.

    Nor are refusals that a client reads as an error of OAuth (`OAuthRefusalKind`).
    """
    for name, call in calls(tree):
        named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if name == "RefusalKind":
            yield named["message"]
        elif name.endswith("Field") and name != "Field":  # that one is pydantic's: the API's description
            yield from [*call.args[:1], *(named[key] for key in ("label", "description") if key in named)]
        elif name in {"flash", "ValidationError", "Change", "translate"}:
            yield from call.args[:1]
        elif name in {"Method", "Switch", "Place"}:
            yield from (text for text in call.args if is_prose(text))


def is_prose(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.match(r"[A-Z][a-z]", node.value))


def unmarked(source: str) -> list[str]:
    tree = ast.parse(source)
    literal = [text for text in shown_texts(tree) if isinstance(text, ast.Constant | ast.JoinedStr | ast.BinOp)]
    return [ast.unparse(text) for text in literal if ast.unparse(text) != "''"]


def test_no_code_shows_an_unmarked_text() -> None:
    files = set(modules()) - PROTOCOLS - REPORT
    assert len(files) > 100
    found = {str(file.relative_to(ROOT)): unmarked(file.read_text(encoding="utf-8")) for file in files}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "source",
    [
        'NO = RefusalKind("a.b", message="Stop.", expected="e", remedy="r")',
        'class F: name = StringField("Name")',
        'class F: name = StringField(N_("Name"), description="Yours")',
        'flash("Done.")',
        'METHOD = Method(PASSWORD, "Password", BASIC, N_("Alone"))',
    ],
)
def test_an_unmarked_text_is_found(source: str) -> None:
    assert len(unmarked(source)) == 1


def test_every_mark_is_collected() -> None:
    """Where the collector cannot look: into an f-string, or a mark of something that is no plain text."""
    marks = [
        (file.name, call.args[0])
        for file in modules()
        for name, call in calls(ast.parse(file.read_text(encoding="utf-8")))
        if name == "N_"
    ]
    known = ids(in_sources(PAGES)) | ids(in_sources(GUIDES))
    lost = [(name, ast.unparse(text)) for name, text in marks if getattr(text, "value", None) not in known]
    assert len(marks) > 250
    assert lost == []


# The tool.


def test_a_language_is_begun_and_keeps_what_is_translated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "eo" / "guide.po"
    own = replace(GUIDES, file=lambda _: file, languages=lambda: ["en"])
    update(own, ["eo"])
    count = len(ids(in_sources(GUIDES)))
    assert capsys.readouterr().out.startswith(f"eo, guides: {count} of {count} texts are missing\n  Contents\n")
    begun = file.read_text(encoding="utf-8")
    file.write_text(begun.replace('msgid "Note"\nmsgstr ""', 'msgid "Note"\nmsgstr "Rimarko"'), encoding="utf-8")
    update(own, ["eo"])
    assert f"{count - 1} of {count} texts are missing" in capsys.readouterr().out
    assert 'msgstr "Rimarko"' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("arguments", "begun"), [(["eo"], ["guides"]), (["eo", "--pages"], ["pages", "guides"])])
def test_a_language_is_begun_for_guides_unless_the_pages_are_to_speak_it(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], begun: list[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr("tools.texts.update", lambda kind, chosen: done.extend([kind.name] if chosen else []))
    main(arguments)
    assert done == begun


def test_what_is_no_language_is_not_begun() -> None:
    for code in ("xx", "../de", "Klingon"):
        with pytest.raises(SystemExit, match="expected the code of a language, such as nl"):
            main([code])


# The guide's language.


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "languages"), [(["LANGUAGE=fr"], ["fr"]), ([], ["en", "fr", "de"])])
def test_make_guide_takes_its_language_from_the_command_alone(arguments: list[str], languages: list[str]) -> None:
    shown = run("make", "--dry-run", "guide", *arguments, LANGUAGE="de_DE:de").stdout
    assert re.findall(r"--language (\S+)", shown) == languages


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = os.environ | environment
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=60, check=False)


def test_page_objects_name_labels_in_english_and_find_them_in_their_language() -> None:
    with pytest.raises(ValueError, match=f"expected one of the languages {', '.join(languages())}; got 'xx'"):
        Screen(Mock(), "http://localhost", "xx")
    page = Mock()
    Screen(page, "http://localhost", "de").button("Next")
    page.get_by_role.assert_called_once_with("button", name="Weiter", exact=True)
