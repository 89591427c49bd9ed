"""The settings of CPMS: helpdesk, guests, profile, directory, and how it signs in."""

from datetime import timedelta
from typing import Annotated, Literal, cast
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from mock_cpms.limits import LONGEST_TEXT
from mock_world.settings import DURATION, GUIDE, OURS, declare, minutes, number


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no time zone of that name")
    return name


def _answers_in_turn(text: str) -> str:
    answers = [answer.strip() for answer in text.split(",")]
    if answers != ["off"] and not set(answers) <= {"approve", "reject", "ask"}:
        raise ValueError("write off, or one or more of approve, reject and ask, in turn, such as ask, approve")
    return ", ".join(answers)


HELPDESK_HOURS = declare(
    "helpdesk.hours", number(0, 1000), 24, GUIDE, "Hours within which a request is decided, weekends not counted."
)
HELPDESK_TIME_ZONE = declare(
    "helpdesk.time_zone",
    cast("type[str]", Annotated[str, AfterValidator(_known_zone)]),
    "Europe/Brussels",
    OURS,
    "Time zone of the helpdesk's weekends.",
)
HELPDESK_AUTOMATIC = declare(
    "helpdesk.automatic",
    cast("type[str]", Annotated[str, AfterValidator(_answers_in_turn)]),
    "off",
    OURS,
    "Answers of an automatic helpdesk, in turn (ask, approve), the last one for good, to each request that is sent "
    "while it is on, neither to older ones nor to those of people made by the control API; off: people.",
)
HELPDESK_AUTOMATIC_AFTER = declare(
    "helpdesk.automatic_after", DURATION, minutes(0), OURS, "How long the automatic helpdesk takes for an answer."
)
HELPDESK_AUTOMATIC_REASON = declare(
    "helpdesk.automatic_reason",
    cast("type[str]", Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]),
    "This answer comes from the automatic helpdesk of a mock.",
    OURS,
    "Reason or question of the automatic helpdesk, as its mails quote it.",
)
GUEST_LIFE = declare(
    "guest.life",
    DURATION,
    timedelta(days=90),
    OURS,
    "How long guests usually get access, as the helpdesk's page proposes; in CPMS 1.0 it was 90 days.",
)
CPMS_PROFILE = declare(
    "cpms.profile", str, "cpms/profile.yaml", OURS, "File with the fields of the Complete Profile page."
)
CPMS_DIRECTORY = declare(
    "cpms.directory",
    str,
    "hospitals.csv",
    OURS,
    "File with the hospitals and their networks, for the search tool and the profile's list.",
)
CPMS_PATIENCE = declare(
    "cpms.patience",
    cast("type[timedelta]", Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(minutes=1))]),
    timedelta(seconds=10),
    OURS,
    "How long CPMS waits for EU Login to confirm a sign-in, in real time.",
)
CPMS_SIGN_IN = declare(
    "cpms.sign_in",
    cast("type[str]", Literal["cas", "oidc"]),
    "cas",
    OURS,
    "How CPMS signs people in at EU Login: by a CAS ticket, or by OpenID Connect.",
)
