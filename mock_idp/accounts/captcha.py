"""The code of a picture, which tells people from programs (facts, sign-up page); the control API gives it to tests."""

import io
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common.page_expiry import is_too_old
from mock_world import RefusalKind, World
from mock_world.database import Base
from mock_world.events import EventType
from mock_world.i18n import N_

TOPIC = "captchas"
SHOWN = EventType(
    "captcha.shown",
    "A picture with a code was made for a page.",
)
CAPTCHA_WRONG = RefusalKind(
    "captcha.wrong",
    message=N_("Enter the code of the new picture: what was entered does not match the last one, or came too late."),
    expected="the code of the picture on the page, for one form",
    remedy="enter the code of the new picture; GET /api/captchas tells it",
    status=403,
)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefhijkmnpqrstuvwxyz23456789"  # facts, sign-up page
_LENGTH = 5  # characters
_SIZE = (200, 72)  # pixels


class Captcha(Base):
    """A code that was shown to a browser; good for one form, and until a failed attempt."""

    __tablename__ = "idp_captcha"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str]
    browser: Mapped[str]
    made_at: Mapped[datetime]
    used: Mapped[bool]


def new_captcha(world: World, browser: str) -> Captcha:
    """A new code for a page of this browser."""
    code = world.random.text(_ALPHABET, _LENGTH)
    captcha = Captcha(code=code, browser=browser, made_at=world.clock.now(), used=False)
    with world.database.session() as db:
        db.add(captcha)
        db.flush()
        world.journal.record(SHOWN)
    world.signals.notify(TOPIC)
    return captcha


def captcha_of(world: World, captcha_id: int) -> Captcha | None:
    with world.database.reading() as db:
        return db.get(Captcha, captcha_id)


def captchas(world: World, after: int = 0) -> list[Captcha]:
    """All codes with an id above `after`, oldest first."""
    with world.database.reading() as db:
        return list(db.scalars(select(Captcha).where(Captcha.id > after).order_by(Captcha.id)))


def picture(captcha: Captcha) -> bytes:
    """The code as a PNG."""
    from captcha.image import ImageCaptcha

    file = io.BytesIO()
    ImageCaptcha(*_SIZE).generate_image(captcha.code).save(file, format="PNG")
    return file.getvalue()


def check_code(world: World, captcha_id: int, browser: str, code: str, *, use: bool) -> None:
    """Raises Refusal (captcha.wrong); then the picture is used up, as it is by a right code that is to be used.

    Upper and lower case count alike (our choice): in a picture nobody can tell c from C.
    """
    with world.database.session() as db:
        captcha = db.get(Captcha, captcha_id)
        good = (
            captcha is not None
            and captcha.browser == browser
            and not captcha.used
            and not is_too_old(world, captcha.made_at)
            and captcha.code.lower() == code.strip().lower()
        )
        if captcha is not None and captcha.browser == browser:
            captcha.used = captcha.used or use or not good
    if not good:
        raise world.refuse(CAPTCHA_WRONG, got="another code" if code.strip() else "nothing", field="captcha")
