"""`userDataBase.xml` of the official mock-up as bodies of POST /api/personas (facts, official mock-up)."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from eulogin_harness.documents.people import EMPLOYEE_TYPES
from eulogin_harness.importing.report import ImportFileError, Report
from mock_world.domains import is_harmless

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "userDataBase"
_NEEDED = ("uid", "email", "firstName", "lastName")
_UID = re.compile(r"[a-z0-9]{5,64}")
_LONGEST = 100  # characters of a text, as the API takes it
_MOST = 10  # problems that one error reports

# Elements that become one field of a person.
_TEXTS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "organisation": "domain",
    "employeeType": "employee_type",
    "organisationUsername": "domain_username",
    "employeeNumber": "employee_number",
    "departmentNumber": "department_number",
    "orgId": "org_id",
    "internalTelephoneNumber": "telephone_number",
    "userManager": "user_manager",
}
_READ = {*_TEXTS, "uid", "email", "cudGroups", "registrationLevelVersion", "objectStatus"}
_PASSWORD_AGE = "passwords are given anew, so their age is new too"  # noqa: S105 - no password
_TOKEN = "hardware tokens are not mocked"  # noqa: S105 - no password
_HISTORY = "the history of sign-ins begins anew"
_WHY_LEFT = {
    "strongPasswordHash": "it cannot be read back; passwords are given anew",
    "cn": "it is made of first and last name",
    "description": "no answer of EU Login tells it",
    "internalGroups": "they administer the mock-up itself",
    "mobilePhone": "text messages are not mocked",
    **dict.fromkeys(("tokenSerialNumber", "tokenCramId", "tokenCramFailures", "tokenCramLastFailureTime"), _TOKEN),
    **dict.fromkeys(("passwordLastChangedTime", "passwordMustChange", "resetPasswordPermission"), _PASSWORD_AGE),
    **dict.fromkeys(
        (
            *("created", "authenticationCount", "goodAuthenticationCount", "badAuthenticationCount"),
            *("lastFailureTime", "lastSecureLoginTimes", "retryCountResetTime", "smsMessageId"),
        ),
        _HISTORY,
    ),
}
_UNKNOWN = "it is not known here"


def read_users(
    name: str, content: bytes, report: Report, *, allowed_domains: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The users of a file, in its order. name: of the file. allowed_domains: whose addresses stay as they are.

    Raises ImportFileError, which names the users and what is wrong there.
    """
    users = _users(name, content)
    problems = [
        f"{_called(user, number)}: {problem}" for number, user in enumerate(users, 1) for problem in _wrong(user)
    ]
    problems += _twice(users)
    if not users:
        problems = ["it has no user"]
    if problems:
        more = [f"and {len(problems) - _MOST} more"] if len(problems) > _MOST else []
        text = "; ".join([*problems[:_MOST], *more])
        raise ImportFileError(f"{name}: {text}. Mend it there; nothing was imported")
    taken: set[str] = set()
    return [_person(user, report, tuple(allowed_domains), taken) for user in users]


def _users(name: str, content: bytes) -> list["Element"]:
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise ImportFileError(
            f"{name}: expected XML without DTD and entities, which can hide anything; take the DOCTYPE out"
        ) from None
    except ParseError as error:
        line, column = error.position
        raise ImportFileError(
            f"{name}: expected XML; it breaks in line {line}, column {column}; mend it there"
        ) from None
    except (ValueError, LookupError) as error:  # an encoding that does not exist, or that it is not in
        raise ImportFileError(f"{name}: expected XML in UTF-8; it cannot be read ({type(error).__name__})") from None
    if _name(root) != ROOT:
        raise ImportFileError(f"{name}: expected the root {ROOT}; got {_name(root)[:80]}, which is not imported")
    return [child for child in root if _name(child) == "user"]


def _name(element: "Element") -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _texts(user: "Element", name: str) -> list[str]:
    """Values of all elements of a name that are not empty."""
    texts = ((child.text or "").strip() for child in user if _name(child) == name)
    return [text for text in texts if text]


