"""Names of the strengths that a sign-in can have here (facts, strengths)."""

PASSWORD = "PASSWORD"  # noqa: S105 - a strength's name
PASSWORD_MOBILE_APP = "PASSWORD_MOBILE_APP"  # noqa: S105 - a strength's name
PASSWORD_SOFTWARE_TOKEN = "PASSWORD_SOFTWARE_TOKEN"  # noqa: S105 - a strength's name
MOBILE_APP = "MOBILE_APP"
PASSWORD_WEBAUTHN = "PASSWORD_WEBAUTHN"  # noqa: S105 - a strength's name
BY_APP = frozenset({PASSWORD_MOBILE_APP, PASSWORD_SOFTWARE_TOKEN, MOBILE_APP})  # what a phone with the app can do
