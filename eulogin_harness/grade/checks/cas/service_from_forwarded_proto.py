"""Whether the application believes anybody that it is reached by another scheme."""

from urllib.parse import urlsplit

from eulogin_harness.grade.cas_services import service_named, services_named
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "cas.service-from-forwarded-proto",
    title="The header X-Forwarded-Proto decides for which address tickets are good",
    done=(
        "Pages are asked for with a header `X-Forwarded-Proto` that names the other scheme: one that leads to EU "
        "Login, and the one to which a ticket comes back."
    ),
    expected="It takes its own address from its settings, or believes the header from its own proxy alone.",
    why="A browser can be made to bring its ticket by http, where others read it.",
    source="RFC 7239, 8.1; CWE-348, use of less trusted source",
    weight=Weight.LOW,
    remedy="service-from-settings",
)
def service_from_forwarded_proto(trial: Trial) -> None:
    ordinary = urlsplit(service_named(trial)).scheme
    other = "http" if ordinary == "https" else "https"
    for service in services_named(trial, {"X-Forwarded-Proto": other}):
        if urlsplit(service).scheme != ordinary:
            raise Unsound(f"EU Login was given the service {service}")
