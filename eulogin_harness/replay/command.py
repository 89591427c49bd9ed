"""The command `replay`: a bundle opened in a mock on this machine, and a browser at the page where it stood."""

import sys
from pathlib import Path

import click

from eulogin_harness.options import fail, port_option


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "step",
    type=click.IntRange(0),
    metavar="STEP",
    help="Open the world as it was before this step of --list; 0: as it began.",
)
@click.option("--list", "lists", is_flag=True, help="List the steps and end; > marks the one that failed.")
@click.option("--headed", is_flag=True, help="Open a browser that goes on to the page, and hand it over.")
@click.option(
    "--headless",
    is_flag=True,
    help="Go there in a browser without window, print which page it comes to, and end: exit code 1 where it is another "
    "one than in the bundle.",
)
@click.option(
    "--browser-state",
    "state_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the browser's cookies into this file, for `playwright open --load-storage FILE ADDRESS`.",
)
@port_option("Port of the desk, as in serve; 0 takes free ones.")
def replay(
    file: Path, *, step: int | None, lists: bool, headed: bool, headless: bool, state_file: Path | None, port: int
) -> None:
    """Open a bundle in a mock of this process: the world when FILE was written, its time standing still.

    FILE is what a failed test, `eulogin-harness bundle` or the control room wrote. It holds secrets of the mock.
    """
    from eulogin_harness.bundle.archive import opened
    from eulogin_harness.bundle.model import BundleError
    from eulogin_harness.replay.session import look, serve, step_lines
    from mock_world.server import AddressTaken

    try:
        with opened(file) as bundle:
            if lists:
                click.echo("\n".join(step_lines(bundle.manifest)))
                return
            if headless:
                sys.exit(look(bundle, step, port))
            serve(bundle, step, state_file, port, headed=headed)
    except (BundleError, AddressTaken) as error:
        fail(str(error))
