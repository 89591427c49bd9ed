"""The documentation as a site in `build/site`: `make docs` builds it, and a broken link fails.

Pages link to each other as files of the repository do, so that links work where the files are read. Here pages of
`docs` move to the top, and what they link to outside of it comes along: other pages as they are, files of code as pages
that show them.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[1]
PAGES, SITE = Path("build/pages"), Path("build/site")
CONFIGURATION = "zensical.toml"
_LINK = re.compile(r"(?<=\]\()([^)\s#:]+)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_COPIED = {".png", ".svg", ".css", ".json"}
_CODE = {
    ".py": "python",
    ".mjs": "js",
    ".ts": "ts",
    ".java": "java",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".toml": "toml",
    ".sh": "sh",
}


class BrokenSiteError(Exception):
    """What is wrong with the site, a line each."""


def stage(root: Path) -> None:
    """Write all that the site is made of into `build/pages`: the files of `docs`, and what they link to."""
    pages = root / PAGES
    shutil.rmtree(pages, ignore_errors=True)
    waiting = [file for file in sorted((root / "docs").rglob("*")) if file.suffix in {".md", *_COPIED}]
    staged: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in staged:
            staged.add(file)
            waiting += _stage(file, root, pages)


def _stage(file: Path, root: Path, pages: Path) -> list[Path]:
    """Write one file; the files that it links to."""
    target = pages / _place(file, root)
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix in _COPIED:
        shutil.copyfile(file, target)
        return []
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".md":
        target.write_text(_shown(file.relative_to(root), text), encoding="utf-8")
        return []
    linked: list[Path] = []

    def adjusted(link: re.Match[str]) -> str:
        to = (file.parent / link[1]).resolve()
        to = to / "README.md" if to.is_dir() else to
        if not (to.is_file() and to.is_relative_to(root)):
            return link[1]
        linked.append(to)
        return Path(os.path.relpath(pages / _place(to, root), target.parent)).as_posix()

    target.write_text(_LINK.sub(adjusted, text), encoding="utf-8")
    return linked


def _place(file: Path, root: Path) -> Path:
    """Where a file of the repository is among the pages."""
    place = file.relative_to(root)
    place = place.relative_to("docs") if place.parts[0] == "docs" else place
    return place if place.suffix in {".md", *_COPIED} else place.with_name(f"{place.name}.md")


def _shown(name: Path, text: str) -> str:
    """A page that shows a file of code."""
    return f"# {name.as_posix()}\n\n````{_CODE.get(name.suffix, 'text')}\n{text}\n````\n"


def build(root: Path = ROOT) -> Path:
    """Build the site of a checkout; its folder. Raises BrokenSiteError."""
    stage(root)
    site = root / SITE
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", CONFIGURATION]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise BrokenSiteError(_COLOUR.sub("", done.stdout.partition("Traceback")[0]))
    if wrong := [*unlisted(root), *broken(site)]:
        raise BrokenSiteError("\n".join(wrong))
    return site


def unlisted(root: Path) -> list[str]:
    """Pages of `docs` that the navigation lacks; the guide in another language is reached by its own pages."""
    configuration = tomllib.loads((root / CONFIGURATION).read_text(encoding="utf-8"))
    listed = set(_listed(configuration["project"]["nav"]))
    pages = {file.relative_to(root / "docs").as_posix() for file in (root / "docs").rglob("*.md")}
    missing = sorted(page for page in pages - listed if not re.match(r"guide/[a-z]{2}/", page))
    return [f"docs/{page}: expected in the navigation of {CONFIGURATION}; add it there" for page in missing]


def _listed(entries: object) -> Iterator[str]:
    if isinstance(entries, str):
        yield entries
    elif isinstance(entries, dict):
        yield from _listed([*entries.values()])
    elif isinstance(entries, list):
        for entry in entries:
            yield from _listed(entry)


class _Page(HTMLParser):
    """The ids, links and loaded files of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.ids |= {values.get("id", ""), values.get("name", "")}
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        elif tag in {"img", "script", "iframe"} and "src" in values:
            self.loaded.add(values["src"])
        elif tag == "link" and "href" in values:
            self.loaded.add(values["href"])


def broken(site: Path) -> list[str]:
    """Links that lead nowhere within a site, and what it would load from elsewhere."""
    pages = {file: _Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}
    pages.pop(site / "404.html", None)  # its addresses begin at a root that only a server has
    wrong = []
    for file, page in pages.items():
        name = file.relative_to(site).as_posix()
        foreign = (link for link in page.loaded if urlsplit(link).netloc)
        wrong += [f"{name}: loads {link} from elsewhere" for link in sorted(foreign)]
        within = (link for link in page.links | page.loaded if not (urlsplit(link).scheme or urlsplit(link).netloc))
        wrong += [
            f"{name}: leads to {link}, which is not there"
            for link in sorted(within)
            if not _is_there(file, link, pages)
        ]
    return wrong


def _is_there(page: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids


def main() -> int:
    """Build the site; 1 where something is wrong with it, which is printed."""
    try:
        site = build()
    except BrokenSiteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{site}/index.html; to search in it: python3 -m http.server --directory {site}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
