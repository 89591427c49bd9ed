"""What an answer must be like: by type of its field, whoever gives it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mock_cpms.countries import CODES
from mock_cpms.people import Person
from mock_cpms.profile.fields import SEPARATOR, FieldSpec, FieldType
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

MISSING = RefusalKind(
    "profile.missing",
    message=N_("Please fill in “{label}”."),
    expected="an answer in the mandatory field {name}",
    remedy="fill it in, or make it optional in the file of setting cpms.profile",
    status=422,
)
NO_CHOICE = RefusalKind(
    "profile.no_choice",
    message=N_("Please choose from “{label}”."),
    expected="one of the options of field {name}",
    remedy="take an option of the file of setting cpms.profile, spelled as there; a country by its code, such as AT",
    status=422,
)
NOT_TICKED = RefusalKind(
    "profile.not_ticked",
    message=N_("Please tick “{label}” to go on."),
    expected="the mandatory box {name} ticked",
    remedy="tick it, or make it optional in the file of setting cpms.profile",
    status=422,
)
ANSWER_TOO_LONG = RefusalKind(
    "profile.too_long",
    message=N_("Please use at most {length} characters for “{label}”."),
    expected="at most {length} characters in field {name}",
    remedy="shorten it",
    status=422,
)
NO_NUMBER = RefusalKind(
    "profile.no_number",
    message=N_("Please enter a phone number of digits, such as +44 20 7946 0123."),
    expected="5 to 30 digits in field {name}; blanks, brackets, dots, slashes and hyphens between them, a + before",
    remedy="write the number as one dials it",
    status=422,
)
CONTROL_CHARACTER = RefusalKind(
    "profile.control_character",
    message=N_("Please type “{label}” anew: it holds a sign that nobody can see."),
    expected="text without control characters in field {name}",
    remedy="leave out line breaks and other control characters",
    status=422,
)

LENGTHS: Mapping[str, int] = MappingProxyType(
    {"text": 200, "hospital": 200, "textarea": 2000}
)  # characters, our choice
LONGEST = max(LENGTHS.values())
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ()/.-]{4,29}", re.ASCII)
_SHOWN = 60  # characters of a wrong answer in the journal

Problem = tuple[RefusalKind, str, dict[str, int]]  # what is wrong, what came, further parameters


def tidy(text: str) -> str:
    """Without blanks around it, its lines ended in one way."""
    return text.replace("\r\n", "\n").strip()


def wrong_answer(world: World, person: Person, spec: FieldSpec, answer: str) -> Refusal | None:
    """Why the form does not take a tidy answer, if it does not."""
    problem = _missing(spec) if _is_empty(answer) else _CHECKS.get(spec.type, _text)(spec, answer)
    if problem is None:
        return None
    kind, got, more = problem
    return world.refuse(kind, got=got, person=person.email, field=spec.name, name=spec.name, label=spec.label, **more)


def check_text(world: World, person: Person, name: str, answer: str) -> None:
    """What holds for each answer in any form. Raises Refusal (profile.too_long, profile.control_character)."""
    if problem := _too_long(answer, LONGEST) or _control(answer):
        kind, got, more = problem
        raise world.refuse(kind, got=got, person=person.email, field=name, name=name, label=name, **more)


def _is_empty(answer: str) -> bool:
    """Whether nothing can be seen of it."""
    return not any(sign.isprintable() and not sign.isspace() for sign in answer)


def _missing(spec: FieldSpec) -> Problem | None:
    kind = {"select": NO_CHOICE, "checkboxes": NO_CHOICE, "country": NO_CHOICE, "tick": NOT_TICKED}
    return (kind.get(spec.type, MISSING), "nothing", {}) if spec.mandatory else None


def _text(spec: FieldSpec, answer: str) -> Problem | None:
    return _too_long(answer, LENGTHS[spec.type]) or _control(answer, lines=spec.type == "textarea")


def _too_long(answer: str, length: int) -> Problem | None:
    return (ANSWER_TOO_LONG, f"{len(answer)} characters", {"length": length}) if len(answer) > length else None


def _control(answer: str, *, lines: bool = True) -> Problem | None:
    allowed = "\n\t" if lines else ""
    character = next(
        (sign for sign in answer if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed), None
    )
    return (CONTROL_CHARACTER, f"U+{ord(character):04X}", {}) if character is not None else None


def _number(spec: FieldSpec, answer: str) -> Problem | None:  # noqa: ARG001
    return None if _NUMBER.fullmatch(answer) else (NO_NUMBER, _short(answer), {})


def _one_of(spec: FieldSpec, answer: str) -> Problem | None:
    return None if answer in spec.options else (NO_CHOICE, _short(answer), {})


def _some_of(spec: FieldSpec, answer: str) -> Problem | None:
    wrong = [part for part in answer.split(SEPARATOR) if part not in spec.options]
    return (NO_CHOICE, _short(wrong[0]), {}) if wrong else None


def _country(spec: FieldSpec, answer: str) -> Problem | None:  # noqa: ARG001
    return None if answer in CODES else (NO_CHOICE, _short(answer), {})


def _tick(spec: FieldSpec, answer: str) -> Problem | None:  # noqa: ARG001
    return None if answer == "yes" else (NOT_TICKED, _short(answer), {})


def _short(answer: str) -> str:
    return repr(answer if len(answer) <= _SHOWN else f"{answer[:_SHOWN]}...")


_CHECKS: Mapping[FieldType, Callable[[FieldSpec, str], Problem | None]] = MappingProxyType(
    {
        "tel": _number,
        "select": _one_of,
        "checkboxes": _some_of,
        "country": _country,
        "tick": _tick,
    }
)
