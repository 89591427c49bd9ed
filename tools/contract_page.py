"""The page docs/reference/contract.md, made of the contract.

What the code declares as data itself is taken from there: verification methods, the profile, errors of OAuth, calls and
documents of the control API, the command line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_type_hints

import click
from jinja2 import Environment, StrictUndefined

from eulogin_harness import cli, desk
from eulogin_harness.api.description import openapi_document
from eulogin_harness.metrics import DURATION, DURATION_SENTENCE, FIGURES, INFO
from mock_cpms.profile.fields import FieldSpec
from mock_idp.oidc.refusals import OAuthRefusalKind, error_code
from mock_idp.signin.redirect_loops import LOOP
from mock_idp.signin.strengths import METHODS
from mock_world.fixtures import document
from mock_world.i18n import languages
from mock_world.refusal import Refusal, RefusalKind
from tools import markdown
from tools.contract import ActorName, Name, Page, Part, contract
from tools.markdown import code, codes

_ELSEWHERE = {  # documents that have a page of their own
    "FaultName": "One of the [faults](faults.md).",
    "SettingName": "One of the [settings](settings.md).",
    "SettingsBody": "Values by the name of a [setting](settings.md).",
}


def contract_page(refusals: Iterable[RefusalKind]) -> str:
    """contract.md. refusals: all that the code declares."""
    parts = {name: getattr(contract(), name) for name in type(contract()).model_fields}
    shown = {
        "table": table,
        "named": named,
        "codes": codes,
        "pages": pages,
        "addresses": addresses,
        "verification_methods": verification_methods,
        "profile_fields": profile_fields,
        "oauth_errors": lambda: oauth_errors(refusals),
        "api_calls": api_calls,
        "api_documents": api_documents,
        "command_line": command_line,
        "metrics": metrics,
        "languages": lambda: ", ".join(languages().values()),
    }
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(contract().text)  # noqa: S701
    return template.render(parts | shown) + "\n"


def table(rows: Sequence[Part]) -> str:
    """Parts of one kind, a column for each of their fields that is not empty in all of them."""
    hints = get_type_hints(type(rows[0]), include_extras=True)
    fields = {
        name: field.title or name.replace("_", " ")
        for name, field in type(rows[0]).model_fields.items()
        if any(getattr(row, name) for row in rows)
    }
    return markdown.table(
        list(fields.values()), ([_shown(getattr(row, name), hints[name]) for name in fields] for row in rows)
    ).rstrip()


def _shown(value: Any, hint: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(code(name) + (f" ({codes(parts)})" if parts else "") for name, parts in value.items())
    if isinstance(value, list):
        return codes(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return code(value) if hint == Name else str(value)


def named(texts: Mapping[str, str | Sequence[str]], *columns: str) -> str:
    """What is said of each name: a text, or further names."""
    rows = ((code(name), text if isinstance(text, str) else codes(text)) for name, text in texts.items())
    return markdown.table(columns, rows).rstrip()


def addresses(actor: ActorName) -> str:
    """Addresses of an actor that show no page."""
    return named(contract().other_addresses[actor], "address", "does")


def pages(actor: ActorName) -> str:
    """The pages of an actor: what all of them have, then one after the other."""
    return "\n\n".join(_page(page) for page in contract().pages[actor])


def _page(page: Page) -> str:
    lines = {
        "address": _noted(page.addresses),
        "states": _noted(page.states) if isinstance(page.states, dict) else codes(page.states),
        "fields": ", ".join(_labelled(name, label) for name, label in page.fields.items()),
        "buttons and links": ", ".join((*map(_quoted, page.buttons), *_named_buttons(page))),
        "ids and classes": codes(page.ids),
    }
    head = f"### {code(page.page)}" if page.page else "### All pages"
    said = [f"- {name}: {line}" for name, line in lines.items() if line]
    return "\n".join([head, "", *said, *([f"- {page.note}"] if page.note else [])])


def _noted(names: Mapping[str, str]) -> str:
    """Names with what is to say of each; a text without name stands alone."""
    return "; ".join(f"{code(name)} ({text})" if name and text else code(name) or text for name, text in names.items())


def _labelled(name: str, label: str) -> str:
    return f"{code(name)} {_quoted(label)}" if label else code(name)


def _quoted(label: str) -> str:
    return f'"{label}"'


def _named_buttons(page: Page) -> Iterator[str]:
    for name, labels in page.named_buttons.items():
        yield _labelled(name, '", "'.join([labels] if isinstance(labels, str) else labels))


# What the code declares.


def verification_methods() -> str:
    rows = (
        (code(each.strength), _quoted(each.label), code(each.level), code(f"#verif-method-dd-{each.strength}"))
        for each in METHODS
    )
    return markdown.table(("strength", "label", "level", "id of the entry"), rows).rstrip()


def profile_fields() -> str:
    fields = [FieldSpec(**field) for field in document("cpms/profile.yaml")["fields"]]
    rows = (
        (code(each.name), _quoted(str(each.label)), each.type, "yes" if each.mandatory else "", each.source)
        for each in fields
    )
    return markdown.table(("field", "label", "type", "mandatory", "from"), rows).rstrip()


def oauth_errors(kinds: Iterable[RefusalKind]) -> str:
    """Each error with its status, and the refusals that become it."""
    told: dict[tuple[str, int], list[str]] = {}
    for kind in kinds:
        if isinstance(kind, OAuthRefusalKind) or kind is LOOP:
            told.setdefault((error_code(Refusal(kind, got="")), kind.status), []).append(kind.code)
    rows = ((code(error), str(status), codes(sorted(names))) for (error, status), names in sorted(told.items()))
    return markdown.table(("error", "status", "in the journal"), rows).rstrip()


def openapi() -> dict[str, Any]:
    """The description of the control API."""
    with desk.create_app().app_context():
        return openapi_document("")


def api_calls() -> str:
    rows = (
        (code(f"{method.upper()} {path}"), *_taken_and_answered(call), call["summary"])
        for path, calls in openapi()["paths"].items()
        for method, call in calls.items()
    )
    return markdown.table(("call", "takes", "answers", "does"), rows).rstrip()


def _taken_and_answered(call: dict[str, Any]) -> tuple[str, str]:
    (status, done), *_ = call["responses"].items()
    takes = [parameter["name"] for parameter in call.get("parameters", []) if parameter["in"] == "query"]
    answers = [*([] if status == "200" else [status]), ", ".join(_kinds(done))]
    return codes(takes) or ", ".join(_kinds(call.get("requestBody"))), " ".join(answers).rstrip()


def _kinds(part: object) -> list[str]:
    """Names of the documents that a part of the description mentions, `ItemsOf...` as list of them."""
    names = dict.fromkeys(re.findall(r"#/components/schemas/(\w+)", str(part)))
    return [f"list of {code(name[7:])}" if name.startswith("ItemsOf") else code(name) for name in names]


def api_documents() -> str:
    """Each document of the control API: its fields, and what is to say of them."""
    schemas = {
        name: schema
        for name, schema in sorted(openapi()["components"]["schemas"].items())
        if not name.startswith("ItemsOf") and not name.endswith("Query")
    }
    return "\n\n".join(_document(name, schema) for name, schema in schemas.items())


def _document(name: str, schema: dict[str, Any]) -> str:
    if name in _ELSEWHERE:
        return f"#### {code(name)}\n\n{_ELSEWHERE[name]}"
    if values := schema.get("enum"):
        return f"#### {code(name)}\n\n{', '.join(code(each) if each else 'empty' for each in values)}"
    said = schema.get("description", "").replace("\n", " ")
    fields = [(code(field) + _kind(part), _described(part)) for field, part in schema.get("properties", {}).items()]
    lines = [f"- {field}: {text}" for field, text in fields if text]
    if others := [field for field, text in fields if not text]:
        lines.append(f"- {', '.join(others)}")
    return "\n".join([f"#### {code(name)}", "", *([said, ""] if said else []), *lines]).rstrip()


def _kind(part: dict[str, Any]) -> str:
    kinds = ", ".join(_kinds(part))
    return f" ({kinds})" if kinds else ""


def _described(part: dict[str, Any]) -> str:
    return " ".join(part.get("description", "").split())


def command_line() -> str:
    commands = dict(_commands("eulogin-harness", cli.main))
    rows = (_option(name, option) for name, command in commands.items() for option in command.params)
    return markdown.table(("command", "option", "environment", "default", "does"), rows).rstrip()


def metrics() -> str:
    """Each figure of /metrics with its labels."""
    rows = [(code(each.name), codes(each.labels), each.sentence) for each in FIGURES]
    rows += [(code(DURATION), codes(("actor",)), DURATION_SENTENCE), (code("eulogin_info"), codes(("version",)), INFO)]
    return markdown.table(("figure", "labels", "is"), rows).rstrip()


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command with all below it."""
    yield name, command
    for below, own in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _commands(f"{name} {below}", own)


def _option(command: str, option: click.Parameter) -> tuple[str, ...]:
    default = str(option.default) if option.default and isinstance(option.default, str | int | float) else ""
    variable = option.envvar if isinstance(option.envvar, str) else ""
    return code(command), codes(option.opts), code(variable), code(default), getattr(option, "help", None) or ""
