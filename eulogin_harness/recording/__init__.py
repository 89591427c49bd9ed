"""Follows what a person does in a browser, and writes it as a scenario of page objects."""
