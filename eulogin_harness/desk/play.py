"""The guide that is played: steps beside a computer and a phone, in a world of its own for each visitor; and a page for
whoever helps them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from babel import Locale
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import Length

from eulogin_harness.desk.mailbox import mail_document
from eulogin_harness.documents.common import LARGEST
from eulogin_harness.guide_text.catalogue import languages
from eulogin_harness.guide_text.content import Chapter, Step, plain
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.play import playing
from eulogin_harness.play.guides import PlayedGuide, choices, link_of
from eulogin_harness.play.helping import advice
from eulogin_harness.play.playing import Play
from eulogin_harness.play.progress import Progress, StepProgress
from eulogin_harness.play.steps import DEEDS
from mock_cpms.countries import country_name
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.mailbox import Mail
from mock_world.web import content_policy, current_language, current_world, go_to, translate
from mock_world.web.context import current_site
from mock_world.web.forms import PageForm
from mock_world.web.http_messages import PAGE_SHOWN

play = Blueprint("play", __name__)

_NICKNAME = 40  # characters
_MAIL = f"/play/mailbox/<int(max={LARGEST}):mail_id>"
# A mail's links lead to the computer that shows it; nothing in it runs or comes from outside.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'self'"
)


class StartForm(PageForm):
    guide = SelectField(N_("Guide"))
    language = SelectField(N_("Language of the guide"))
    nickname = StringField(
        N_("Nickname (optional)"),
        description=N_("The helpdesk sees it beside the step that you have come to. Your own name is not needed."),
        validators=[Length(max=_NICKNAME)],
        filters=[lambda text: (text or "").strip()],
        render_kw={"autocomplete": "off", "maxlength": str(_NICKNAME)},
    )


@dataclass(frozen=True)
class ShownStep:
    """A step of the guide with how far it is."""

    step: Step
    progress: StepProgress
    label: str

    @property
    def by_hand(self) -> bool:
        """Whether no event can show that it is done."""
        return self.step.name not in DEEDS


@dataclass(frozen=True)
class ShownChapter:
    """A chapter with its steps. behind: how many of them are done."""

    chapter: Chapter
    steps: list[ShownStep]

    @property
    def behind(self) -> int:
        return sum(shown.progress.state not in {"current", "open"} for shown in self.steps)

    @property
    def is_current(self) -> bool:
        return any(shown.progress.state == "current" for shown in self.steps)


# Before it begins.


@play.get("/play")
def choose() -> str:
    return _start_page(_start_form(filled=False))


@play.post("/play")
def start() -> ResponseReturnValue:
    """A world for the visitor, and the guide in it."""
    form = _start_form(filled=True)
    if not form.validate_on_submit():
        return _start_page(form)
    fields = {"guide": form.guide.data, "language": form.language.data, "nickname": form.nickname.data}
    begun = playing.start(current_site().worlds, **fields)
    return go_to(begun.world.addresses.public("desk", "/play/guide"))


def _start_form(*, filled: bool) -> StartForm:
    form = StartForm() if filled else StartForm(formdata=None)
    known = [one for one in choices(current_language()) if not one.problem]
    form.guide.choices = [(one.name, one.title) for one in known]
    form.language.choices = [(code, _name_of(code)) for code in languages()]
    if not filled:
        form.guide.data = next((one.name for one in known if one.name == "cpms"), known[0].name if known else None)
        form.language.data = current_language()
    return form


def _name_of(language: str) -> str:
    locale = Locale(language)
    return (locale.get_language_name(language) or language).capitalize()


def _start_page(form: StartForm) -> str:
    return render_template("desk/play_start.html", form=form)


# While it goes on.


@play.get("/play/guide")
def guide() -> ResponseReturnValue:
    """The steps beside computer and phone; where nothing is played in this world, the page on which it begins."""
    played = playing.play_in(current_world())
    if played is None:
        return go_to(url_for("play.choose"))
    try:
        content = played.content()
    except GuideError as error:
        return render_template("world/error.html", title=translate(N_("This guide is gone")), advice=str(error)), 409
    response = make_response(_guide_page(played, content))
    response.headers["Content-Security-Policy"] = content_policy(frames=["idp", "cpms", "phone"])
    return response


def _guide_page(played: Play, content: PlayedGuide) -> str:
    world, state = played.world, played.progress(content.steps)
    shown = list(_chapters(content, state))
    current = next((one for chapter in shown for one in chapter.steps if one.progress.state == "current"), None)
    return render_template(
        "desk/play.html",
        play=played,
        guide=content.content,
        story=content.story,
        country=country_name(content.story.country, current_language()),
        chapters=shown,
        current=current,
        last=_last_done(shown, state),
        state=state,
        help=advice(state.mistake, translate) if state.mistake else "",
        link=lambda address: link_of(world, address),
        plain=plain,
        mails=len(playing.mails(world)),
        can_scan=bool(current and current.step.name == "phone.scan"),
    )


def _chapters(content: PlayedGuide, state: Progress) -> Iterator[ShownChapter]:
    by_name = {step.name: step for step in state.steps}
    for chapter in content.content.chapters:
        steps = [ShownStep(step, by_name[step.name], f"{chapter.number}.{step.number}") for step in chapter.steps]
        yield ShownChapter(chapter, steps)


def _last_done(chapters: list[ShownChapter], state: Progress) -> ShownStep | None:
    """The step whose completion led to the current one."""
    every = (one for chapter in chapters for one in chapter.steps)
    before = list(takewhile(lambda one: one.progress.state != "current", every))
    done = [one for one in before if state.moved and one.progress.at == state.moved.at]
    return done[-1] if done else None


@play.post("/play/guide")
def act() -> ResponseReturnValue:
    """What the visitor's buttons do: `tick` a step, say that they are `stuck`, `scan` the computer with the phone."""
    played = playing.play_in(current_world())
    if played is None:
        abort(404)
    action, step = request.form.get("action"), request.form.get("step", "")
    if action not in {"tick", "stuck", "scan"} or (action != "scan" and step not in played.content().steps):
        abort(400)
    if action == "tick":
        playing.tick(played, step)
    elif action == "stuck":
        playing.ask_for_help(played, step)
    else:
        return _scan(played)
    return go_to(url_for("play.guide"))


