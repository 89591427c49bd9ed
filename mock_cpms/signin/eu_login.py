"""Addresses of EU Login that browsers are sent to (facts, address map)."""

from mock_world import World

LEVEL = "MEDIUM"  # two factors (facts, levels)


def service_address(world: World) -> str:
    """The `service` for which EU Login makes tickets."""
    return world.addresses.public("cpms", "/screen/signin")


def login_address(world: World) -> str:
    """Where a browser is sent to sign in with two factors."""
    return world.addresses.public("idp", "/cas/login", service=service_address(world), authenticationLevel=LEVEL)


def logout_address(world: World) -> str:
    """Where one signs out of EU Login; its page leads back to the home page."""
    return world.addresses.public("idp", "/cas/logout", service=world.addresses.public("cpms", "/screen/home"))


def sign_up_address(world: World) -> str:
    return world.addresses.public("idp", "/cas/eim/external/register.cgi")


def add_phone_address(world: World) -> str:
    return world.addresses.public("idp", "/cas/mobile")


def account_address(world: World) -> str:
    """EU Login's page about one's own account, with phones, security keys and details."""
    return world.addresses.public("idp", "/cas/userdata/myAccount.cgi")
