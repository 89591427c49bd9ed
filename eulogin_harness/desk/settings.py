"""Every setting of the world: value, default, where the value comes from, one sentence, and a field that changes it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eulogin_harness.configuration import use_settings
from eulogin_harness.desk.frame import done
from eulogin_harness.desk.values import text_of
from eulogin_harness.settings import TABLE, Setting
from mock_world import World
from mock_world.i18n import N_
from mock_world.web import current_world, translate

settings = Blueprint("settings", __name__)

_BEFORE = "before."  # stands before the name of a hidden field: what the page had


@dataclass
class Row:
    """A setting as the page shows it. before: the value that the page had. choices: the only values, if few."""

    setting: Setting[Any]
    before: str
    default: str
    origin: str
    choices: Sequence[str]
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value = self.before

    @property
    def id(self) -> str:
        """Of its field; a dot would be a class in a selector."""
        return self.setting.name.replace(".", "-")

    @property
    def changed(self) -> bool:
        """Whether the value is another one than the default."""
        return self.value != self.default

    def take(self, values: Mapping[str, str]) -> bool:
        """Whether this setting is to be another one; an error says where that cannot be.

        It is where the field holds another value than the page had: an older page takes no newer change back.
        """
        self.before = values.get(f"{_BEFORE}{self.setting.name}", self.before)
        text = values.get(self.setting.name, self.before)
        if text.split() == self.before.split():  # fields hold no line breaks
            return False
        self.value = text.strip()
        try:
            self.setting.parse(self.setting.from_text(text))
        except ValueError as error:
            self.errors.append(str(error))
        return True

    @property
    def dumped(self) -> object:
        """The value as JSON."""
        value: object = self.setting.dump(self.setting.parse(self.setting.from_text(self.value)))
        return value


@settings.get("/settings")
def listed() -> str:
    """`q` is a part of a name or a sentence."""
    return _page(_rows(current_world()))


@settings.post("/settings")
def change() -> ResponseReturnValue:
    """Change what differs from what is so, all or none; the button `default` takes one back to its default."""
    world = current_world()
    rows = _rows(world)
    name = request.form.get("default")
    values = {row.setting.name: row.default for row in rows if row.setting.name == name} if name else request.form
    changed = [row for row in rows if row.take(values)]
    if any(row.errors for row in changed):
        return _page(rows)
    body = {row.setting.name: row.dumped for row in changed}
    try:
        use_settings(world, body)
    except ValueError as error:
        return _page(rows, str(error))
    said = N_("Settings were changed.") if body else N_("No setting was changed.")
    return done(translate(said), "/api/settings", body, method="PATCH")


def _rows(world: World) -> list[Row]:
    return [
        Row(
            setting,
            text_of(setting.dump(world.settings[setting])),
            text_of(setting.dump(setting.default)),
            world.settings.origin(name),
            _choices(setting),
        )
        for name, setting in TABLE.items()
    ]


def _choices(setting: Setting[Any]) -> Sequence[str]:
    if setting.kind is bool:
        return ("true", "false")
    return [value for value in get_args(setting.kind) if isinstance(value, str)]


def _page(rows: Sequence[Row], problem: str = "") -> str:
    text = request.args.get("q", "").strip()
    shown = [row for row in rows if row.errors or text.lower() in f"{row.setting.name} {row.setting.sentence}".lower()]
    return render_template(
        "desk/settings.html",
        groups=_groups(shown),
        wrong=[row for row in shown if row.errors],
        problem=problem,
        text=text,
    )


def _groups(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    """Rows by the first word of their names, in the alphabet's order; what stands alone comes last, under no name."""
    first_words = [name.partition(".")[0] for name in TABLE]
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        word = row.setting.name.partition(".")[0]
        groups[word if first_words.count(word) > 1 else ""].append(row)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0])))
