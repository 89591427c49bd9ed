"""Settings of a world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import RootModel

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import wrong_value
from eulogin_harness.configuration import check_clients
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.worlds import Origin, SettingAnswer
from eulogin_harness.settings import TABLE, parse_all
from mock_world import World
from mock_world.settings import ALLOWED_TARGETS, BACK_CHANNEL_CA
from mock_world.tls import trusting
from mock_world.web import current_world


class SettingsBody(RootModel[dict[str, Any]]):
    """Values by dotted name, such as `{"password.min_length": 10}`."""


def check_settings(values: Mapping[str, object]) -> None:
    """Raise Problem where a name or a value is wrong."""
    try:
        parse_all(values)
    except ValueError as error:
        raise wrong_value("settings by their names, with values of their form", str(error)) from None


def _check_files(world: World, values: Mapping[str, object]) -> None:
    """Raise Problem where a file that is named cannot be used: later nobody would look for it there."""
    parsed = parse_all(values)
    try:
        check_clients(parsed, parsed.get(ALLOWED_TARGETS.name, world.settings[ALLOWED_TARGETS]))
        _check_authority(parsed.get(BACK_CHANNEL_CA.name, ""))
    except ValueError as error:
        raise wrong_value("files that can be read and used", str(error)) from None


def _check_authority(file: str) -> None:
    """Raises ValueError."""
    try:
        if file:
            trusting(Path(file).read_text(encoding="ascii"))
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


def _all(world: World) -> Items[SettingAnswer]:
    return Items[SettingAnswer](
        items=[
            SettingAnswer(
                name=name,
                value=setting.dump(world.settings[setting]),
                default=setting.dump(setting.default),
                origin=cast("Origin", world.settings.origin(name)),
                source=setting.source,
                sentence=setting.sentence,
            )
            for name, setting in TABLE.items()
        ]
    )


@api.get("/api/settings")
@call("settings", Items[SettingAnswer])
def settings() -> Items[SettingAnswer]:
    """Every setting: value, default, where the value comes from, one sentence"""
    return _all(current_world())


@api.patch("/api/settings")
@call("settings", Items[SettingAnswer])
def change_settings(json: SettingsBody) -> Items[SettingAnswer]:
    """Change settings, all or none; answers with all of them"""
    check_settings(json.root)
    world = current_world()
    _check_files(world, json.root)
    world.settings.change(json.root)
    world.signals.wake_all()
    return _all(world)
