"""Notifying applications, and why that did not work."""

from collections.abc import Container

import requests

from mock_world import Refusal, World
from mock_world.calls import AnswerTooLarge, call

PATIENCE = 5.0  # seconds that an answer may take


def notify(world: World, url: str, form: dict[str, str], *, taken: Container[int]) -> str | None:
    """POST a form; returns why it was not taken, empty where it was. taken: the statuses that say so.

    None where the journal says already that the address may not be called.
    """
    try:
        status = call(world, "POST", url, form=form, seconds=PATIENCE).status_code
    except Refusal:
        return None
    except requests.RequestException as error:
        return reason_of(error)
    return "" if status in taken else f"status {status}"


def reason_of(error: requests.RequestException) -> str:
    """Why a call failed, in words of our own: the library's hold the address with its query."""
    if isinstance(error, requests.exceptions.SSLError):
        return "a certificate that is not trusted (setting back_channel.ca), or no TLS"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, AnswerTooLarge):
        return f"an answer of {error}"
    return "no connection, or one that broke off"
