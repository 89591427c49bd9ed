"""What a bundle says of itself: its manifest."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

FORMAT = 1  # counts up where an older version could not replay what a newer one wrote
SUFFIX = ".eulogin.zip"
MANIFEST, BEFORE, AFTER = "manifest.json", "before.json", "after.json"
BROWSER = "browser/"  # folder with what only a browser knows: pictures and trace

State = dict[str, Any]  # a document of `dump_state`


class BundleError(Exception):
    """A bundle that cannot be read, written or replayed: what was expected, what came, what to do."""

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        self.expected, self.got, self.remedy = expected, got, remedy
        super().__init__(f"expected {expected}, but got {got}; {remedy}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Step(_Part):
    """A request of a browser, to which a replay can go back. number: as `data-checkpoint` of the page says it.

    at: world time before it. cookies: by name, all that came with it. sends_files: it sent files beside `fields`, which
    are not here. page: what the browser showed then, name and state. sentences: events of the journal.
    """

    number: int = Field(ge=1)
    at: AwareDatetime
    actor: str
    method: str
    url: str
    referer: str
    cookies: Mapping[str, str]
    language: str
    user_agent: str
    shows_page: bool
    fields: Sequence[tuple[str, str]]
    sends_files: bool
    status: int
    page: str
    location: str
    sentences: Sequence[str]
    is_refused: bool

    @property
    def can_be_sent_again(self) -> bool:
        """Whether the page that it led to comes by sending it once more, and by nothing else."""
        return self.method == "POST" and self.shows_page and not self.sends_files

    @property
    def state_file(self) -> str:
        """Where in the bundle the world before it is: the tables that differ from the step before."""
        return f"steps/{self.number:04}.json"


class Page(_Part):
    """A page that was open when the bundle was written. step: the request that it came by, where it says so.

    actor: whose it is. name, state: its `data-page` and `data-state`. notice: what it reports. text: how it begins.
    buttons: some that it has. cookies: of its browser, by name. picture: a file of the bundle.
    """

    url: str
    title: str
    actor: str = ""
    name: str = ""
    state: str = ""
    heading: str = ""
    notice: str = ""
    text: str = ""
    buttons: Sequence[str] = ()
    step: int | None = None
    language: str = ""
    user_agent: str = ""
    cookies: Mapping[str, str] = Field(default_factory=dict)
    picture: str = ""


class Manifest(_Part):
    """written_at: real time. at, begun_at: world time of `after.json` and `before.json`. world: its name.

    addresses, internal: of the actors, with the world's prefix. settings: those that differ from the default. person:
    e-mail address of the only person in it; None where it is whole. test, failure: of the test that wrote it. pages:
    the one that counts first.
    """

    format: int = FORMAT
    written_at: AwareDatetime
    versions: Mapping[str, str]
    world: str
    at: AwareDatetime
    begun_at: AwareDatetime
    seed: int | None
    settings: Mapping[str, Any]
    addresses: Mapping[str, str]
    internal: Mapping[str, str]
    person: str | None = None
    test: str = ""
    failure: str = ""
    steps: Sequence[Step] = ()
    pages: Sequence[Page] = ()

    @property
    def failing_step(self) -> Step | None:
        """The request that the page came by which counts, else the last refused one, else the last."""
        steps = {step.number: step for step in self.steps}
        shown = steps.get(self.pages[0].step or 0) if self.pages else None
        return shown or next((step for step in reversed(self.steps) if step.is_refused), None) or _last(self.steps)

    def step(self, number: int) -> Step:
        """Raises BundleError for one that is not there."""
        known = {step.number: step for step in self.steps}
        if number not in known:
            way = f"one of the steps {', '.join(map(str, known))}" if known else "no step, since this bundle has none"
            raise BundleError(way, f"step {number}", "`eulogin-harness replay FILE --list` shows them")
        return known[number]


def _last(steps: Sequence[Step]) -> Step | None:
    return steps[-1] if steps else None
