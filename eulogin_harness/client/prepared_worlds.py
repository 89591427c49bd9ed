"""Prepared worlds: a problem or a stage in one call."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from eulogin_harness.client.connection import Resource, iso
from eulogin_harness.client.names import LoadFields, PreparedWorldName
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.prepared_worlds import LoadedAnswer, PreparedWorldAnswer

if TYPE_CHECKING:
    from eulogin_harness.prepared_worlds.schema import PreparedWorld


class PreparedWorlds(Resource):
    """What the world can be loaded with."""

    def list(self) -> list[PreparedWorldAnswer]:
        """All prepared worlds, in the order of the control room."""
        return self._connection.ask(Items[PreparedWorldAnswer], "GET", "/api/prepared-worlds").items

    def get(self, name: PreparedWorldName) -> PreparedWorldAnswer:
        """The prepared world of that name. Raises ProblemError (`not-found`)."""
        return self._connection.ask(PreparedWorldAnswer, "GET", f"/api/prepared-worlds/{name}")

    def load(
        self,
        prepared: "PreparedWorldName | Path | Mapping[str, Any] | PreparedWorld",
        *,
        name: str = "own",
        **given: Unpack[LoadFields],
    ) -> LoadedAnswer:
        """Make the world as a prepared one says, by its name, or an own one: a file (.yaml) or what stands in it.

        name: of an own one. given: `now`, `frozen`, `seed`, `settings` before those of the file.
        What the world was is gone. Raises ProblemError, and PreparedWorldError for a file, with its lines. A file is
        read by the mock's own rules: raises ServerMissing where the extra `server` is not installed.
        """
        body = iso(given)
        if isinstance(prepared, str):
            path = f"/api/prepared-worlds/{prepared}/load"
        else:
            path = "/api/prepared-worlds/load"
            body |= {"name": name, "document": _document(prepared)}
        return self._connection.ask(LoadedAnswer, "POST", path, json=body)


def _document(prepared: "Path | Mapping[str, Any] | PreparedWorld") -> Any:
    if isinstance(prepared, Mapping):
        return dict(prepared)
    if isinstance(prepared, Path):
        from eulogin_harness.extras import server_required

        with server_required("give what stands in the file, as a dict"):
            from eulogin_harness.prepared_worlds.reading import read_file

        prepared = read_file(prepared)
    return prepared.model_dump(mode="json", by_alias=True, exclude_unset=True)
