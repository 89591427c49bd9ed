"""Mails from templates: `<name>.txt` (first line: the subject) and `<name>.html`, in the receiver's language."""

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape

from mock_world.i18n import spoken, translations
from mock_world.post_office import OutgoingMail

_SHARED = Path(__file__).parent / "web" / "templates"


@cache
def _environment(folder: Path, language: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(_SHARED)]),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def write_mail(folder: Path, name: str, *, to: str, sender: str, language: str, **values: object) -> OutgoingMail:
    """A letter from the templates `name` in `folder`; `values` fill both forms."""
    language = spoken(language)
    environment = _environment(folder, language)
    text = environment.get_template(f"{name}.txt").render(values)
    subject, _, body = text.partition("\n")
    html = environment.get_template(f"{name}.html").render(values | {"subject": subject, "language": language})
    return OutgoingMail(to=to, sender=sender, subject=subject.strip(), text=body.strip() + "\n", html=html)
