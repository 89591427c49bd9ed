"""OpenID Connect."""

BASE = "/cas/oauth2"  # where all of it is, below EU Login
