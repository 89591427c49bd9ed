"""Checks of applications that speak CAS to EU Login."""
