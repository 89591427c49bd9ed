"""The fixtures of the tests of single checks."""

from tests.eulogin_harness.grade.conftest import (  # noqa: F401 - pytest finds them by these names
    cas_example,
    grader,
    openid_example,
    registered,
    served,
    served_by_https,
    site,
)
