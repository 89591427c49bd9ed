"""What a check is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from eulogin_harness.grade.application import Protocol
from eulogin_harness.grade.trial import Trial

Outcome = Literal["passed", "failed", "not applicable", "not done", "skipped"]


class Weight(Enum):
    """How much a failed check matters: the worst one alone decides the grade."""

    CRITICAL = "critical"  # somebody gets in as somebody else, or without any account
    HIGH = "high"  # a session, a second factor or a sign-out can be got round, with some help of the victim
    MEDIUM = "medium"  # it helps an attack, and is none by itself
    LOW = "low"  # good practice


@dataclass(frozen=True)
class Check:
    """One thing that an application behind EU Login has to check.

    name: `cas.ticket-replayed`. done: what the check does. expected: what a sound application does. why: what an
    attacker gains. source: section of a specification, CVE, or fact of EU Login. remedy: name of a text with code for
    the usual client libraries (`remedies`). run: does it; raises
    Unsound, NotApplicable, NotDone.
    """

    name: str
    protocols: tuple[Protocol, ...]
    title: str
    done: str
    expected: str
    why: str
    source: str
    weight: Weight
    remedy: str
    run: Callable[[Trial], None]


CHECKS: dict[str, Check] = {}
_PROTOCOLS: dict[str, tuple[Protocol, ...]] = {"cas": ("cas",), "openid": ("openid",)}


def check(
    name: str,
    *,
    title: str,
    done: str,
    expected: str,
    why: str,
    source: str,
    weight: Weight,
    remedy: str,
) -> Callable[[Callable[[Trial], None]], Check]:
    """Declare a function to be a check, with the fields of Check.

    A name that begins with `cas.` or `openid.` is one of that protocol, any other one of both.
    """

    def declare(run: Callable[[Trial], None]) -> Check:
        protocols = _PROTOCOLS.get(name.partition(".")[0], ("cas", "openid"))
        CHECKS[name] = Check(name, protocols, title, done, expected, why, source, weight, remedy, run)
        return CHECKS[name]

    return declare
