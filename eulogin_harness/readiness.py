"""Waiting until a mock is ready. It imports little: scripts start `eulogin-harness ready` again and again."""

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

TIMEOUT = 30.0  # seconds for an answer
_PAUSE = 0.1  # seconds between two looks whether the process is there


class NotReady(Exception):  # noqa: N818 - the name says it
    """Nothing, or not the mock, answers at the address."""


def new_session(ca: Path | None) -> requests.Session:
    """A session that heeds no proxy of the environment; ca: file of the authority to trust."""
    session = requests.Session()
    session.trust_env = False
    if ca:
        session.verify = str(ca)
    return session


def wait_until_ready(url: str, ca: Path | None, seconds: float) -> dict[str, Any]:
    """What /readyz of the desk at `url` says, waiting at most `seconds` for the process to come. Raises NotReady."""
    patience = Retry(
        total=math.ceil(seconds / _PAUSE),
        other=0,
        backoff_factor=_PAUSE,
        backoff_max=_PAUSE,
        status_forcelist=[503],
        raise_on_status=False,
    )
    with _without_retries_logged(), new_session(ca) as session:
        session.mount("http://", HTTPAdapter(max_retries=patience))
        session.mount("https://", HTTPAdapter(max_retries=patience))
        try:
            if ca and url.startswith("https:"):
                _wait_for_port(session, url)
            answer = session.get(f"{url}/readyz", timeout=TIMEOUT)
            answer.raise_for_status()
            return _document(answer.json())
        except requests.exceptions.SSLError:
            raise NotReady(_untrusted(url, ca)) from None
        except (requests.RequestException, ValueError, OSError) as error:
            raise NotReady(
                f"expected a ready mock at {url} within {seconds:g} seconds, but got {_got(error)}; start it "
                "with `eulogin-harness serve`, or give its address with --url"
            ) from None


@contextmanager
def _without_retries_logged() -> Iterator[None]:
    """urllib3 warns of each attempt: ten lines a second while a mock starts."""
    log = logging.getLogger("urllib3.connectionpool")

    def is_other(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("Retrying")

    log.addFilter(is_other)
    try:
        yield
    finally:
        log.removeFilter(is_other)


def _wait_for_port(session: requests.Session, url: str) -> None:
    """Until somebody listens; before that the authority's file may not be there. Whatever is answered will do."""
    with suppress(requests.RequestException):
        session.get(url.replace("https:", "http:", 1), timeout=TIMEOUT, allow_redirects=False)


def _got(error: Exception) -> str:
    """What came: what a mock says of itself that is not well, else the kind of the error."""
    try:
        return str(error.response.json()["got"])  # type: ignore[attr-defined]  # where there is none, it is another kind
    except (AttributeError, LookupError, TypeError, ValueError):
        return type(error).__name__


def _document(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or not {"version", "ports", "addresses"} <= document.keys():
        raise ValueError("not the answer of a mock")
    return document


def _untrusted(url: str, ca: Path | None) -> str:
    trusted = f"that of {ca}" if ca else "none that this machine trusts"
    return (
        f"expected a certificate at {url} of an authority that is trusted, but it is not {trusted}; give the "
        "file that `serve --tls --ca-file FILE` wrote, by --ca or EULOGIN_CA"
    )
