"""Writing the bundle of a world."""

import json
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any

from eulogin_harness import VERSION
from eulogin_harness.bundle.archive import packed
from eulogin_harness.bundle.cutting import Cut
from eulogin_harness.bundle.model import AFTER, BEFORE, MANIFEST, SUFFIX, Manifest, State, Step
from eulogin_harness.journey.exporting import as_har
from eulogin_harness.journey.model import Step as Message
from eulogin_harness.journey.steps import steps_of
from eulogin_harness.state import dump_database, dump_state
from mock_world import World
from mock_world.addresses import ACTORS
from mock_world.checkpoints import Checkpoint
from mock_world.clock import real_now
from mock_world.events import CATALOGUE
from mock_world.journal import Event
from mock_world.settings import TABLE
from mock_world.snapshots import Chunks, Snapshot
from mock_world.sqlite import SqliteDatabase

_README = """This is a bundle of eulogin-harness, a mock of EU Login: one of its worlds at a moment, and what led there.

It holds the secrets of that world: passwords, PINs, tickets, tokens and cookies. They are good in the mock alone, but
whoever types real ones into a mock finds them here too. Look at what is in it before you hand it on.

Open it in a mock on this machine, and with a browser at the page where it stood:

    eulogin-harness replay {name}
    eulogin-harness replay {name} --list
    eulogin-harness replay {name} --headed

{cut}manifest.json    what this is, who wrote it, the requests of browsers that led there
before.json      the world as it began, as GET /api/state has it
after.json       the world when this was written
steps/           the world before each request: the tables that differ from the one before
journal.jsonl    what happened, an event a line
mails/           the mails
phones.json      the phones and their switches
http.har         the messages of all sign-ins, secrets masked
browser/         pictures of the open pages, and Playwright's trace where there is one
"""
_CUT = "It was cut to {person}: other people, their mails and all requests of browsers are left out.\n\n"


def bundle_of(world: World, person: str | None = None) -> bytes:
    """The bundle of a world. person: e-mail address of the only one in it. Raises BundleError where nobody has it."""
    after, beginning, events = dump_state(world), world.beginning or world.snapshot(), world.journal.events()
    before = _dump(beginning)
    cut = Cut(after, person) if person else None
    har = json.dumps(as_har(list(_messages(world, events, cut))), ensure_ascii=False)
    checkpoints = [] if cut else world.checkpoints.all()
    if cut:
        before, after, har = cut.state(before), cut.state(after), cut.without_others(har)
    manifest = _manifest(world, beginning, _steps(events, checkpoints), cut.person if cut else None)
    return packed(_files(manifest, before, after, checkpoints) | {"http.har": har.encode()})


def _dump(snapshot: Snapshot) -> State:
    database = SqliteDatabase.from_content(snapshot.content)
    try:
        return dump_database(database)
    finally:
        database.close()


def file_name(world: World, person: str | None = None) -> str:
    """What a bundle is called."""
    whose = f"-{person.partition('@')[0]}" if person else ""
    return f"{world.name}{whose}{SUFFIX}"


def _manifest(world: World, beginning: Snapshot, steps: Sequence[Step], person: str | None) -> Manifest:
    settings = {
        name: TABLE[name].dump(world.settings.by_name(name))
        for name in TABLE
        if world.settings.origin(name) != "default"
    }
    return Manifest(
        written_at=real_now(),
        versions={"eulogin-harness": VERSION, "python": platform.python_version()} | _installed("playwright", "pytest"),
        world=world.name,
        at=world.clock.now(),
        begun_at=beginning.at,
        seed=world.random.seed,
        settings=settings,
        addresses={actor: world.addresses.public(actor) for actor in ACTORS},
        internal={actor: world.addresses.internal(actor) for actor in ACTORS},
        person=person,
        steps=steps,
    )


