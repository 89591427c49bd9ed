"""Signing in with EU Login, and CPMS's own session."""
