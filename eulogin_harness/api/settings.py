"""Settings of a world."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import RootModel

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import wrong_value
from eulogin_harness.configuration import use_settings
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.worlds import Origin, SettingAnswer
from eulogin_harness.settings import TABLE, known
from mock_world import World
from mock_world.web import current_world


class SettingsBody(RootModel[dict[str, Any]]):
    """Values by dotted name, such as `{"password.min_length": 10}`."""


def check_settings(values: Mapping[str, object]) -> None:
    """Raise Problem where a name or a value is wrong."""
    try:
        for name, value in values.items():
            known(name).check_json(value)
    except ValueError as error:
        raise wrong_value("settings by their names, with values of their form", str(error)) from None


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
def list_settings() -> Items[SettingAnswer]:
    """Every setting: value, default, where the value comes from, one sentence"""
    return _all(current_world())


@api.patch("/api/settings")
@call("settings", Items[SettingAnswer])
def change_settings(json: SettingsBody) -> Items[SettingAnswer]:
    """Change settings, all or none; answers with all of them"""
    check_settings(json.root)
    world = current_world()
    try:
        use_settings(world, json.root)
    except ValueError as error:
        raise wrong_value("files that can be read and used", str(error)) from None
    return _all(world)
