"""What the app needs before it can be initialised (facts, the app, 12.1)."""

from dataclasses import dataclass

from mock_phone import refusals as no
from mock_world.i18n import N_
from mock_world.refusal import RefusalKind


@dataclass(frozen=True)
class Need:
    """A switch of the phone that must be on.

    refusal, got: what is refused without it, and what came instead. title, reason: as the phone's page shows it.
    """

    switch: str
    refusal: RefusalKind
    got: str
    title: str
    reason: str


NOTIFICATIONS = Need(
    "notifications",
    no.NOTIFICATIONS_OFF,
    got="an app that may not send any",
    title=N_("Notifications"),
    reason=N_("They tell you when a sign-in waits."),
)
CAMERA = Need(
    "camera",
    no.CAMERA_OFF,
    got="a phone whose camera is not allowed",
    title=N_("Camera"),
    reason=N_("The app scans the QR code with it."),
)
SCREEN_LOCK = Need(
    "screen_lock",
    no.SCREEN_LOCK_OFF,
    got="a phone without one",
    title=N_("Screen lock"),
    reason=N_("Nobody else is to open your phone."),
)
NETWORK = Need(
    "online",
    no.OFFLINE,
    got="a phone without network",
    title=N_("Network"),
    reason=N_("The app has to reach EU Login."),
)
NEEDS = (NOTIFICATIONS, CAMERA, SCREEN_LOCK, NETWORK)  # in the order in which they are asked for
