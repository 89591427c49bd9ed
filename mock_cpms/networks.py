"""The 24 European Reference Networks and their helpdesks (fixtures/networks.csv)."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formataddr
from functools import cache
from types import MappingProxyType

from mock_world import RefusalKind, World
from mock_world.fixtures import table
from mock_world.i18n import N_

DEFAULT_NETWORK = "PaedCAN"  # the guide's network; its helpdesk is the "ERN PaedCan Helpdesk" (guide, G26)

NETWORK_UNKNOWN = RefusalKind(
    "network.unknown",
    message=N_("Choose one of the 24 networks: {code} is none of them."),
    expected="the code of one of the 24 networks, such as PaedCAN or ERN-LUNG",
    remedy="take a code of fixtures/networks.csv, spelled as there",
    status=422,
)


@dataclass(frozen=True)
class Network:
    """A network: `code` as in the directory, `name` as the Commission writes it, `website` without scheme.

    coordinator: name of its coordinating hospital, spelled as in fixtures/hospitals.csv, where two have no row; None
    for the nine networks of which it is not certain: the sources are old, or there is none (facts, CPMS 9).
    """

    code: str
    name: str
    full_name: str
    website: str
    coordinator: str | None

    @property
    def helpdesk(self) -> str:
        """Name of its helpdesk; that of PaedCAN is the guide's, the others follow it (our choice)."""
        return f"{self.name} Helpdesk"

    @property
    def address(self) -> str:
        """E-mail address of its helpdesk (our choice, reserved domain)."""
        return f"cpms-helpdesk@{self.code.lower()}.ern.example"

    @property
    def sender(self) -> str:
        """From whom its mails come."""
        return formataddr((self.helpdesk, self.address))


@cache
def networks() -> Mapping[str, Network]:
    """All networks by code, in the order of the file."""
    rows = table("networks.csv")
    return MappingProxyType({row["code"]: _network(**row) for row in rows})


def _network(code: str, ec_name: str, full_name: str, website: str, coordinator: str) -> Network:
    return Network(code, ec_name, full_name, website, coordinator or None)


def network_of(world: World, code: str, *, person: str | None = None) -> Network:
    """The network of that code. Raises Refusal (network.unknown)."""
    network = networks().get(code)
    if network is None:
        raise world.refuse(NETWORK_UNKNOWN, got=repr(code), person=person, field="networks", code=code)
    return network
