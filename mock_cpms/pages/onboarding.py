"""The way through CPMS: profile, request, decision, inside (guide, G01)."""

from typing import Literal

from mock_cpms.access.rules import requests
from mock_cpms.helpdesk.rules import networks_helped_by
from mock_cpms.profile.rules import profile_of
from mock_world import World

Page = Literal["profile.page", "access.ask", "access.status", "dashboard.page", "helpdesk.requests_page"]


def next_page(world: World, uid: str) -> Page:
    """The page (its endpoint) that somebody's onboarding has reached.

    A person who asked once comes to the state of the requests, also when all of them were rejected or withdrawn or have
    expired: there they can ask again.
    """
    states = {request.state for request in requests(world, uid=uid)}
    if not states or profile_of(world, uid) is None:
        return "profile.page"
    if "approved" in states:
        return "dashboard.page"
    return "access.status" if states - {"draft"} else "access.ask"


def page_after_profile(world: World, uid: str) -> Page:
    """Where to continue from the profile: to the request while there is one not yet submitted, also from inside."""
    return "access.ask" if requests(world, uid=uid, state="draft") else next_page(world, uid)


def first_page(world: World, uid: str) -> Page:
    """The page after signing in: for people of a helpdesk their list, for others what their onboarding has reached."""
    return "helpdesk.requests_page" if networks_helped_by(world, uid) else next_page(world, uid)
