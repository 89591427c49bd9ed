"""Where the desk's pages lead: each page that is there, in the order in which people look for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from mock_world.i18n import N_


@dataclass(frozen=True)
class Link:
    """An entry of the navigation. current: this page, or one below it."""

    label: str
    url: str
    current: bool


_PAGES: Sequence[tuple[str, str]] = (
    ("/journey", N_("Journeys")),
    ("/people", N_("People")),
    ("/mailbox", N_("Mails")),
    ("/phones", N_("Phones")),
    ("/applications", N_("Applications")),
    ("/access-requests", N_("Requests")),
    ("/faults", N_("Faults")),
    ("/worlds", N_("Worlds")),
    ("/world", N_("This world")),
    ("/settings", N_("Settings")),
    ("/api/docs", N_("API")),
)
_TOOLS: Sequence[tuple[str, str]] = (
    ("/debugger", N_("Debugger")),
    ("/bundle", N_("Bundle")),
    ("/explain", N_("Explain")),
    ("/grade", N_("Grade")),
    ("/play/people", N_("Training")),
)


def pages() -> list[Link]:
    """The pages of everyday work."""
    return _links(_PAGES)


def tools() -> list[Link]:
    """What helps an integrator now and then."""
    return _links(_TOOLS)


def _links(entries: Sequence[tuple[str, str]]) -> list[Link]:
    """Those whose page this app has."""
    endpoints = {str(rule): rule.endpoint for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return [
        Link(label, url_for(endpoints[path]), request.path == path or request.path.startswith(f"{path}/"))
        for path, label in entries
        if path in endpoints
    ]
