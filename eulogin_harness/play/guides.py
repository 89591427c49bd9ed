"""Guides as they are played: their sentences in a language, with links that lead to the pages of the world."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from eulogin_harness.guide_text import loading
from eulogin_harness.guide_text.catalogue import languages
from eulogin_harness.guide_text.content import Content
from eulogin_harness.guide_text.document import GuideFile
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.story import Story, story_of
from mock_world import World

_ACTORS = (("/cas", "idp"), ("/screen", "cpms"), ("/ernsd", "cpms"))  # which have the paths of the real sites


@dataclass(frozen=True)
class PlayedGuide:
    """A guide in one language. settings: of the world in which it is played."""

    content: Content
    story: Story
    settings: dict[str, object]

    @property
    def steps(self) -> list[str]:
        """The names of all steps, in their order."""
        return [step.name for _, step in self.content.steps]


@dataclass(frozen=True)
class Choice:
    """A guide that is there. problem: why it cannot be played; empty where it can."""

    name: str
    title: str
    problem: str = ""


def choices(language: str) -> Iterator[Choice]:
    """Guides of the folder `guides` and those that are shipped. Titles are in the language, or in English."""
    for name in loading.names():
        try:
            yield Choice(name, played_guide(name, language if language in languages() else "en").content.title)
        except GuideError as error:
            yield Choice(name, name, str(error))


def played_guide(name: str, language: str) -> PlayedGuide:
    """A guide by its name. Raises GuideError, also for one that shows an application of its writer."""
    if name not in loading.names():
        raise GuideError(f"expected one of the guides {', '.join(loading.names())}, but got {name!r}")
    file = loading.file_of(name)
    guide = loading.read(file)
    if guide.application is not None:
        raise GuideError(
            f"expected a guide whose pages are all in the mock, but {name} shows the application "
            f"{guide.application.name!r}, which serves one world alone; play a guide without `application`"
        )
    content, _ = loading.content_of(name, guide, language, file.parent, {})
    return PlayedGuide(content, story_of(guide, language), _settings(guide, file.parent))


def _settings(guide: GuideFile, base: Path) -> dict[str, object]:
    """What the guide's file says, and a helpdesk that answers soon: it asks first where the guide shows a question."""
    names = {step.do for _, _, step in guide.steps}
    profile = {"cpms.profile": str((base / guide.profile).absolute())} if guide.profile else {}
    helpdesk = {
        "helpdesk.automatic": "ask, approve" if "question.mail" in names else "approve",
        "helpdesk.automatic_after": "PT20S",
    }
    return helpdesk | profile | guide.settings


def link_of(world: World, address: str) -> str:
    """Where a link of a guide leads in this world: to the page that stands for the real one; empty for all others."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return ""
    actor = next((actor for path, actor in _ACTORS if f"{parts.path}/".startswith(f"{path}/")), None)
    query = f"?{parts.query}" if parts.query else ""
    return world.addresses.public(actor, parts.path) + query if actor else ""
