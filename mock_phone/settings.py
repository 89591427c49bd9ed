"""The setting of the phone."""

from typing import Literal, cast

from mock_world.settings import TODAY, declare

PHONE_ACCOUNTS = declare(
    "phone.accounts",
    cast("type[str]", Literal["several", "one"]),
    "several",
    TODAY,
    "Whether the app of one phone holds several accounts, as now, or one, as in older versions.",
)
