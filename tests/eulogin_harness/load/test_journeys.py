"""Each journey goes from its first page to its last, and the journal proves it; what goes wrong is one sentence."""

from collections.abc import Callable

import pytest
from flask import request

from eulogin_harness.client import World
from eulogin_harness.client.names import FaultName
from eulogin_harness.load.journal_check import CheckResult, Completed, JournalCheck, JournalReader
from eulogin_harness.load.journeys import JOURNEYS, Trace
from eulogin_harness.load.plan import AT_APPLICATION, Plan
from eulogin_harness.load.relying_party import RelyingParty
from eulogin_harness.load.steps import Step, StepFailed
from eulogin_harness.load.visitor import Visitor, trusting_session
from tests.mock_idp.small_application import SmallApplication
from tests.mock_idp.small_portal import SmallPortal
from tests.serving import serving

MakeVisitor = Callable[..., Visitor]


@pytest.fixture
def steps() -> list[Step]:
    return []


@pytest.fixture
def visitor(world: World, steps: list[Step]) -> MakeVisitor:
    """Makes somebody of the crowd; fields as in Plan."""

    def visitor(application: str = "", allowed_hosts: tuple[str, ...] = ()) -> Visitor:
        plan = Plan("", world.name, {}, application=application, allowed_hosts=allowed_hosts)
        return Visitor(plan, world, lambda: RelyingParty(world, trusting_session()), steps.append)

    return visitor


def check_result(world: World, name: str, *traces: Trace) -> CheckResult:
    """What the journal says of journeys that were just done."""
    check = JournalCheck()
    for trace in traces:
        check.expect(Completed(name, trace, JOURNEYS[name].events + trace.further))
    return JournalReader(world, (), check).settle()


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_is_told_again_and_again_and_each_time_in_the_journal(
    world: World, visitor: MakeVisitor, name: str, steps: list[Step]
) -> None:
    somebody = visitor()
    traces = [JOURNEYS[name].go(somebody) for _ in range(2)]
    assert str(check_result(world, name, *traces)) == "2 journeys: 2 in the journal, 0 missing, 0 double"
    assert [step.problem for step in steps if step.problem] == []
    assert [step.name for step in steps[: len(steps) // 2]] == [step.name for step in steps[len(steps) // 2 :]]
    assert not check_result(world, name, *traces, traces[0]).is_good  # one that never was


@pytest.mark.parametrize("name", AT_APPLICATION)
def test_a_journey_begins_and_ends_at_an_application_behind_eu_login(
    world: World, visitor: MakeVisitor, name: str, steps: list[Step]
) -> None:
    with SmallApplication(f"{world.addresses.idp}/cas/") as application:
        trace = JOURNEYS[name].go(visitor(application.url))
    assert "ticket.validated" in trace.further
    assert check_result(world, name, trace).is_good
    assert "Application: signed in" in {step.name for step in steps}


def test_an_application_by_openid_connect_redeems_its_code(world: World, visitor: MakeVisitor) -> None:
    portal = SmallPortal(f"{world.addresses.idp}/cas/oauth2")
    with serving(portal.app, name="127.0.0.1") as base:
        client = world.clients.create(f"{base}/cb", id_token_signed_response_alg="ES256")
        portal.register(client.client_id, client.client_secret, base)
        trace = JOURNEYS["pin"].go(visitor(f"{base}/"))
    assert trace.further == ("token.issued",)
    assert check_result(world, "pin", trace).is_good


def test_an_application_that_refuses_is_no_journey(world: World, visitor: MakeVisitor, steps: list[Step]) -> None:
    with SmallApplication(f"{world.addresses.idp}/cas/") as application:
        application.app.before_request(lambda: ("No.", 403) if "ticket" in request.args else None)
        with pytest.raises(StepFailed, match=r"Application: .*: expected a page of .*, got no page with status 403"):
            JOURNEYS["pin"].go(visitor(application.url))
    assert steps[-1].problem


def test_userinfo_is_read_where_eu_login_has_it(world: World, visitor: MakeVisitor, steps: list[Step]) -> None:
    world.settings.change({"oidc.userinfo": True})
    JOURNEYS["openid"].go(visitor())
    assert "OpenID Connect: userinfo" in {step.name for step in steps}


@pytest.mark.parametrize("fault", ["token.malformed", "token.wrong_nonce"])
def test_tokens_that_are_wrong_are_one_sentence(world: World, visitor: MakeVisitor, fault: FaultName) -> None:
    world.faults.arm(fault)
    with pytest.raises(StepFailed, match=r"^OpenID Connect: tokens: expected .*, got "):
        JOURNEYS["openid"].go(visitor())


def test_a_page_that_is_another_one_is_one_sentence(world: World, visitor: MakeVisitor, steps: list[Step]) -> None:
    world.faults.arm("eulogin.error")
    with pytest.raises(StepFailed) as failed:
        JOURNEYS["sign-up"].go(visitor())
    assert str(failed.value) == (
        "EU Login: register: expected page register, got unavailable with status 500: Try again later: EU Login met an "
        "error."
    )
    assert [(step.name, str(step.problem)) for step in steps] == [("EU Login: register", str(failed.value))]


def test_what_the_control_api_refuses_names_nobody(world: World, visitor: MakeVisitor) -> None:
    somebody = visitor()
    somebody.phone(somebody.person).uninstall()
    with pytest.raises(StepFailed, match=r"Phone: PIN entered: expected it to be done, got phone\.\w+: ") as failed:
        JOURNEYS["pin"].go(somebody)
    assert somebody.person.email not in str(failed.value)


def test_nobody_is_sent_to_a_machine_that_is_not_ours(visitor: MakeVisitor) -> None:
    with pytest.raises(StepFailed, match=r"was sent to login\.real\.eu, which is not called"):
        JOURNEYS["pin"].go(visitor("http://login.real.eu/"))
