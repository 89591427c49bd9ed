"""Somebody walks through what a guide tells, on a computer and a phone; each step may leave a picture."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.screen import Screen
from eulogin_harness.guide.mail_programme import MailProgramme
from eulogin_harness.guide_text.story import Story
from mock_world.i18n import DEFAULT, spoken

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from eulogin_harness.client import World
    from eulogin_harness.guide.capture import Crop

COMPUTER = {"width": 840, "height": 1400}  # wide enough for every page, and narrow enough to be read on paper
PHONE = {"width": 520, "height": 660}  # the whole phone with its frame; two of them stand on a page of paper
MOBILE = {"width": 412, "height": 1400}


class Recorder(Protocol):
    """Is called at each step, before it is done."""

    def record(
        self,
        name: str,
        *,
        show: "Locator | None",
        page: "Page | None",
        beside: "Page | None",
        also: "Locator | None",
        crop: "Crop",
    ) -> None: ...


class Walkthrough:
    """What a scenario uses: the pages of one person's computer, their phones, and `step`.

    open_page: opens a page in a browser context of its own, with options of Playwright's `new_context`. language: of
    the pages; another one than they speak is English. recorder: takes pictures, or looks at pages.
    """

    def __init__(
        self,
        world: "World",
        open_page: "Callable[..., Page]",
        recorder: Recorder,
        *,
        language: str = DEFAULT,
        story: Story | None = None,
        computer: dict[str, int] | None = None,
    ) -> None:
        self.world = world
        self.story = story or Story()
        self.language = spoken(language)
        self._open_page = open_page
        self._recorder = recorder
        self._computer = computer or COMPUTER
        self.at = ""
        """The step that was begun last."""

    @cached_property
    def pages(self) -> Pages:
        """EU Login and CPMS on the person's computer."""
        return Pages(self._open_page(viewport=self._computer), self.world, self.language)

    @cached_property
    def helpdesk(self) -> Cpms:
        """CPMS on the helpdesk's computer."""
        return Cpms(self._open_page(viewport=self._computer), self.world.addresses.cpms, self.language)

    @cached_property
    def mails(self) -> MailProgramme:
        """The person's mails, as a mail programme shows them, in the same browser as EU Login."""
        return MailProgramme(self.pages.page, self.world, self.language)

    def phone(self, phone_id: str) -> Handset:
        """A phone in its frame, by its id."""
        page = self._open_page(viewport=PHONE)
        return Handset(page, f"{self.world.addresses.phone}/phones/{phone_id}", self.language)

    def step(
        self,
        name: str,
        *,
        show: "Locator | None" = None,
        on: Screen | None = None,
        beside: Screen | None = None,
        also: "Locator | None" = None,
        crop: "Crop" = "card",
    ) -> None:
        """One step of the guide, by its name; what it shows is what the page is like before it is done.

        show: the element to press, which is marked. on: what is seen, where nothing is to be marked. beside: what the
        phone, or the computer, shows at the same moment; also: what is pressed there. crop: what of the page is in the
        picture (see `capture.take`).
        """
        self.at = name
        page = show.page if show is not None else on.page if on is not None else None
        other = beside.page if beside else None
        self._recorder.record(name, show=show, page=page, beside=other, also=also, crop=crop)

    def person(self, stage: str, **fields: Any) -> Any:
        """The person of the story, who has come so far."""
        return self.world.personas.create(stage, **self.story.fields, language=self.language, **fields)  # type: ignore[call-overload]
