"""Actor: CPMS 2.0 (home, profile, access request, helpdesk) and the ERN search tool."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app() -> "Flask":
    """The app of CPMS, for all worlds of the process; who takes a setting of it alone does not import it."""
    from mock_cpms.app import create_app

    return create_app()
