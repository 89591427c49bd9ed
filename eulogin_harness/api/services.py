"""Registered CAS services."""

from eulogin_harness.api.frame import ID, api, call
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.people import ServiceAnswer, ServiceBody
from mock_idp.common import assurance
from mock_idp.signin.services import NewService, delete_service, register_service
from mock_idp.signin.services import services as registered
from mock_world.web import current_world


@api.get("/api/services")
@call("services", Items[ServiceAnswer])
def list_services() -> Items[ServiceAnswer]:
    """The registered services"""
    return Items[ServiceAnswer](items=list(map(ServiceAnswer.model_validate, registered(current_world()))))


@api.post("/api/services")
@call("services", ServiceAnswer, status=201)
def create_service(json: ServiceBody) -> tuple[ServiceAnswer, int]:
    """Register a service"""
    return ServiceAnswer.model_validate(register_service(current_world(), new_service(json))), 201


def new_service(body: ServiceBody) -> NewService:
    level = assurance.LEVELS[str(body.least_assurance_level)]
    return NewService(**body.model_dump(exclude={"least_assurance_level"}), least_assurance_level=level)


@api.delete(f"/api/services/{ID}")
@call("services", None, status=204)
def remove_service(id: int) -> tuple[str, int]:  # noqa: A002 - the contract's name
    """Take a service off the registry"""
    delete_service(current_world(), id)
    return "", 204
