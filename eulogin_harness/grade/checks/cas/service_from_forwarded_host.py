"""Whether the application believes anybody that it is reached by another host."""

from urllib.parse import urlsplit

from eulogin_harness.grade.cas_services import service_named, services_named
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "cas.service-from-forwarded-host",
    title="The header X-Forwarded-Host decides for which address tickets are good",
    done=(
        "Pages are asked for with headers `X-Forwarded-Host` and `Forwarded` that names another host: one that "
        "leads to EU Login, and the one to which a ticket comes back."
    ),
    expected="It takes its own address from its settings, or refuses the request.",
    why=(
        "Whoever runs another application behind EU Login brings its visitors' tickets here, with its own name in "
        "the header, and gets in as them."
    ),
    source="CVE-2022-39369, service hostname discovery; RFC 7239, 8.1",
    weight=Weight.HIGH,
    remedy="service-from-settings",
)
def service_from_forwarded_host(trial: Trial) -> None:
    service_named(trial)
    for service in services_named(trial, {"X-Forwarded-Host": "other.example", "Forwarded": "host=other.example"}):
        if urlsplit(service).hostname == "other.example":
            raise Unsound(f"EU Login was given the service {service}")
