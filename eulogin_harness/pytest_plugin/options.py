"""Options and markers of the plugin."""

from random import SystemRandom

import pytest

WAIT = 30.0  # seconds that a mock elsewhere has to come
_SEEDS = 10**9


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("eulogin", "mock EU Login, phone and CPMS 2.0")
    group.addoption(
        "--eulogin-url",
        metavar="URL",
        help="use the mock whose desk is at this address; without it, and without EULOGIN_URL, one is started for the "
        "run",
    )
    group.addoption(
        "--eulogin-wait",
        type=float,
        default=WAIT,
        metavar="SECONDS",
        help=f"how long to wait for the mock of --eulogin-url to be ready; {WAIT:g} by default",
    )
    group.addoption(
        "--eulogin-port",
        type=int,
        metavar="N",
        help="first port of the mock that is started; 0, the default, takes free ones",
    )
    group.addoption(
        "--eulogin-host",
        metavar="HOST",
        help="where the mock that is started listens, such as 0.0.0.0 for an application in a container; localhost by "
        "default. Beyond loopback EULOGIN_TOKEN must be set; desk, API and phones then demand it",
    )
    group.addoption(
        "--eulogin-tls",
        action="store_true",
        help="the mock that is started speaks https; fixture eulogin_ca is the file with its authority's certificate",
    )
    group.addoption(
        "--eulogin-ca",
        metavar="FILE",
        help="certificate (PEM) of the authority to trust, with --eulogin-url; without it, EULOGIN_CA",
    )
    group.addoption(
        "--eulogin-names",
        action="store_true",
        help="addresses without ports (http://eulogin.localhost/), for pictures that are to stay alike; "
        "Chromium started by pytest-playwright finds these names",
    )
    parser.addini(
        "eulogin_scope",
        "function: each test has a world of its own (default); session: all have one, made as new before each",
        default="function",
    )
    parser.addini("eulogin_settings", "settings of each test's world, a line each: link.life = PT15M", type="linelist")
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
    if config.option.eulogin_seed is None:
        config.option.eulogin_seed = SystemRandom().randrange(_SEEDS)  # before xdist hands options to its workers
    config.addinivalue_line(
        "markers",
        "eulogin_world(**spec): how the test's world begins: now, frozen, seed, profile, settings, prepared, name",
    )
