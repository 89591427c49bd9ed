"""`eulogin-harness guide`: begins guides, builds them, and keeps them current."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from eulogin_harness.guide.building import Built, Progress
    from eulogin_harness.guide.walking import Device
    from eulogin_harness.guide_text.document import MarkStyle

_NEEDED = {"playwright": "browser", "flask": "server", "pptx": "guide", "av": "guide", "pypdf": "guide"}
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FIRST_ERROR = 400  # of HTTP's statuses
_REAL_PICTURES = click.option(
    "--real-pictures", "pictures", type=_FOLDER, help="Folder with pictures in place of ours, such as sign-up.open.png."
)


@contextmanager
def _sentences() -> Iterator[None]:
    """What goes wrong is one sentence, or a line for each mistake."""
    try:
        yield
    except GuideError as error:
        raise click.ClickException(str(error)) from None


@click.group()
def guide() -> None:
    """Make illustrated guides: what they say is a file, what they show is done in a browser."""


@guide.command()
@click.argument("name")
@click.option("--from", "source", metavar="NAME", default="cpms", show_default=True, help="The guide to begin with.")
def new(name: str, source: str) -> None:
    """Begin an own guide: the file guides/NAME.yaml, to be changed by its writer."""
    from eulogin_harness.guide.beginning import begin

    with _sentences():
        file = begin(name, source)
    click.echo(f"{file} is your guide: change it, then run `eulogin-harness guide build {name}`.")


@guide.command("list")
def list_guides() -> None:
    """List the guides that can be built here."""
    from eulogin_harness.guide_text.loading import file_of, names

    for name in names():
        click.echo(f"{name:20} {file_of(name)}")


def _build_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option(
                "--language",
                "languages",
                metavar="CODE",
                multiple=True,
                help="Such as fr; those of its file if left out.",
            ),
            click.option(
                "--device",
                "devices",
                type=click.Choice(["desktop", "mobile"]),
                multiple=True,
                help="Where its pages are shown; desktop if left out.",
            ),
            click.option("--format", "formats", metavar="NAME", multiple=True, help="Such as pdf; all if left out."),
            click.option("--chapter", "chapters", metavar="NAME", multiple=True, help="Only this chapter."),
            click.option(
                "--templates",
                type=click.Path(exists=True, file_okay=False, path_type=Path),
                help="Folder that is searched first for templates of formats.",
            ),
            _REAL_PICTURES,
        )
    ):
        command = option(command)
    return command


@guide.command()
@click.argument("name")
@click.option("--to", "folder", type=_FOLDER, help="Where it goes; build/guides/NAME if left out.")
@_build_options
def build(
    name: str,
    *,
    folder: Path | None,
    languages: tuple[str, ...],
    devices: "tuple[Device, ...]",
    formats: tuple[str, ...],
    chapters: tuple[str, ...],
    templates: Path | None,
    pictures: Path | None,
) -> None:
    """Build the guide NAME, or that of a file; each option may be given several times.

    Formats: markdown, html, pdf, word, slides, epub, overview, film, pictures. Each language has a folder of its own;
    one language and one format alone stand in the folder directly. Only what an earlier build has made is replaced.
    """
    _check_packages()
    from eulogin_harness.guide import building

    with _sentences():
        plan = building.plan(
            name,
            folder=folder,
            languages=languages,
            devices=devices,
            formats=formats,
            chapters=chapters,
            templates=templates,
            pictures=pictures,
        )
        with _progress(plan.units, plan.name) as progress:
            built = building.build(plan, progress)
    _report(built, plan.folder)


_AGAINST = click.option(
    "--against",
    metavar="FOLDER",
    type=_FOLDER,
    help="What was built before; docs/guide if NAME was built there, else build/guides/NAME, if left out.",
)


@guide.command()
@click.argument("name")
@_AGAINST
@_REAL_PICTURES
@click.option(
    "--report",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page that shows what changed; build/guides/NAME-changes.html if left out.",
)
def check(name: str, *, against: Path | None, pictures: Path | None, file: Path | None) -> None:
    """Walk through the guide NAME again, and fail where it is no longer as it was built.

    Chapters, steps, sentences, and the sizes of pictures are compared always; pixels where the same browser draws them.
    """
    _check_packages()
    from eulogin_harness.guide import baseline
    from eulogin_harness.guide.report import counted, write_report

    with _sentences():
        made = baseline.baselines(name, against, pictures)
        with _progress(baseline.units(made, is_check=True), name) as progress:
            comparisons = [baseline.check(each, progress) for each in made]
        report = file or Path("build", "guides", f"{Path(name).stem}-changes.html")
        write_report(Path(name).stem, comparisons, report)
    for comparison in comparisons:
        for change in comparison.changes:
            click.echo(f"{comparison.title}: {change}")
        if comparison.about_pixels:
            click.echo(f"{comparison.title}: {comparison.about_pixels}.")
        for remark in comparison.remarks:
            click.echo(remark)
    count = sum(len(comparison.changes) for comparison in comparisons)
    click.echo(f"{name}: {counted(count)}; {report} shows what was compared.")
    if count:
        click.echo(f"If that is as it should be, run `{_accept(name, against, pictures)}`.")
        sys.exit(1)


def _accept(name: str, against: Path | None, pictures: Path | None) -> str:
    options = (("--against", against), ("--real-pictures", pictures))
    given = " ".join(f"{option} {folder}" for option, folder in options if folder)
    return f"eulogin-harness guide accept {name} {given}".strip()


@guide.command()
@click.argument("name")
@_AGAINST
@_REAL_PICTURES
def accept(name: str, against: Path | None, pictures: Path | None) -> None:
    """Build the guide NAME again, in place of what was built before, in the same languages and formats."""
    _check_packages()
    from eulogin_harness.guide import baseline

    with _sentences():
        made = baseline.baselines(name, against, pictures)
        with _progress(baseline.units(made, is_check=False), name) as progress:
            built = baseline.accept(made, progress)
    folders = [each.folder for each in made]
    _report(built, folders[0] if len(folders) == 1 else folders[0].parent)


@guide.command()
@click.argument("url")
@click.option("--mark", metavar="SELECTOR", help="What is marked.")
@click.option(
    "--style",
    type=click.Choice(["box", "number", "arrow", "blur", "spotlight", "none"]),
    default="box",
    show_default=True,
    help="How it is marked.",
)
@click.option(
    "--crop",
    metavar="SELECTOR",
    default="page",
    show_default=True,
    help="What is in the picture: a selector, page, or the element, card or section of the mark.",
)
@click.option("--blur", metavar="SELECTOR", multiple=True, help="What is made unreadable; may be given several times.")
@click.option("--phone", "is_phone", is_flag=True, help="Show the page as phones do.")
@click.option("--width", type=click.IntRange(200, 4000), help="Of the window, in CSS pixels; 840 or 412 if left out.")
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="shot.png",
    show_default=True,
    help="The picture (.png); an earlier one is replaced.",
)
def shot(
    url: str,
    *,
    mark: str | None,
    style: "MarkStyle",
    crop: str,
    blur: tuple[str, ...],
    is_phone: bool,
    width: int | None,
    file: Path,
) -> None:
    """Take one picture of the page at URL, cut and marked as those of guides are.

    SELECTOR is one of CSS, or another one of Playwright, such as `text=Sign in`.
    """
    _check_packages("playwright", "flask")
    from eulogin_harness.guide.shot import ShotSpec, check_shot, open_browser, shoot

    spec = ShotSpec(url, mark, style, crop, blur, width, is_phone)
    with _sentences():
        check_shot(spec, file)
        with open_browser() as browser:
            status = shoot(browser, spec, file)
    if status >= _FIRST_ERROR:
        click.echo(f"The page answered with status {status}.", err=True)
    click.echo(file)


@contextmanager
def _progress(length: int, label: str) -> "Iterator[Progress]":
    with click.progressbar(length=length, label=label, file=sys.stderr, item_show_func=_word) as bar:
        yield bar.update


def _word(word: object) -> str:
    return str(word or "")


def _report(built: "Built", folder: Path) -> None:
    from mock_world.i18n import languages, spoken

    for language, (lacking, of) in built.lacking.items():
        if lacking:
            click.echo(f"{language}: {lacking} of {of} texts are not translated and stand in English.")
        if spoken(language) != language:
            click.echo(f"{language}: the pictures are in English, since the pages speak {', '.join(languages())} only.")
    for remark in built.remarks:
        click.echo(remark)
    click.echo(f"{folder}: {len(built.files)} files.")


def _check_packages(*names: str) -> None:
    if missing := next((name for name in names or _NEEDED if find_spec(name) is None), None):
        raise click.ClickException(
            f"expected the extra {_NEEDED[missing]}, but {missing} is not installed; "
            'run `pip install "eulogin-harness[guide]"`'
        )
