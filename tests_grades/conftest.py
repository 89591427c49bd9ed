"""The fixtures of the tests of single checks."""

from tests.eulogin_harness.grade.conftest import (  # noqa: F401 - pytest finds them by these names
    cas_example,
    cas_example_by_https,
    grader,
    openid_example,
    openid_example_by_https,
    registered,
    served,
    served_by_https,
    site,
    tls_authority,
    tls_grader,
    tls_site,
)
