"""Prepared worlds: a problem of sign-in or onboarding, or a stage, as a file that can be loaded and looked at."""
