"""Assurance levels: how sure EU Login is who somebody is (facts, assurance)."""

from collections.abc import Mapping

LEVELS: Mapping[str, int] = {"TOP": 40, "HIGH": 30, "MEDIUM": 20, "LOW": 10, "NO_ASSURANCE": 0}
NAMES: Mapping[int, str] = {number: name for name, number in LEVELS.items()}
LOW = LEVELS["LOW"]  # of people who signed up themselves
# Who has which level, in the words of a failed validation.
PEOPLE: Mapping[int, str] = {
    0: "NO_ASSURANCE",
    10: "SELF_REGISTERED",
    20: "SPONSORED",
    30: "INTERINSTITUTIONAL",
    40: "INTERNAL",
}
