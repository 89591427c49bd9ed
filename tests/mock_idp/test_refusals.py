"""Each refusal of EU Login is tested by its name, and those of no page of their own are tested here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas import refusals
from mock_idp.factors.devices import enrolment
from mock_idp.factors.devices.sign_in_requests import request_of
from mock_world import Refusal, World
from mock_world.refusal import RefusalKind
from tests.reference.cas_codes import codes_in
from tools.reference import declared

TESTS = Path(__file__).parent.parent

NOBODY = enrolment.DeviceDescription("Phone")
Action = Callable[[World, Account], object]


def new(world: World, first: str = "Bo", uid: str | None = None) -> Account:
    return create_account(world, NewAccount(first, "Lind", "bo@hospital.example", uid=uid))


@pytest.mark.parametrize(
    ("code", "action", "message"),
    [
        ("account.name_wrong", lambda world, _: new(world, first=" "), "Enter names of 1 to 100 characters."),
        ("account.uid_taken", lambda world, one: new(world, uid=one.uid), "an account with this unique identifier"),
        (
            "enrolment.unknown",
            lambda world, _: enrolment.enrol(world, "x", pin="1234", description=NOBODY),
            "Scan the QR",
        ),
        ("request.unknown", lambda world, _: request_of(world, "x", "browser"), "Start signing "),
    ],
)
def test_what_callers_of_a_rule_do_wrong_is_told(
    world: World, account: Account, code: str, action: Action, message: str
) -> None:
    with pytest.raises(Refusal) as refused:
        action(world, account)
    assert (refused.value.code, message in refused.value.message()) == (code, True)
    fields = world.journal.events(types=[code])[-1].fields
    assert all(fields[name] for name in ("expected", "got", "remedy"))


def test_every_refusal_is_named_by_a_test() -> None:
    texts = [file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py")]
    codes = {kind.code for kind in declared(RefusalKind)["mock_idp"]}
    assert len(codes) > 70
    codes -= codes_in(refusals).keys()  # each has a golden file
    assert {code for code in codes if not any(f'"{code}"' in text for text in texts)} == set()
