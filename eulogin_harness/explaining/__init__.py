"""A recorded sign-in explained: HAR or Playwright trace in, cause out. It calls nobody, and keeps nothing."""