def _installed(*names: str) -> dict[str, str]:
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _steps(events: Sequence[Event], checkpoints: Sequence[Checkpoint]) -> list[Step]:
    by_request: dict[str, list[Event]] = {}
    for event in events:
        by_request.setdefault(event.request_id or "", []).append(event)
    return [_step(each, by_request.get(each.request_id or "", [])) for each in checkpoints]


def _step(checkpoint: Checkpoint, events: Sequence[Event]) -> Step:
    return Step(
        number=checkpoint.number,
        at=checkpoint.before.at,
        actor=checkpoint.actor,
        method=checkpoint.method,
        url=checkpoint.url,
        referer=checkpoint.referer,
        cookies=checkpoint.cookies,
        language=checkpoint.language,
        user_agent=checkpoint.user_agent,
        shows_page=checkpoint.shows_page,
        sends_files=checkpoint.has_files,
        sentences=[event.sentence for event in events],
        is_refused=any(event.is_refusal for event in events),
        **checkpoint.answer._asdict(),
    )


def _files(manifest: Manifest, before: State, after: State, checkpoints: Sequence[Checkpoint]) -> dict[str, bytes]:
    cut = _CUT.format(person=manifest.person) if manifest.person else ""
    files = {
        "README.txt": _README.format(name=f"FILE{SUFFIX}", cut=cut).encode(),
        MANIFEST: manifest.model_dump_json(indent=1).encode(),
        BEFORE: _json(before),
        AFTER: _json(after),
        "journal.jsonl": b"".join(_json(_event(row)) + b"\n" for row in after["tables"]["world_event"]),
        "phones.json": _json(list(_phones(after))),
    }
    return files | dict(_mails(after)) | dict(_states(manifest.steps, checkpoints, before))


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _states(steps: Sequence[Step], checkpoints: Sequence[Checkpoint], before: State) -> Iterator[tuple[str, bytes]]:
    known: dict[str, Any] = before["tables"]
    chunks: Chunks = ()
    for step, checkpoint in zip(steps, checkpoints, strict=True):
        tables = known if checkpoint.before.chunks == chunks else _dump(checkpoint.before)["tables"]
        yield step.state_file, _json({name: rows for name, rows in tables.items() if rows != known.get(name)})
        known, chunks = tables, checkpoint.before.chunks


def _event(row: dict[str, Any]) -> dict[str, Any]:
    known, fields = CATALOGUE.get(row["type"]), row["fields"]
    sentence = known.filled(fields | {"person": row["person"]}) if known else row["type"]
    common = {name: value for name, value in row.items() if name != "fields"}
    return {**common, "sentence": sentence, **fields}


def _mails(state: State) -> Iterator[tuple[str, bytes]]:
    for row in state["tables"]["world_mail"]:
        head = f"From: {row['sender']}\nTo: {row['to']}\nSubject: {row['subject']}\nDate: {row['sent_at']}\n\n"
        yield f"mails/{row['id']:04}.txt", (head + row["text"]).encode()
        if row["html"]:
            yield f"mails/{row['id']:04}.html", row["html"].encode()


def _phones(state: State) -> Iterator[dict[str, Any]]:
    """A phone as a reader wants to know it, without the secrets of its accounts."""
    tables = state["tables"]
    for row in tables["phone_phone"]:
        accounts = [each["account"] for each in tables["phone_account"] if each["phone"] == row["number"]]
        yield {"id": row["name"], "owner": row["owner"], "installed": row["installed"], "accounts": accounts} | row[
            "settings"
        ]


def _messages(world: World, events: Sequence[Event], cut: Cut | None) -> Iterator[Message]:
    """The messages of all sign-ins that belong into the bundle."""
    by_sign_in: dict[str, list[Event]] = {}
    for event in events:
        if event.correlation_id and (cut is None or event.correlation_id in cut.correlation_ids):
            by_sign_in.setdefault(event.correlation_id, []).append(event)
    for correlation_id, own in by_sign_in.items():
        yield from steps_of(world, correlation_id, own)
