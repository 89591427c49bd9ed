"""Opening a bundle in a world of this process: at the moment when it was written, or before one of its steps."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eulogin_harness.bundle.addresses import Moved
from eulogin_harness.bundle.archive import Bundle
from eulogin_harness.bundle.model import BundleError, Manifest, State
from eulogin_harness.state import FORMAT, load_state
from eulogin_harness.state_file import check_document
from mock_world import World
from mock_world import settings as s
from mock_world.addresses import ACTORS
from mock_world.database import table_of
from mock_world.events import EventType
from mock_world.post_office import DELIVERY
from mock_world.settings import StoredSetting

OPENED = EventType(
    "bundle.opened",
    "A bundle of world {origin} was opened here; world time stands still at {moment}.",
)
# What belongs to the process and its surroundings, and not to what happened in the world.
_OF_PROCESS = frozenset(
    {
        *(f"{actor}.{way}_url" for actor in ACTORS for way in ("public", "internal")),
        *(s.SMTP.name, s.BACK_CHANNEL_CA.name, s.ALLOWED_HOSTS.name, s.ALLOWED_DOMAINS.name, s.ALLOWED_TARGETS.name),
        s.WORLDS_TTL.name,
    }
)


def open_bundle(world: World, bundle: Bundle, step: int | None = None) -> datetime:
    """Let a world become that of a bundle; what it was is gone. Its time stands still at the moment that comes back.

    step: before it; None: when the bundle was written, 0: when its world began. Raises BundleError; then nothing was
    changed.
    """
    manifest = bundle.manifest
    moment = _moment(manifest, step)
    state = bundle.state(step)
    try:
        load_state(world, _fitted(world, manifest, check_document(state), moment))
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        problem = str(error) if isinstance(error, ValueError) else f"rows that do not fit ({type(error).__name__})"
        by = manifest.versions.get("eulogin-harness", "another version")
        way = f"replay it by eulogin-harness {by}, which wrote it" if state.get("format") != FORMAT else "copy it again"
        raise BundleError("a world that this version can open", problem, way) from None
    world.journal.record(OPENED, origin=manifest.world, moment=moment.isoformat(timespec="seconds"))
    return moment


def _moment(manifest: Manifest, step: int | None) -> datetime:
    if step is None:
        return manifest.at
    return manifest.step(step).at if step else manifest.begun_at


def _fitted(world: World, manifest: Manifest, state: State, moment: datetime) -> State:
    """The state with the addresses and surroundings of this world, its clock stopped."""
    moved = Moved(manifest, world)
    tables: dict[str, list[dict[str, Any]]] = json.loads(moved(json.dumps(state["tables"])))
    for job in tables.get("world_scheduled_job", []):
        if job["kind"] == DELIVERY:
            job["payload"]["message"] = moved.message(job["payload"]["message"])
    for row in tables["world"]:
        row["frozen_at"] = moment.isoformat()
    kept = [row for row in tables.get("world_setting", []) if row["name"] not in _OF_PROCESS]
    return state | {"tables": tables | {"world_setting": kept + _own_settings(world)}}


def _own_settings(world: World) -> list[dict[str, Any]]:
    with world.database.session() as db:
        rows = db.execute(select(table_of(StoredSetting))).mappings()
        return [dict(row) for row in rows if row["name"] in _OF_PROCESS]
