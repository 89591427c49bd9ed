"""OpenID Connect."""

BASE = "/cas/oauth2"  # where all of it is, below EU Login
WELL_KNOWN = "/.well-known/openid-configuration"  # discovery, below the issuer
