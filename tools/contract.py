"""The contract as data: docs/reference/contract.yaml, read into types.

`make reference` makes docs/reference/contract.md of it.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).parent.parent / "docs" / "reference" / "contract.yaml"

Name = Annotated[str, "name"]  # shown as code; every other text is Markdown
Names = dict[Name, str]  # by name: what is to say of it
ActorName = Literal["world", "idp", "phone", "cpms", "desk"]  # `world`: what all have in common


class Part(BaseModel):
    """A part of the contract: what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Actor(Part):
    actor: Name
    what: str
    port: int
    first_page: Name


class Cookie(Part):
    cookie: Name
    by_https: Name = ""
    holds: str
    lasts: str


class Page(Part):
    """A page by its `data-page`; without a name, what all pages of the actor have."""

    page: Name
    addresses: Names = {}
    """Empty: none of its own, and when it is shown."""
    states: Names | list[Name] = []
    fields: Names = {}
    """Labels by name; empty: a field without label."""
    named_buttons: dict[Name, str | list[str]] = {}
    """Labels by `name` or `#id`."""
    buttons: list[str] = []
    ids: list[Name] = []
    """Ids (`#qr`) and classes (`.error`) that are part of no other name."""
    note: str = ""

    def labels(self) -> list[str]:
        """Visible English texts of all buttons and links."""
        named = [[each] if isinstance(each, str) else each for each in self.named_buttons.values()]
        return [label for labels in (self.buttons, *named) for label in labels]


class Parameter(Part):
    parameter: Name
    values: str
    effect: str = ""


class ValidationAddress(Part):
    address: Name
    least: Name = Field("", title="least assurance level")
    """Empty: that of the parameter `assuranceLevel`, TOP without it."""
    types: list[Name] = Field(title="ticket types")
    note: str = ""


class Elements(Part):
    """Elements of an answer, in their order, and what is below them."""

    elements: list[Name]
    parts: list[Name] = []
    when: str


class Failure(Part):
    """A refusal by its name in the journal, and what it is called in EU Login's dialect and in plain CAS."""

    code: Name
    plain: Name = Field("", title="in plain CAS")
    when: str
    refusal: Name = Field(title="in the journal")


class Endpoint(Part):
    address: Name
    takes: str = ""
    answers: str


class AppCall(Part):
    """A call of the app. takes, answers: fields, each with its parts or values."""

    call: Name
    signed: bool = False
    takes: dict[Name, list[Name]] = {}
    answers: dict[Name, list[Name]]
    refuses: str
    note: str = ""


class SignatureExample(Part):
    secret: Name
    request: Name
    signed_text: Name
    signature: Name


class SearchCall(Part):
    call: Name
    items: str
    fields: list[Name]
    our_fields: list[Name] = []


class Problem(Part):
    type: Name
    status: str
    when: str


class FirstPerson(Part):
    email: str
    password: str
    pin: str
    phone_id: str


class Contract(Part):
    """What outsiders rely on. `text` is the page, a template that shows the other parts where they belong."""

    actors: list[Actor]
    cookies: list[Cookie]
    pages: dict[ActorName, list[Page]]
    other_addresses: dict[ActorName, Names]
    verification_method_ids: list[Name]
    login_parameters: list[Parameter]
    validation_addresses: list[ValidationAddress]
    validation_parameters: list[Parameter]
    validation_elements: list[Elements]
    plain_cas_attributes: list[Elements]
    validation_failures: list[Failure]
    proxy_failures: list[Failure]
    transaction_endpoints: list[Endpoint]
    oidc_endpoints: list[Endpoint]
    app_calls: list[AppCall]
    signature_example: SignatureExample
    search_calls: list[SearchCall]
    request_states: list[Name]
    first_person: FirstPerson
    stages: Names
    problems: list[Problem]
    environment: Names
    public_names: list[Name]
    fixtures: Names
    pytest_options: Names
    pytest_ini: Names
    markers: dict[Name, list[Name]]
    text: str


@cache
def contract() -> Contract:
    """The contract. Raises pydantic.ValidationError where the file has what is not known, or lacks something."""
    return Contract.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
