"""The page docs/reference/api.md, made of the description that `eulogin-harness openapi` writes."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.contract_page import openapi
from tools.markdown import code, codes, table

_HEAD = """# Control API

This page is made from the code: `make reference` writes it.

JSON below `http://localhost:8400/api/`; of a world called `blue`, below `http://localhost:8400/w/blue/api/`. A mock
that runs shows the same at `/api/`, with a form for each call, and as the file `/api/openapi.json`; `eulogin-harness
openapi` writes that file without one. Times and durations are ISO 8601. `wait` holds an answer for so many seconds
until something is there. A call that is refused answers with a [ProblemDocument](#problemdocument), which says what was
expected, what came and what helps.
"""
_METHODS = ("get", "post", "put", "patch", "delete")
_COLUMNS = ("name", "form", "what")
_SCHEMAS = "#/components/schemas/"


def page() -> str:
    """api.md: each call with what it takes and answers, by subject, then the documents."""
    api = openapi()
    parts = [_HEAD]
    for tag in api["tags"]:
        parts.append(f"\n## {tag['name'].capitalize()}\n")
        parts += [_call(path, method, call) for path, method, call in _calls(api) if tag["name"] in call["tags"]]
    parts.append("\n## Documents\n")
    documents = api["components"]["schemas"]
    parts += [_document(name, documents[name]) for name in sorted(documents)]
    return "".join(parts)


def _calls(api: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, calls in api["paths"].items():
        yield from ((path, method, calls[method]) for method in _METHODS if method in calls)


def _call(path: str, method: str, call: Mapping[str, Any]) -> str:
    text = f"\n### {method.upper()} {path}\n\n{call['summary']}.\n"
    if called := call.get("description"):
        text += f"\n{called}\n"
    if parameters := call.get("parameters"):
        rows = [(code(of["name"]), _form(of["schema"]), of.get("description", "")) for of in parameters]
        text += "\n" + table(_COLUMNS, rows)
    if body := call.get("requestBody"):
        text += f"\nBody: {_contents(body)}.\n"
    answers = [f"{status} {_contents(of)}" for status, of in call["responses"].items() if status != "default"]
    return text + f"\nAnswer: {', '.join(answers)}.\n"


def _contents(of: Mapping[str, Any]) -> str:
    """What a body or an answer holds."""
    forms = [
        _form(content["schema"]) if "json" in kind else code(kind) for kind, content in of.get("content", {}).items()
    ]
    return " or ".join(forms) or "without a body"


def _document(name: str, schema: Mapping[str, Any]) -> str:
    text = f"\n### {name}\n"
    if said := schema.get("description"):
        text += f"\n{said}\n"
    required = set(schema.get("required", ()))
    rows = [
        (code(field), _form(of) + ("" if field in required else ", optional"), of.get("description", ""))
        for field, of in schema.get("properties", {}).items()
    ]
    return text + ("\n" + table(_COLUMNS, rows) if rows else "")


def _form(schema: Mapping[str, Any]) -> str:
    """What values have this schema, in words."""
    if reference := schema.get("$ref"):
        name = reference.removeprefix(_SCHEMAS)
        return f"[{name}](#{name.lower()})"
    if options := schema.get("anyOf"):
        return " or ".join(dict.fromkeys(_form(option) for option in options))
    if values := schema.get("enum"):
        return codes(map(str, values))
    if "const" in schema:
        return code(str(schema["const"]))
    if schema.get("type") == "array":
        return f"list of {_form(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
