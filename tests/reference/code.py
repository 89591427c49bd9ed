"""What the code has: collected from templates, forms, routes and sources, without a browser or a server."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache

from flask import Flask
from jinja2 import Environment, nodes
from wtforms.fields.core import UnboundField

import mock_cpms
import mock_idp
import mock_phone
from eulogin_harness import desk
from mock_idp.pages import site
from mock_phone.pages import settings as phone_settings
from mock_world.web.forms import PageForm
from tests.reference.page import ROOT

PACKAGES = {
    "world": "mock_world",
    "idp": "mock_idp",
    "phone": "mock_phone",
    "cpms": "mock_cpms",
    "desk": "eulogin_harness",
}


@cache
def apps() -> dict[str, Flask]:
    return {
        "desk": desk.create_app(),
        "idp": mock_idp.create_app(),
        "cpms": mock_cpms.create_app(),
        "phone": mock_phone.create_app(),
    }


@cache
def templates(actor: str) -> tuple[str, ...]:
    folder = "eulogin_harness/desk" if actor == "desk" else PACKAGES[actor]  # guides have templates too, of no pages
    files = sorted((ROOT / folder).rglob("templates/**/*.html"))
    return tuple(file.read_text(encoding="utf-8") for file in files)


@cache
def sources() -> str:
    """All Python code of the packages."""
    files = (file for package in PACKAGES.values() for file in sorted((ROOT / package).rglob("*.py")))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@cache
def _calls() -> tuple[tuple[str, str], ...]:
    """Every call in the sources whose first argument is a text: what is called, and that text."""
    found = (node for node in ast.walk(ast.parse(sources())) if isinstance(node, ast.Call) and node.args)
    named = ((node.func.id, node.args[0]) for node in found if isinstance(node.func, ast.Name))
    return tuple(
        (name, first.value) for name, first in named if isinstance(first, ast.Constant) and isinstance(first.value, str)
    )


def first_arguments(name: str) -> set[str]:
    """Texts that stand first in calls of a function or class, anywhere in the sources."""
    return {first for called, first in _calls() if called == name}


def words(node: nodes.Node, tree: nodes.Template) -> set[str]:
    """Every text that a block of a template can become."""
    if isinstance(node, nodes.TemplateData):
        return {node.data}
    if isinstance(node, nodes.Const):
        return {node.value}
    if isinstance(node, nodes.Name):
        return set(site._TEXTS) if node.name == "name" else titles(tree)
    parts = [node.expr1, node.expr2] if isinstance(node, nodes.CondExpr) else node.iter_child_nodes()
    return {word for part in parts if part is not None for word in words(part, tree)}


def titles(tree: nodes.Template) -> set[str]:
    """States of a page whose template sets `titles` by state."""
    (table,) = (node.node for node in tree.find_all(nodes.Assign) if isinstance(node.node, nodes.Dict))
    return {pair.key.as_const() for pair in table.items}


def blocks(source: str) -> dict[str, set[str]]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    return {block.name: words(block, tree) for block in tree.find_all(nodes.Block) if block.name in {"page", "state"}}


def form_fields(actor: str) -> Iterator[tuple[str, str]]:
    """Names and labels of the fields that the actor's form classes declare; hidden ones have no label."""
    apps()
    for form in PageForm.__subclasses__():
        if form.__module__.startswith(PACKAGES[actor]) and hasattr(sys.modules[form.__module__], form.__name__):
            for name, field in vars(form).items():
                if isinstance(field, UnboundField):
                    yield name, field.args[0] if field.args else ""
    if actor == "phone":
        yield from ((one.name, one.label) for one in phone_settings.SWITCHES.values())


def written_fields(actor: str) -> Iterator[tuple[str, str]]:
    """The same of the fields and buttons that templates write themselves."""
    for source in templates(actor):
        for tag in re.findall(r"<(?:input|button|select|textarea)\b[^>]*>", source):
            name, own_id = (re.search(rf'\s{attribute}="([^"{{]+)"', tag) for attribute in ("name", "id"))
            if name:
                label = own_id and re.search(rf'for="{own_id[1]}">{{{{ _\("(.+?)"\) }}}}', source)
                yield name[1], label[1] if label else ""


def written_labels(actor: str) -> Iterator[str]:
    """Names of buttons and links in the actor's templates, those aside that data gives."""
    for source in templates(actor):
        yield from re.findall(r"<input type=\"submit\"[^>]*value=\"{{ _\('(.+?)'\)", source)
        for _, inner in re.findall(r"<(button|a|summary)\b[^>]*>(.*?)</\1>", source, re.DOTALL):
            text = re.sub(r"<span [^>]*(?:aria-hidden|visually-hidden)[^>]*>.*?</span>", "", inner).strip()
            if found := re.fullmatch(r"{% trans .*?%}(.+){% endtrans %}", text):
                yield re.sub(r"{{.+?}}", "...", found[1])
            elif text.startswith("{{") and text.endswith("}}"):
                yield from re.findall(r'_\("(.+?)"\)', text)


def plain(address: str) -> str:
    return re.sub(r"<[^>]*>|{[^}]*}", "<>", address)


def routes(actor: str) -> Iterator[str]:
    """Addresses of an actor; those of `world` are common to all."""
    for rule in apps()["desk" if actor == "world" else actor].url_map.iter_rules():
        if rule.endpoint.startswith("world.") == (actor == "world"):
            choice = re.search(r"<any\((.+?)\):\w+>", str(rule))
            for value in choice[1].split(", ") if choice else [""]:
                yield plain(str(rule).replace(choice[0], value) if choice else str(rule))
