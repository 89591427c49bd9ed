"""Each answer and failure as a file, in both dialects: equal byte by byte.

Written anew by `EULOGIN_GOLDEN=write python -m pytest tests/mock_idp/test_golden.py -p no:xdist`; look at the
difference before you keep it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas import proxying, refusals
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.conftest import START, Browser
from tests.mock_idp.signing_in import told
from tests.mock_idp.test_answer import DETAILS
from tests.mock_idp.validating import alter, get, proxy_ticket, ticket
from tests.reference.cas_codes import codes_in

GOLDEN = Path(__file__).with_name("golden")
WRITES = os.environ.get("EULOGIN_GOLDEN") == "write"
STAFF = NewAccount(
    "Max", "Test", "max.test@ec.example", uid="testmax", domain="eu.europa.ec", employee_type="f",
    assurance_level=40, groups=["DIGIT_USERS", "R&D <all>"], details=DETAILS,
)  # fmt: skip
SELF = NewAccount("Zo\u00eb", "\u039b\u03b5\u03b2\u03ad\u03bd\u03c4\u03b7", "zoe@hospital.example", uid="n002a0t6")
ALL = {"userDetails": "true", "groups": "*"}

Make = Callable[[World, Account, Account], str]
# Name of the file: address, how the ticket is made of a person of staff and a self-registered one, parameters.
CASES: dict[str, tuple[str, Make, dict[str, str]]] = {
    "success-short": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {}),
    "success-self-registered": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), ALL),
    "success-staff": ("serviceValidate", lambda world, max_, _: ticket(world, max_), ALL),
    "success-single-sign-on": (
        "serviceValidate",
        lambda world, max_, _: alter(
            world, ticket(world, max_, sso=True), strengths=["PASSWORD", PASSWORD_MOBILE_APP]
        ),
        {"authenticationLevel": "MEDIUM"},
    ),
    "success-proxy": (
        "proxyValidate",
        lambda world, max_, _: proxy_ticket(world, max_, "https://b.example/cb", "https://a.example/cb"),
        {"pgtUrl": "https://app.example/pgt"},
    ),
    "invalid-request": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {"service": ""}),
    "invalid-request-parameter": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {"userDetails": "perhaps"}),
    "invalid-request-fingerprint": (
        "laxValidate", lambda world, _, zoe: alter(world, ticket(world, zoe), fingerprint="x"), {}
    ),
    "invalid-ticket": ("laxValidate", lambda *_: "ST-1-unknown", {}),
    "invalid-ticket-type": ("laxValidate", lambda world, _, zoe: proxy_ticket(world, zoe), {}),
    "invalid-ticket-renew": ("laxValidate", lambda world, _, zoe: ticket(world, zoe, sso=True), {"renew": "true"}),
    "invalid-ticket-fingerprint": (
        "laxValidate",
        lambda world, _, zoe: alter(world, ticket(world, zoe), fingerprint="x"),
        {"clientFingerprint": "y"},
    ),
    "invalid-service": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {"service": "http://b.example/"}),
    "invalid-user": ("serviceValidate", lambda world, _, zoe: ticket(world, zoe), {}),
    "invalid-strength": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {"acceptStrengths": "CLIENT_CERT"}),
    "insufficient-level": ("laxValidate", lambda world, _, zoe: ticket(world, zoe), {"authenticationLevel": "HIGH"}),
    "internal-error": ("laxValidate", lambda world, _, zoe: failing(world, zoe), {}),
    "text-yes": ("validate", lambda world, max_, _: ticket(world, max_), {}),
    "text-no": ("validate", lambda *_: "ST-1-unknown", {}),
}  # fmt: skip


def kinds(name: str) -> list[str]:
    return ["txt"] if name.startswith("text") else ["xml", "json"]


def failing(world: World, account: Account) -> str:
    world.faults.arm("validation.failed")
    return ticket(world, account)


@pytest.fixture
def world(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Frozen, seeded, at fixed addresses: every byte of an answer repeats."""
    monkeypatch.setattr(proxying, "grant", lambda *_: "PGTIOU-10000000-golden")
    spec = WorldSpec(now=START, frozen=True, seed=7, settings={"protocol_time": "world", "recognition.delay": "PT5M"})
    world = site.worlds.create(spec=spec)
    yield world
    site.worlds.delete(world.name)


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_the_file(world: World, browser: Browser, dialect: str, name: str) -> None:
    path, make, query = CASES[name]
    world.settings.change({"dialect": dialect})
    staff, zoe = create_account(world, STAFF), create_account(world, SELF)
    for kind in kinds(name):
        number = make(world, staff, zoe)
        found = get(browser, path, ticket=number, format="JSON" if kind == "json" else "", **query).content
        file = GOLDEN / dialect / f"{name}.{kind}"
        if WRITES:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(found)
        assert file.exists(), f"{file} is missing; how to write it stands at the head of this test"
        assert found == file.read_bytes()
    if b"authenticationFailure" in found:
        (refusal,) = {event.type for event in world.journal.events() if "remedy" in event.fields}
        assert number not in str(told(world, refusal))
        assert dialect == "cas" or codes_in(refusals)[refusal] in found.decode()


def test_no_file_is_left_of_an_answer_that_is_none_any_more() -> None:
    there = {f"{file.parent.name}/{file.name}" for file in GOLDEN.rglob("*.*")}
    assert there == {
        f"{dialect}/{name}.{kind}" for dialect in ("eulogin", "cas") for name in CASES for kind in kinds(name)
    }


def test_every_failure_code_has_a_file() -> None:
    codes = {fromstring(file.read_bytes())[0].get("code") for file in (GOLDEN / "eulogin").glob("*.xml")} - {None}
    assert codes == set(codes_in(refusals).values())
