"""Actor: CPMS 2.0 (home, profile, access request, helpdesk) and the ERN search tool.

The names below are what others use; all functions but `create_app` join a transaction at hand.
"""

from mock_cpms.access.model import AccessRequest, State, Step
from mock_cpms.access.rules import decide, put_request, requests, submit_request
from mock_cpms.app import create_app
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.networks import DEFAULT_NETWORK
from mock_cpms.people import Person, know_person
from mock_cpms.profile.rules import complete_profile

__all__ = [
    "DEFAULT_NETWORK",
    "AccessRequest",
    "Person",
    "State",
    "Step",
    "appoint_helpdesk",
    "complete_profile",
    "create_app",
    "decide",
    "know_person",
    "put_request",
    "requests",
    "submit_request",
]
