"""One actor in a process of its own, with its package and `mock_world` alone on the path."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = frozenset({"mock_idp", "mock_phone", "mock_cpms", "eulogin_harness"})


class Alone:
    """Starts Python for one actor; `-S` leaves out the project's own entry on the path there.

    folder: an empty one, to which the packages are copied, with `extra` files.
    """

    def __init__(self, folder: Path, actor: str, *extra: Path) -> None:
        self._folder = folder
        for package in (actor, "mock_world", "fixtures"):
            shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
        for file in extra:
            shutil.copy(file, folder)
        path = [str(folder), sysconfig.get_path("purelib")]
        others = sorted({*PACKAGES, "tests", "benchmarks"} - {actor})
        self._code = f"import sys; sys.path += {path}; import importlib.util, runpy\n"
        self._code += f"assert not [name for name in {others} if importlib.util.find_spec(name)]\n"

    def __call__(self, code: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """A process that runs `code`, with these variables besides the machine's."""
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-W", "error", "-c", self._code + code],
            cwd=self._folder,
            env=os.environ | (environ or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def module(self, name: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """The same of `python -m name`."""
        code = f"sys.argv[1:] = {list(arguments)}; runpy.run_module('{name}', run_name='__main__', alter_sys=True)"
        return self(code, environ)


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Ends it after the block; it must not have complained of anything but what its world refused."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert [line for line in complaints.splitlines() if not line.startswith("world ")] == []
    assert process.returncode == 0
