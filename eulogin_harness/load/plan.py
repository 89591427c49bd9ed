"""What a run of the crowd is to do: chosen by options, and handed to the processes of Locust in JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

WEIGHTS: Mapping[str, int] = {  # of each journey: so many of all take it, where nothing else is said
    "pin": 10,
    "one-time-code": 3,
    "openid": 3,
    "sign-out": 1,
    "sign-up": 1,
    "enrolment": 1,
    "access-request": 1,
}
AT_APPLICATION = ("pin", "one-time-code", "sign-out")  # those that begin at an application of one's own, where one is


@dataclass(frozen=True)
class Plan:
    """What is to be done. weights: of each journey; application: its address, empty for CPMS.

    journeys: how many in all; 0: as many as fit in `seconds`. allowed_hosts: machines that may be called beside
    loopback and reserved domains. fail_ratio: part of the journeys that may fail. report, json_file: paths, or empty.
    """

    url: str
    world: str
    weights: dict[str, int]
    application: str = ""
    journeys: int = 0
    seconds: float = 0.0
    allowed_hosts: tuple[str, ...] = ()
    check: bool = True
    fail_ratio: float = 0.0
    report: str = ""
    json_file: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields = json.loads(text)
        return cls(**fields | {"allowed_hosts": tuple(fields["allowed_hosts"])})
