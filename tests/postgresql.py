"""A PostgreSQL of the tests: a cluster of its own in a folder, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.serving import free_ports

_OPTIONS = ("fsync=off", "full_page_writes=off", "listen_addresses=127.0.0.1", "unix_socket_directories=")


class PostgresqlMissing(Exception):  # noqa: N818 - the name says it
    """No PostgreSQL is installed here; a sentence."""


def _programs() -> Path:
    """The folder of its programs, the newest version's."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if found := shutil.which("initdb"):
        folders.append(Path(found).parent)
    if not folders:
        raise PostgresqlMissing(
            "expected PostgreSQL, but there is none; apt-get install postgresql, or make test-postgres"
        )
    return max(folders, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()])


@contextmanager
def postgresql() -> Iterator[tuple[str, Callable[[], object]]]:
    """The address of an empty database, whose server runs until the block ends, and what restarts that at once.

    Raises PostgresqlMissing.
    """
    programs = _programs()
    user = None if os.getuid() else "postgres"  # root may not run it; that account comes with Debian's package
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="eulogin-postgresql-") as name:
        if user:
            os.chown(name, pwd.getpwnam(user).pw_uid, -1)
        data = f"--pgdata={name}/data"
        run = partial(subprocess.run, check=True, cwd=name, user=user, stdout=subprocess.DEVNULL)
        run([programs / "initdb", data, "--auth=trust", "--username=eulogin", "--no-sync", "--encoding=UTF8"])
        options = f"-p {port} " + " ".join(f"-c {option}" for option in _OPTIONS)
        run([programs / "pg_ctl", "start", "--wait", data, f"--log={name}/log", f"--options={options}"])
        try:
            restart = partial(run, [programs / "pg_ctl", "restart", "--mode=fast", "--wait", data])
            yield f"postgresql://eulogin@127.0.0.1:{port}/postgres", restart
        finally:
            run([programs / "pg_ctl", "stop", "--mode=immediate", data])
