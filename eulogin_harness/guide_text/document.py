"""What the file of a guide says; docs/guides.md tells a writer how to change one."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MarkStyle = Literal["box", "number", "arrow", "blur", "spotlight", "none"]
Crop = Literal["element", "card", "section", "page"]
_NAME = r"^[a-z][a-z0-9-]*$"
_STEP_NAME = r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$"
_COLOUR = r"^#[0-9a-fA-F]{6}$"
_ADDRESS = r"^https?://[^\s]+$"
_INVENTED = r"^[^@\s]+@[^@\s]+\.(example|test)$"
_COUNTRY = r"^[A-Z]{2}$"
EXPECTED = {
    _NAME: "a name of small letters, digits and hyphens",
    _STEP_NAME: "the name of a step, such as sign-in.home",
    _COLOUR: "a colour such as #0e5a6b",
    _ADDRESS: "an address that begins with https:// or http://",
    _INVENTED: "an invented e-mail address, which ends with .example or .test",
    _COUNTRY: "the code of a country, such as AT",
}
"""What a text has to be, in words, by the pattern that it has to match."""
Name = Annotated[str, Field(pattern=_NAME, max_length=60)]
StepName = Annotated[str, Field(pattern=_STEP_NAME, max_length=120)]
Colour = Annotated[str, Field(pattern=_COLOUR)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(pattern=_ADDRESS, max_length=500)]
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")


def _languages(text: "str | dict[str, str]") -> "str | dict[str, str]":
    if isinstance(text, dict):
        if wrong := next((code for code in text if not _LANGUAGE.match(code)), None):
            raise ValueError(f"expected codes of languages such as en or fr, but got {wrong!r}")
        if "en" not in text:
            raise ValueError("give at least the English text (en): other languages fall back to it")
    return text


Text = Annotated[str | dict[str, str], AfterValidator(_languages)]
"""English, translated by the catalogue; or the texts themselves by language, `{en: ..., de: ...}`.

`[Next]` names a button or field: its label comes from the catalogue of the pages. `**Next**` is the label of a page
that is not ours. `{helpdesk.email}` is a value of the guide, `{address.cpms}` one that is a link, `{chapter.account}`
the number of a chapter.
"""


def english(text: Text) -> str:
    """The English of a text, to which other languages fall back."""
    return text if isinstance(text, str) else text["en"]


class Part(BaseModel):
    """A part of the file, in which no field is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PictureOptions(Part):
    """How the picture of a step is made; what is left out is as the scenario has it."""

    file: str | None = None
    """A picture of the writer's own, beside the guide's file: PNG, JPEG or WebP."""
    mark: MarkStyle | None = None
    crop: Crop | None = None
    blur: tuple[str, ...] = ()
    """CSS selectors of what is made unreadable."""


class StepText(Part):
    """A step: `do` names what a scenario does; a step of the writer's own has none."""

    do: StepName | None = None
    name: Name | None = None
    text: Text
    note: Text | None = None
    caption: Text | None = None
    alt: Text | None = None
    picture: PictureOptions | Literal[False] = PictureOptions()

    @model_validator(mode="after")
    def _own_picture(self) -> Self:
        if self.do is None and self.picture is not False and self.picture != PictureOptions() and not self.picture.file:
            raise ValueError("a step of your own has a picture only from a file: give picture.file, or leave it out")
        return self


class ChapterText(Part):
    """A chapter."""

    name: Name
    title: Text
    introduction: tuple[Text, ...] = ()
    steps: Annotated[tuple[StepText, ...], Field(min_length=1)]


class EntryText(Part):
    """A question and its answer, or a term and its meaning."""

    term: Text
    meaning: Text


class Network(Part):
    """Who publishes the guide. code: of the networks that CPMS lists."""

    name: Line
    code: Line = "PaedCAN"
    primary: Colour = "#0e5a6b"
    accent: Colour = "#c2410c"
    logo: str | None = None
    """A picture beside the guide's file: PNG, JPEG or SVG."""


class Helpdesk(Part):
    """Whom readers may ask."""

    name: Line
    email: Line
    hours: Text


class Person(Part):
    """The invented person whom the pictures show."""

    first_name: Line = "Ada"
    last_name: Line = "Berg"
    email: Annotated[str, Field(pattern=_INVENTED)] = "ada.berg@hospital.example"
    specialty: Text = "Paediatric oncology"


class Hospital(Part):
    """The hospital of the person: country as in ISO 3166, name as CPMS lists it."""

    country: Annotated[str, Field(pattern=_COUNTRY)] = "AT"
    name: Line = "St. Anna Children's Hospital / CCRI"


class Application(Part):
    """An application of the writer's own, which the scenario `application` signs in to.

    start: the command that starts it, in the folder of the guide's file; none where it runs already. In start,
    environment and url, `{port}` is a free port, `{idp}` EU Login as browsers reach it, `{idp_internal}` as the
    application reaches it, and `{python}` the interpreter that builds the guide. signed_in: text that it shows to who
    is signed in; `{first_name}` and such are the person's.
    """

    name: Line
    url: Line
    start: Line | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    sign_in: Line | None = None
    """The link or button that leads to EU Login; none where the page leads there automatically."""
    signed_in: Line
    second_factor: bool = False


class GuideFile(Part):
    """A guide: chapters and steps in their order, their sentences, and what stands around them."""

    title: Text
    subtitle: Text = ""
    day: date
    version: Line
    languages: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...], Field(min_length=1)] = ("en",)
    """Those that are built where the command names none."""
    network: Network
    helpdesk: Helpdesk
    addresses: dict[Name, Address] = Field(default_factory=dict)
    person: Person = Person()
    hospital: Hospital = Hospital()
    settings: dict[str, object] = Field(default_factory=dict)
    """Settings of the mock while the pictures are made, such as `mail.delay: PT2M`."""
    profile: str | None = None
    """CPMS's form as a file beside this one; docs/cpms.md says how it is written."""
    application: Application | None = None
    introduction: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    chapters: Annotated[tuple[ChapterText, ...], Field(min_length=1)]
    troubles: tuple[EntryText, ...] = ()
    glossary: tuple[EntryText, ...] = ()
    contact: tuple[Text, ...] = ()
    imprint: Text

    @property
    def steps(self) -> Iterator[tuple[ChapterText, int, StepText]]:
        """Every step, with its chapter and its number there, from 1."""
        return ((chapter, number, step) for chapter in self.chapters for number, step in enumerate(chapter.steps, 1))


def step_name(chapter: ChapterText, number: int, step: StepText) -> str:
    """The name of a step, and of its picture: that of what a scenario does, else its own, else its number."""
    return step.do or f"{chapter.name}.{step.name or f'own-{number}'}"


def place_of(chapter: ChapterText, number: int, step: StepText) -> str:
    """Where a step stands, for errors."""
    return f"chapter {chapter.name}, step {step_name(chapter, number, step)}"