def _scan(played: Play) -> ResponseReturnValue:
    try:
        playing.scan_screen(played)
    except Refusal as refusal:  # stands in the journal, so the page says what helps
        return make_response(guide(), refusal.kind.status)
    return go_to(url_for("play.guide"))


# The computer's mailbox.


@play.get("/play/mailbox")
def mailbox() -> str:
    mails = playing.mails(current_world())
    return _shown("play-mailbox", "ready" if mails else "empty", "desk/play_mailbox.html", mails=mails)


@play.get(_MAIL)
def mail(mail_id: int) -> str:
    return _shown("play-mail", "ready", "desk/play_mail.html", mail=_find(mail_id))


@play.get(f"{_MAIL}/html")
def mail_html(mail_id: int) -> Response:
    """The HTML version alone, for the frame of the mail's page."""
    return mail_document(_find(mail_id), "_parent", _MAIL_POLICY)


def _find(mail_id: int) -> Mail:
    return current_world().mailbox.mail(mail_id) or abort(404)


def _shown(page: str, state: str, template: str, **values: object) -> str:
    """A page of the computer that is the desk's: it counts as shown, unless its own script asks for it again."""
    if request.headers.get("Sec-Fetch-Dest") != "empty" and playing.play_in(current_world()):
        current_world().journal.record(PAGE_SHOWN, page=page, state=state)
    return render_template(template, **values)


# For whoever helps.


@play.get("/play/people")
def people() -> str:
    """Everybody who plays, in all worlds of this mock, and the steps at which they got stuck."""
    players, states = [], []
    steps: dict[tuple[str, str, str], str] = {}
    for played in playing.plays(current_site().worlds):
        try:
            content = played.content()
        except GuideError:  # the guide was taken away meanwhile
            continue
        state = played.progress(content.steps)
        players.append(playing.player(played, content, state))
        states.append((played, state))
        for chapter, step in content.content.steps:
            words = f"{chapter.number}.{step.number} {plain(step.sentence)}"
            steps[played.guide, played.language, step.name] = words
    return render_template(
        "desk/play_people.html",
        players=players,
        hard_steps=playing.hard_steps(states),
        sentence=lambda played, step: steps.get((played.guide, played.language, step), ""),
        advice=lambda event: advice(event, translate),
        address=current_world().addresses.public("desk", "/play"),
        problems=[one for one in choices(current_language()) if one.problem],
    )