def _text(user: "Element", name: str) -> str:
    return next(iter(_texts(user, name)), "")


def _called(user: "Element", number: int) -> str:
    uid = _text(user, "uid")[:64]
    return f"user {number} ({uid})" if uid else f"user {number}"


def _wrong(user: "Element") -> list[str]:
    missing = [name for name in _NEEDED if not _text(user, name)]
    problems = [f"{', '.join(missing)} missing"] if missing else []
    uid = _text(user, "uid").lower()
    if uid and not _UID.fullmatch(uid):
        problems.append("uid has to be 5 to 64 of a-z and 0-9")
    kind = _text(user, "employeeType")
    if kind and kind not in EMPLOYEE_TYPES:
        problems.append(f"employeeType has to be one of {' '.join(EMPLOYEE_TYPES)}; got {kind[:20]!r}")
    long = [name for name in _TEXTS if len(_text(user, name)) > _longest(name)]
    return problems + ([f"{', '.join(long)} longer than {_LONGEST} characters"] if long else [])


def _longest(name: str) -> int:
    return 1000 if name == "userManager" else _LONGEST


def _twice(users: list["Element"]) -> list[str]:
    seen: dict[str, int] = {}
    problems = []
    for number, user in enumerate(users, 1):
        uid = _text(user, "uid").lower()
        if uid and seen.setdefault(uid, number) != number:
            problems.append(f"{_called(user, number)}: that uid stands in user {seen[uid]} already")
    return problems


def _person(user: "Element", report: Report, allowed: tuple[str, ...], taken: set[str]) -> dict[str, Any]:
    uid = _text(user, "uid").lower()
    person: dict[str, Any] = {"uid": uid, "email": _email(_text(user, "email"), uid, report, allowed, taken)}
    person |= {field: text for name, field in _TEXTS.items() if (text := _text(user, name))}
    person |= {"assurance_level": assurance_of(person.setdefault("domain", "external"))}
    person.setdefault("employee_type", "n" if person["domain"] == "external" else "f")
    if groups := list(dict.fromkeys(_texts(user, "cudGroups"))):
        person["groups"] = groups
    if versions := _versions(user):
        person["registration_level_versions"] = versions
    if (status := _text(user, "objectStatus")) not in {"", "a"}:
        person["disabled"] = True
        report.changed("objectStatus", "who is not active (a) is disabled", f"{uid}: {status[:20]}")
    for name in dict.fromkeys(map(_name, user)):
        if name and name not in _READ:
            report.left(name[:80], _WHY_LEFT.get(name, _UNKNOWN), uid)
    return person


def assurance_of(organisation: str) -> str:
    """Self-registered people LOW, the Commission's staff TOP, other institutions' HIGH (facts, assurance; inferred)."""
    if organisation == "external":
        return "LOW"
    return "TOP" if organisation == "eu.europa.ec" else "HIGH"


def _versions(user: "Element") -> list[Mapping[str, str]]:
    elements = (child for child in user if _name(child) == "registrationLevelVersion")
    return [
        {"level": level, "value": (child.text or "").strip()}
        for child in elements
        if (level := child.get("level", "").strip()) and (child.text or "").strip()
    ]


def _email(given: str, uid: str, report: Report, allowed: tuple[str, ...], taken: set[str]) -> str:
    """An address that is nobody's, and that no other user of the file has."""
    email = harmless_email(given, allowed)
    if email != given:
        report.changed("email", "a mock writes to no real address", f"{given} is {email}")
    if email.lower() in taken:
        local, _, domain = email.rpartition("@")
        shared, email = email, f"{local}+{uid}@{domain}"
        report.changed("email", "here each user has an address of its own", f"{shared} of {uid} is {email}")
    taken.add(email.lower())
    return email


def harmless_email(email: str, allowed: Iterable[str] = ()) -> str:
    """`a@ec.europa.eu` as `a@ec.europa.eu.example`; a harmless address as it is."""
    domain = email.rpartition("@")[2]
    return email if is_harmless(domain, allowed) else f"{email}.example"
