"""Worlds in which a guide is played: one is made for each visitor, and read for whoever helps them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from eulogin_harness.play.events import STARTED, STUCK, TICKED
from eulogin_harness.play.guides import PlayedGuide, played_guide
from eulogin_harness.play.progress import PlayEvent, Progress, progress
from mock_idp.factors.devices.enrolment import qr_payload
from mock_idp.factors.devices.model import WAITING, Device
from mock_phone.phone import Phone
from mock_phone.refusals import NO_CODE
from mock_world import World
from mock_world.i18n import spoken
from mock_world.mailbox import Mail
from mock_world.settings import PLAY_TTL
from mock_world.worlds import DEFAULT, Worlds, WorldSpec

PREFIX = "play-"
_SIGNS, _LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 5  # none that is taken for another
_ADDRESSES = ("account.registered", "email.change_asked")
_SETTINGS = {"journal.pages": True, "desk.frames": True}


@dataclass(frozen=True)
class Play:
    """A guide that is played in a world. nickname: empty where none was given. phone: the id of the visitor's phone."""

    world: World
    guide: str
    language: str
    nickname: str
    phone: str
    began: datetime

    def content(self) -> PlayedGuide:
        """The guide in the visitor's language. Raises GuideError where its file was taken away or broken meanwhile."""
        return played_guide(self.guide, self.language)

    def progress(self, steps: list[str]) -> Progress:
        """How far the visitor has come."""
        return progress(steps, self.world.journal.events())


def start(worlds: Worlds, *, guide: str, language: str, nickname: str) -> Play:
    """A new world for a visitor, with a phone on which nothing is installed. Raises GuideError, ValueError."""
    played = played_guide(guide, language)
    settings = _SETTINGS | {"language": spoken(language)} | played.settings
    default = worlds.get(DEFAULT)
    world = worlds.create(_free_name(worlds), WorldSpec(ttl=default.settings[PLAY_TTL], settings=settings))
    phone = Phone.create(world)
    world.journal.record(STARTED, guide=guide, language=language, nickname=nickname, phone=phone.id)
    return Play(world, guide, language, nickname, phone.id, world.clock.now())


def _free_name(worlds: Worlds) -> str:
    taken, random = set(worlds.names()), worlds.get(DEFAULT).random
    while (name := PREFIX + random.text(_SIGNS, _LENGTH)) in taken:
        pass
    return name


def play_in(world: World) -> Play | None:
    """The guide that is played in this world; None where none is."""
    events = world.journal.events(types=[STARTED.name], newest=1)
    if not events:
        return None
    fields = events[0].fields
    return Play(world, fields["guide"], fields["language"], fields["nickname"], fields["phone"], events[0].at)


def plays(worlds: Worlds) -> list[Play]:
    """All that are played, the newest first."""
    played = (play_in(world) for world in worlds.all() if world.name.startswith(PREFIX))
    return sorted((play for play in played if play), key=lambda play: play.began, reverse=True)


def tick(play: Play, step: str) -> None:
    """The visitor says that a step is done, or need not be done."""
    play.world.journal.record(TICKED, step=step)


def ask_for_help(play: Play, step: str) -> None:
    """The visitor does not know how to go on."""
    play.world.journal.record(STUCK, step=step)


def scan_screen(play: Play) -> None:
    """Let the phone's camera look at the QR code of a new device on the computer. Raises Refusal (phone.*)."""
    world = play.world
    with world.database.reading() as db:
        device = db.scalars(select(Device).where(Device.state == WAITING).order_by(Device.id.desc()).limit(1)).first()
    if device is None:
        raise world.refuse(NO_CODE, got="a computer that shows no QR code of a new device")
    Phone.find(world, play.phone).scan(payload=qr_payload(world, device))


def mails(world: World) -> list[Mail]:
    """The visitor's mails, the newest first: those to the address with which they signed up, and to a later one."""
    events = world.journal.events(types=_ADDRESSES)
    addresses = {str(address).lower() for event in events for address in (event.person, event.fields.get("email"))}
    return [mail for mail in world.mailbox.mails()[::-1] if mail.to.lower() in addresses]


@dataclass(frozen=True)
class Player:
    """Somebody who plays, for whoever helps.

    behind: how many of all `count` steps are done. since: when the last one was. stuck: how often help was asked for;
    is_stuck: whether at this step. mistake: what went wrong last, at whatever step.
    """

    play: Play
    title: str
    step: str
    behind: int
    count: int
    since: datetime
    stuck: int
    is_stuck: bool
    mistake: PlayEvent | None


@dataclass
class HardStep:
    """A step at which people got stuck: how often they asked for help, and how often something went wrong there.

    play: one of those in which that happened.
    """

    play: Play
    step: str
    stuck: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)


def player(play: Play, guide: PlayedGuide, state: Progress) -> Player:
    """How somebody gets on."""
    presses = sum(trouble.event.type == STUCK.name for trouble in state.troubles)
    mistakes = [trouble.event for trouble in state.troubles if trouble.event.type != STUCK.name]
    return Player(
        play,
        guide.content.title,
        state.current or "",
        state.count,
        len(state.steps),
        state.moved.at if state.moved else play.began,
        presses,
        state.is_stuck,
        mistakes[-1] if mistakes else None,
    )


def hard_steps(states: Iterable[tuple[Play, Progress]]) -> list[HardStep]:
    """Where people got stuck, of all who play: the steps with most troubles first."""
    steps: dict[tuple[str, str], HardStep] = {}
    for play, state in states:
        for trouble in state.troubles:
            step = steps.setdefault((play.guide, trouble.step), HardStep(play, trouble.step))
            if trouble.event.type == STUCK.name:
                step.stuck += 1
            else:
                step.mistakes[trouble.event.type] += 1
    return sorted(steps.values(), key=lambda step: (-step.stuck - step.mistakes.total(), step.play.guide, step.step))
