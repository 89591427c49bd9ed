"""Page objects for `playwright.async_api`: those of `eulogin_harness.browser`, to be awaited."""
