"""Checks of sessions, cookies, pages and accounts, whatever the application speaks to EU Login."""
