"""The least that a guide's file says, for tests to add chapters to."""

AROUND: dict[str, object] = {
    "title": "Ours",
    "day": "2026-11-27",
    "version": "1",
    "network": {"name": "ERN"},
    "helpdesk": {"name": "Helpdesk", "email": "help@ern.example", "hours": "always"},
    "imprint": "Ours",
}
