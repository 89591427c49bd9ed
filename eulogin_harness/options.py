"""What several commands share: options, where the mock is that they speak to, and how they fail."""

import os
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

DEFAULT_PORT = 8400
LAST_PORT = 65535

url_option = click.option("--url", envvar="EULOGIN_URL", help="Address of the desk; that of `serve` by default.")
ca_option = click.option(
    "--ca",
    type=click.Path(dir_okay=False),
    envvar="EULOGIN_CA",
    help="PEM file of the authority to trust, as `serve --tls --ca-file` writes it.",
)


def port_option(words: str) -> Callable[..., Any]:
    return click.option(
        "--port",
        type=click.IntRange(0, 65532),
        default=DEFAULT_PORT,
        show_default=True,
        envvar="EULOGIN_PORT",
        help=words,
    )


def desk_address(project: dict[str, Any], ca: str | None) -> str:
    """Where `serve` would put the desk; by https where an authority is to be trusted. Raises UsageError."""
    if "url" in project:
        return str(project["url"])
    port = str(os.environ.get("EULOGIN_PORT") or project.get("port") or DEFAULT_PORT)
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > LAST_PORT:
        raise click.UsageError(f"expected EULOGIN_PORT, or port in pyproject.toml, to be a port; got {port!r}")
    return f"{'https' if ca else 'http'}://localhost:{port}"


def fail(sentence: str) -> NoReturn:
    """End with exit code 1."""
    click.echo(f"eulogin-harness: {sentence}", err=True)
    sys.exit(1)
