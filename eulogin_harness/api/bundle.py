"""The bundle of a world: one file to open it elsewhere."""

from datetime import datetime

from flask import Response, request

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import Problem
from eulogin_harness.bundle.archive import opened
from eulogin_harness.bundle.loading import open_bundle
from eulogin_harness.bundle.model import BundleError
from eulogin_harness.bundle.visits import Visit, visit_of
from eulogin_harness.bundle.writing import bundle_of, file_name
from eulogin_harness.documents.bundles import BundleQuery, OpenedAnswer, OpeningQuery
from mock_world.web import current_world
from mock_world.web.files import attachment

MEDIA_TYPE = "application/zip"


@api.get("/api/bundle")
@call("state", None, gives=MEDIA_TYPE)
def get_bundle(query: BundleQuery) -> Response:
    """The world as one file, with what led there; it holds the mock's secrets"""
    world = current_world()
    try:
        return attachment(bundle_of(world, query.person), MEDIA_TYPE, file_name(world, query.person))
    except BundleError as error:
        raise _problem(error) from None


@api.post("/api/bundle")
@call("state", OpenedAnswer, takes=MEDIA_TYPE)
def load_bundle(query: OpeningQuery) -> OpenedAnswer:
    """The world as a bundle says, at its moment; what it was is gone"""
    try:
        at, visit = open_here(request.get_data(), query.from_)
    except BundleError as error:
        raise _problem(error) from None
    return OpenedAnswer(at=at, url=visit.url, storage_state=visit.storage_state)


def open_here(content: bytes, step: int | None) -> tuple[datetime, Visit]:
    """Open a bundle in this world, before that step if one is named: its moment, and how a browser goes on.

    Raises BundleError.
    """
    world = current_world()
    with opened(content) as archive:
        at = open_bundle(world, archive, step)
        return at, visit_of(world, archive.manifest, step)


def _problem(error: BundleError) -> Problem:
    return Problem("wrong-value", "The bundle does not fit", error.expected, error.got, error.remedy, 422)
