"""What is published of a version, in dist/: `make release` builds and checks it, and publishes nothing.

Wheel and source archive, the npm package of clients/typescript, openapi.json, a bill of materials (CycloneDX) and the
notes out of CHANGELOG.md. Raises ReleaseError where something is not as it has to be.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from eulogin_harness import VERSION

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
NPM = ROOT / "clients" / "typescript"
_TIMEOUT = 600  # seconds
_IMPORTS = "from eulogin_harness import VERSION, Harness, MakePersona, World; print(VERSION)"


class ReleaseError(Exception):
    """Something is missing or wrong; a sentence with what to do."""


def main() -> None:
    """Build and check all of it."""
    parser = argparse.ArgumentParser(description="Build and check what is published of a version.")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="folder to write into; it is emptied")
    parser.add_argument("--tag", help="name of the tag that is published, such as v1.2.3: it must fit")
    given = parser.parse_args()
    try:
        release(given.dist, given.tag)
    except ReleaseError as error:
        sys.exit(f"release: {error}")


def release(dist: Path, tag: str | None) -> None:
    """Fill `dist`. tag: v and the version, where one is published; its section of CHANGELOG.md must be there."""
    if tag not in {None, f"v{VERSION}"}:
        raise ReleaseError(f"expected tag v{VERSION}, by VERSION in eulogin_harness/__init__.py; got {tag}")
    notes = notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), VERSION, final=tag is not None)
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    (dist / "NOTES.md").write_text(notes, encoding="utf-8")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", dist)
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    run(sys.executable, "-m", "eulogin_harness.cli", "openapi", "--output", dist / "openapi.json")
    if NPM.is_dir():
        pack_npm(dist)
    with TemporaryDirectory() as folder:
        check(wheel, sdist, dist / "sbom.cdx.json", Path(folder))
    print(*sorted(file.name for file in dist.iterdir()), sep="\n")  # noqa: T201


def check(wheel: Path, sdist: Path, bill: Path, folder: Path) -> None:
    """Look into what was built, and install it in environments of its own; write the bill of materials of one."""
    tools = environment(folder / "tools", "--require-hashes", "-r", ROOT / "requirements" / "release.txt")
    run(tools / "bin" / "twine", "check", "--strict", wheel, sdist)
    check_install(environment(folder / "sdist", sdist))
    check_install(environment(folder / "client", wheel))
    server = environment(folder / "server", f"{wheel}[server]", "--constraint", ROOT / "requirements" / "run.txt")
    check_server(server)
    write_bill_of_materials(tools, server, bill)


def notes_of(changelog: str, version: str, *, final: bool) -> str:
    """What CHANGELOG.md says of a version; before it has a date, what is unreleased. final: only its own section."""
    sections = dict(re.findall(r"^## \[([^]]+)\].*\n((?:(?!## \[).*\n?)*)", changelog, re.MULTILINE))
    notes: str | None = sections.get(version) or (None if final else sections.get("Unreleased"))
    if not (notes or "").strip():
        raise ReleaseError(f"expected a section [{version}] in CHANGELOG.md; put what is unreleased below that name")
    return f"# eulogin-harness {version}\n\n{(notes or '').strip()}\n"


def environment(folder: Path, *packages: object) -> Path:
    """A new environment with these packages alone."""
    run("uv", "venv", "--quiet", "--python", sys.executable, folder)
    run("uv", "pip", "install", "--quiet", "--python", folder, *packages)
    return folder


def check_install(folder: Path) -> None:
    """The version is that of the sources, by the names that others import and by the command."""
    by_import = run(folder / "bin" / "python", "-c", _IMPORTS, cwd=folder)
    by_command = run(folder / "bin" / "eulogin-harness", "--version", cwd=folder)
    if not by_import == by_command.rpartition(" ")[2] == f"{VERSION}\n":
        raise ReleaseError(f"expected version {VERSION} in {folder}; got {by_import!r} and {by_command!r}")


def check_server(folder: Path) -> None:
    """The mock starts, and says that it is ready."""
    command = [str(folder / "bin" / "eulogin-harness"), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=plain(), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            lines = iter(process.stdout or ())
            desk = next((found[0] for line in lines if (found := re.search(r"http://\S+:\d+", line))), "")
            run(folder / "bin" / "eulogin-harness", "ready", "--url", desk or "http://localhost:1")
        finally:
            process.terminate()


def write_bill_of_materials(tools: Path, server: Path, file: Path) -> None:
    """Every package of a mock, by the versions that are locked."""
    command = (tools / "bin" / "cyclonedx-py", "environment", server / "bin" / "python")
    run(*command, "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--output-file", file)
    known = {part["name"].lower() for part in json.loads(file.read_text(encoding="utf-8"))["components"]}
    if not {"flask", "pydantic", "sqlalchemy"} <= known:
        raise ReleaseError(f"expected the packages of the mock in {file.name}; got {', '.join(sorted(known))}")


def pack_npm(dist: Path) -> None:
    """The package for Node, by npm; its version is ours."""
    version = json.loads((NPM / "package.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        raise ReleaseError(f"expected version {VERSION} in clients/typescript/package.json; got {version}")
    run("npm", "ci", "--silent", cwd=NPM)
    run("npm", "pack", "--silent", "--pack-destination", dist, cwd=NPM)


def plain() -> dict[str, str]:
    """The environment without what would lead Python or the harness elsewhere; our own tools come first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EULOGIN"))}
    return kept | {"PATH": f"{BIN}{os.pathsep}{kept.get('PATH', '')}"}


def run(*command: object, cwd: Path = ROOT) -> str:
    """What a command prints. Raises ReleaseError with its last lines."""
    words = [str(word) for word in command]
    done = subprocess.run(  # noqa: S603
        words, cwd=cwd, env=plain(), capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise ReleaseError(f"{' '.join(words)} failed:\n{last}")
    return done.stdout


if __name__ == "__main__":
    main()
