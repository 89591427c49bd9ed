"""docs/reference/problems-on-demand.md, made of the prepared worlds and of the schema of their files."""

from eulogin_harness.api.description import docstrings_of
from eulogin_harness.desk.prepared_worlds import GROUP_NAMES
from eulogin_harness.prepared_worlds.catalogue import prepared_worlds
from eulogin_harness.prepared_worlds.schema import Opens, PreparedWorld, Step
from tools.markdown import table

_HEAD = """# Problems on demand

This page is made from `fixtures/worlds`: `make reference` writes it.

Each row is a prepared world, a file of that name. `eulogin-harness serve --world <name>` starts with it and prints the
address that opens the page where the problem shows, as whom and with the form filled in that it needs; `--open` opens
it. In a mock that runs: page `/worlds` of the control room, `eulogin-harness world load <name>`,
`POST /api/prepared-worlds/<name>/load`, in Python `world.prepared.load("<name>")`. The control room makes a world of
its own for it; the others replace the world that they are called in.

A prepared world begins at Monday 30 November 2026, 9:00 in Brussels, with seed 1, unless its file or the caller says
otherwise: the same one gives the same journal, to the byte. (Only `clocks-differ` says how far real time has gone.)

The rows of integrators are those of [When a sign-in fails](../problems.md): a portal of the file really sends what such
an application sends, and the journey inspector shows each message.
"""
_OWN = """
## Own ones

A YAML file by the same names: `serve --world own.yaml`, `world load own.yaml`, `world.prepared.load(Path("own.yaml"))`,
or its content as `document` of `POST /api/prepared-worlds/load`. What is wrong in it is told with file, line, what was
expected and what came. The files of `fixtures/worlds` are examples:

```yaml
title: The link came late
people:
  ada: {stage: invited, email: ada@hospital.example}
steps:
  - advance: PT6M
opens: {actor: idp, path: "{link}"}
```

Faults are armed first, then people are made, then the steps are done, all while world time stands still; a step that a
rule refuses leaves the world as new.
"""
_STEPS = """
Each step is one of these:
"""
_OPENS = """
`opens` says where the problem shows:
"""
_VALUES = """
Texts of steps and of `opens` may hold names in braces: `{desk}`, `{idp}`, `{cpms}`, `{phone}` (addresses), `{link}`
(path of the newest mail's link at EU Login), `{journey}` (correlation id of the newest sign-in of a step),
`{untrusted}` (an https address whose authority nobody trusts), of a person `{ada.email}`, `{ada.password}`,
`{ada.pin}`, `{ada.phone_id}`, `{ada.uid}`, `{ada.device}`, and what EU Login answered to earlier steps: parameters of
the address to which it led, such as `{ticket}` and `{code}`, and values of its JSON, such as `{access_token}`.
"""


def prepared_worlds_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for group, title in GROUP_NAMES.items():
        rows = [
            (
                prepared.title,
                f"`serve --world {name}`",
                prepared.reproduce,
                prepared.seen + (f" *{prepared.limit}*" if prepared.limit else ""),
                prepared.way_out,
            )
            for name, prepared in prepared_worlds().items()
            if prepared.group == group
        ]
        columns = (
            "problem" if group != "stage" else "stage",
            "world",
            "how to reproduce",
            "what the person sees",
            "way out",
        )
        parts.append(f"\n## {title}\n\n{table(columns, rows)}")
    parts += [_OWN, *_fields(PreparedWorld), _STEPS, *_fields(Step), _OPENS, *_fields(Opens), _VALUES]
    return "".join(parts)


def _fields(model: type[PreparedWorld | Step | Opens]) -> tuple[str, str]:
    texts = docstrings_of(model)
    return "\n", table(("name", "what"), [(f"`{name}`", texts.get(name, "")) for name in model.model_fields])
