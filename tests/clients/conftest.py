"""EU Login for real clients, each in a world of its own."""

from tests.mock_idp.conftest import account, browser, site, world

__all__ = ["account", "browser", "site", "world"]
