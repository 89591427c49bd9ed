"""Servers in front of which a browser stands: started on a free port, awaited, stopped."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic

import requests

DEADLINE = 20.0  # seconds until a server answers
_PAUSE = 0.1  # seconds between two looks
_SERVICE_USER = "www-data"  # Apache does not run as root


class ToolMissing(AssertionError):  # noqa: N818 - the name says it
    """A program that the tests are about is not there."""


def tool(name: str) -> str:
    """Path of a program. Raises ToolMissing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise ToolMissing(f"{name} is not installed: run tools/setup-clients.sh")
    return found


def existing(path: str | Path) -> Path:
    """A file or folder that set-up brings. Raises ToolMissing."""
    if not Path(path).exists():
        raise ToolMissing(f"{path} is not there: run tools/setup-clients.sh")
    return Path(path)


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    """Any answer will do. Raises AssertionError where the process ends or the deadline passes before."""
    end = monotonic() + DEADLINE
    with requests.Session() as session:
        session.trust_env = False
        while monotonic() < end:
            with suppress(requests.ConnectionError):
                session.get(url, allow_redirects=False, timeout=DEADLINE)
                return
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"it ended with {process.wait(_PAUSE)}")
    raise AssertionError(f"nothing answers at {url} within {DEADLINE:g} seconds")


@contextmanager
def running(
    command: Sequence[str | Path],
    url: str,
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    folder: Path | None = None,
) -> Iterator[None]:
    """The server until the end of the block; what it wrote is shown where a test fails."""
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=user,
        )
        with process:
            try:
                _wait_until_it_answers(process, url)
                yield
            except AssertionError:
                log.seek(0)
                print(f"{command[0]} wrote:\n{log.read()}")  # noqa: T201 - pytest shows it with the failure
                raise
            finally:
                process.terminate()


_APACHE = """\
ServerRoot {folder}
ServerName localhost
Listen {port}
PidFile {folder}/pid
ErrorLog "|/bin/cat"
DocumentRoot {folder}/pages
{modules}
{configuration}
"""
_ALWAYS = ("authn_core", "authz_core", "authz_user", "dir", "headers")
MODULES = "/usr/lib/apache2/modules"


@contextmanager
def apache(
    configuration: str, port: int, *modules: str, authority: Path | None = None, mpm: str = "mpm_event"
) -> Iterator[None]:
    """Apache with two pages, / and /private/, and this configuration, in which {folder} is a folder of its own.

    authority: copied there as ca.pem, since Apache's user may not read it where it is. mpm: module of processes and
    threads.
    """
    program = tool("apache2")
    user = _SERVICE_USER if os.geteuid() == 0 else None
    with TemporaryDirectory(prefix="eulogin-apache-") as name:
        folder = Path(name)
        for page in ("pages/index.html", "pages/private/index.html"):
            (folder / page).parent.mkdir(parents=True)
            (folder / page).write_text("<p>Welcome</p>")
        (folder / "cache").mkdir()
        if authority is not None:
            shutil.copy(authority, folder / "ca.pem")
        loads = "\n".join(
            f"LoadModule {m}_module {existing(f'{MODULES}/mod_{m}.so')}" for m in (mpm, *_ALWAYS, *modules)
        )
        text = _APACHE.format(folder=folder, port=port, modules=loads, configuration=configuration)
        (folder / "apache.conf").write_text(text.replace("{folder}", name))
        if user:
            _give_away(folder, user)
        command: list[str | Path] = [program, "-D", "FOREGROUND", "-f", folder / "apache.conf"]
        with running(command, f"http://localhost:{port}/", user=user):
            yield


def _give_away(folder: Path, user: str) -> None:
    owner = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
