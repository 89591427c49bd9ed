"""Faults: what goes wrong in reality, on demand."""

from eulogin_harness.api.frame import api, call
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.faults import ArmedFault, FaultAnswer, FaultBody, FaultParameter
from mock_idp.accounts.people import find_account
from mock_world.fault_types import FAULTS
from mock_world.faults import Fault
from mock_world.web import current_world


def armed_fault(fault: Fault) -> ArmedFault:
    """An armed fault, and whether its person is known."""
    known = fault.person is None or find_account(current_world(), fault.person) is not None
    return ArmedFault.model_validate(fault).model_copy(update={"known": known})


@api.get("/api/faults")
@call("faults", Items[FaultAnswer])
def list_faults() -> Items[FaultAnswer]:
    """Every fault: one sentence, and what is armed of it"""
    armed = [armed_fault(fault) for fault in current_world().faults.armed()]
    return Items[FaultAnswer](
        items=[
            FaultAnswer(
                name=name,
                sentence=fault.sentence,
                takes=fault.takes,
                armed=[one for one in armed if one.name == name],
                **{name: FaultParameter.model_validate(of) for name, of in fault.numbers.items() if of},
            )
            for name, fault in FAULTS.items()
        ]
    )


@api.post("/api/faults/<name>")
@call("faults", ArmedFault, status=201)
def arm_fault(name: str, json: FaultBody) -> tuple[ArmedFault, int]:
    """Arm a fault, once unless said otherwise, in place of what was armed of it for the same person and application"""
    return armed_fault(current_world().faults.arm(name, person=json.for_, **json.model_dump(exclude={"for_"}))), 201


@api.delete("/api/faults/<name>")
@call("faults", None, status=204)
def disarm_fault(name: str) -> tuple[str, int]:
    """Disarm a fault, for whomever it was armed"""
    current_world().faults.disarm(name)
    return "", 204
