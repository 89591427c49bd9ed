"""The page of docs/reference that lists the commands, made from the command line itself."""

from collections.abc import Collection, Iterable

import click

from eulogin_harness.cli import main
from eulogin_harness.commands import groups
from tools.markdown import table

_NAME = "eulogin-harness"
_INTRODUCTION = rf"""# Commands

This page is made from the code: `make reference` writes it.

Exit codes: 0 good, 1 failed, 2 wrong usage. What the command line does not say is taken from the environment, where a
variable stands below, then from `[tool.{_NAME}]` in `pyproject.toml`.

To complete commands, options, stages and faults with the tab key, put the line of your shell into its start file:

| shell | file | line |
| --- | --- | --- |
| bash | `~/.bashrc` | `eval "$(_EULOGIN_HARNESS_COMPLETE=bash_source {_NAME})"` |
| zsh | `~/.zshrc` | `eval "$(_EULOGIN_HARNESS_COMPLETE=zsh_source {_NAME})"` |
| fish | `~/.config/fish/completions/{_NAME}.fish` | `_EULOGIN_HARNESS_COMPLETE=fish_source {_NAME} \| source` |

A world goes on after a restart with `serve --state FILE`: the file is read at the start, written within seconds of
each change and at the end, and holds the secrets of the mock. It is what `world export` writes and `world load` reads,
and what `GET /api/state` answers and `PUT /api/state` takes.

`bundle` and `replay` carry a world to another machine, with what led there: [bundle and replay](../bundle.md).
"""
_OF_MOCK = """
## For a mock that runs

Each does for one world what the control room does, and has these options besides its own:

"""


def commands_page() -> str:
    """commands.md: all commands with their arguments and options."""
    grouped = groups(main)
    alone = [_command(name, command, ()) for name, command in sorted(main.commands.items()) if name not in grouped]
    of_mock = {
        f"{group} {name}": command
        for group, commands in sorted(grouped.items())
        for name, command in commands.commands.items()
    }
    common = set.intersection(*({option.name for option in _of(command)} for command in of_mock.values()))
    first = next(iter(of_mock.values()))
    shared = _table(option for option in _of(first) if option.name in common)
    with_mock = [_command(name, command, common) for name, command in of_mock.items()]
    return "".join([_INTRODUCTION, *alone, _OF_MOCK, shared, *with_mock])


def _of(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


def _command(name: str, command: click.Command, told: Collection[str | None]) -> str:
    """A command with its options but those that were told already."""
    context = click.Context(command)
    arguments = [param.make_metavar(context) for param in command.params if isinstance(param, click.Argument)]
    own = [option for option in _of(command) if option.name not in told]
    words = f"\n### `{' '.join([_NAME, name, *arguments])}`\n\n{_line(command.help or '')}\n"
    return f"{words}\n{_table(own)}" if own else words


def _table(options: Iterable[click.Option]) -> str:
    return table(("option", "what", "environment"), map(_row, options))


def _row(option: click.Option) -> tuple[str, str, str]:
    written, words = option.get_help_record(click.Context(main)) or ("", "")
    return f"`{written}`", _line(words), f"`{option.envvar}`" if option.envvar else ""


def _line(text: str) -> str:
    return " ".join(text.replace("\b", "").split())
