"""What the tests of validation share: tickets without pages, and answers as a client sees them."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import requests
from defusedxml.ElementTree import fromstring

from mock_idp.accounts.model import Account
from mock_idp.cas.tickets import ServiceTicket, issue_ticket
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world import World
from tests.mock_idp.conftest import Browser

SERVICE = "http://app.example/signin"


def ticket(
    world: World, account: Account, strength: str = "PASSWORD", *, service: str = SERVICE, sso: bool = False
) -> str:
    signed_in = SignedIn(start_session(world, account, strength), account)
    return issue_ticket(world, signed_in, service, sso=sso).id


def alter(world: World, ticket_id: str, **columns: object) -> str:
    """Change a ticket's row; gives its id."""
    with world.database.session() as db:
        row = db.get_one(ServiceTicket, ticket_id)
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


def proxy_ticket(world: World, account: Account, *proxies: str) -> str:
    number = ticket(world, account)
    return alter(world, number, id="PT-" + number.removeprefix("ST-"), proxies=[*proxies])


def get(browser: Browser, path: str = "laxValidate", **query: str) -> requests.Response:
    return requests.get(f"{browser.base}/cas/{path}", params={"service": SERVICE} | query, timeout=5)


def validate(browser: Browser, path: str = "laxValidate", **query: str) -> ET.Element:
    """`authenticationSuccess` or `authenticationFailure`."""
    answer = get(browser, path, **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    root: ET.Element = fromstring(answer.content)
    return root[0]


def validate_json(browser: Browser, path: str = "laxValidate", **query: str) -> dict[str, Any]:
    answer = get(browser, path, format="JSON", **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.content)["serviceResponse"]
    return found


def code(answer: ET.Element) -> str | None:
    """The code of a failure; None for a success."""
    return answer.get("code")


def text(answer: ET.Element, path: str) -> str | None:
    """The text of an element of the answer, in either namespace."""
    return answer.findtext("/".join(f"{{*}}{name}" for name in path.split("/")))


def names(answer: ET.Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in answer]
