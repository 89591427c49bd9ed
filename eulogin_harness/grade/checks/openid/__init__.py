"""Checks of applications that speak OpenID Connect to EU Login."""
