"""Options and markers of the plugin."""

from random import SystemRandom

import pytest

_SEEDS = 10**9


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("eulogin", "mock EU Login, phone and CPMS 2.0")
    group.addoption(
        "--eulogin-url",
        metavar="URL",
        help="use the mock whose desk is at this address; without it, one is started in the test process",
    )
    group.addoption(
        "--eulogin-port",
        type=int,
        default=0,
        metavar="N",
        help="first port of the mock that is started in the test process; 0, the default, takes free ones",
    )
    group.addoption(
        "--eulogin-tls",
        action="store_true",
        help="the mock that is started in the test process speaks https; fixture eulogin_ca is the file with its "
        "authority's certificate",
    )
    group.addoption(
        "--eulogin-ca",
        metavar="FILE",
        help="certificate (PEM) of the authority to trust, with --eulogin-url; without it, EULOGIN_CA",
    )
    group.addoption(
        "--eulogin-names",
        action="store_true",
        help="addresses without ports (http://eulogin.localhost/), for pictures that are to stay alike; the "
        "browser must be told where these names are: fixture _eulogin_names",
    )
    group.addoption(
        "--eulogin-keep",
        choices=("failed", "all"),
        metavar="failed|all",
        help="with --eulogin-url: do not delete the worlds of tests that failed, or of all, and say where they are",
    )
    group.addoption(
        "--eulogin-seed",
        type=int,
        metavar="N",
        help="invent the people of each test as in the run whose report says this number; without it, other ones",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("eulogin_keep") and not config.getoption("eulogin_url"):
        raise pytest.UsageError(
            "--eulogin-keep: expected --eulogin-url with a mock that runs on after the tests, but got none; the mock "
            "in the test process ends with it: start one by `eulogin-harness serve`, or replay the bundle of a test"
        )
    if config.option.eulogin_seed is None:
        config.option.eulogin_seed = SystemRandom().randrange(_SEEDS)  # before xdist hands options to its workers
    config.addinivalue_line(
        "markers",
        "eulogin_world(**spec): how the test's world begins: now, frozen, seed, profile, settings, prepared",
    )
