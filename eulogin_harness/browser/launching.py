"""A browser that a command opens; where Playwright is not installed, this can be imported all the same."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

INSTALL = "pip install 'eulogin-harness[browser]'"


def has_display(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown."""
    return sys.platform != "linux" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def launched(playwright: "Playwright", *, headed: bool, **options: Any) -> "Browser":
    """A Chrome or Chromium of this machine. options: of Playwright's `launch`.

    Raises BrowserMissing, and playwright's Error where it does not start.
    """
    from eulogin_harness.browser.find import launch_options

    chromium = playwright.chromium
    return chromium.launch(headless=not headed, **launch_options(chromium, headed=headed), **options)
