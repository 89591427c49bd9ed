"""Actor: CPMS 2.0 (home, profile, access request, helpdesk) and the ERN search tool."""

from mock_cpms.app import create_app

__all__ = ["create_app"]
