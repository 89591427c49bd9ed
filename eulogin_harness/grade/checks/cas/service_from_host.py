"""Whether the application believes the request about its own host."""

from urllib.parse import urlsplit

from eulogin_harness.grade.cas_services import service_named, services_named
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "cas.service-from-host",
    title="The header Host decides for which address tickets are good",
    done=(
        "Pages are asked for with a header `Host` that names another host: one that leads to EU Login, and the one "
        "to which a ticket comes back."
    ),
    expected="It takes its own address from its settings, or refuses the request.",
    why=(
        "Whoever runs another application behind EU Login brings its visitors' tickets here, with its own name in "
        "the header, and gets in as them."
    ),
    source="CVE-2022-39369, service hostname discovery",
    weight=Weight.HIGH,
    remedy="service-from-settings",
)
def service_from_host(trial: Trial) -> None:
    service_named(trial)
    for service in services_named(trial, {"Host": "other.example"}):
        if urlsplit(service).hostname == "other.example":
            raise Unsound(f"EU Login was given the service {service}")
