"""Templates of pages: each is compiled once a language, with that language's texts already in it."""

import re
from functools import cached_property
from typing import Any

from flask.templating import Environment
from jinja2 import Template
from jinja2.ext import Extension

from mock_world.i18n import languages, translations
from mock_world.web.context import current_language

_TEXT = re.compile(r"""\{\{ _\((["'])([^"'{}%]+)\1\) \}\}""")  # a text alone, without anything to be filled in


class PageEnvironment(Environment):
    """Jinja's environment of an app: the one of the language in which a page is asked for does the work.

    Most of what a page calls is the translation of its own words, which are known beforehand.
    """

    language = ""

    def get_or_select_template(self, *args: Any, **options: Any) -> Template:
        if self.language:
            return super().get_or_select_template(*args, **options)
        return self._by_language[current_language()].get_or_select_template(*args, **options)

    @cached_property
    def _by_language(self) -> "dict[str, PageEnvironment]":
        return {language: self._of(language) for language in languages()}

    def _of(self, language: str) -> "PageEnvironment":
        environment = self.overlay(extensions=[_Texts])
        environment.language = language
        return environment


class _Texts(Extension):
    """Writes texts into the source of a template, as `_` would say them there."""

    environment: PageEnvironment

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        find = translations(self.environment.language).ugettext
        return _TEXT.sub(lambda text: find(text[2]), source)
