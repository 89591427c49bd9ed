"""A camera in a browser: a canvas that shows what a test holds before it."""

import base64
from typing import TYPE_CHECKING, Self

from eulogin_harness.browser.screen import check_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CANVAS = """
{
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext("2d");
  globalThis.showToCamera = async (address) => {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    canvas.width = picture.width;
    canvas.height = picture.height;
    context.drawImage(picture, 0, 0);
  };
  const stream = async () => {
    const captured = canvas.captureStream(10);
    context.fillRect(0, 0, 1, 1); // a canvas sends a frame when it is drawn on
    const drawing = setInterval(() => context.fillRect(0, 0, 1, 1), 100);
    captured.getVideoTracks()[0].addEventListener("ended", () => clearInterval(drawing));
    return captured;
  };
  if (navigator.mediaDevices) Object.assign(navigator.mediaDevices, { getUserMedia: stream, getDisplayMedia: stream });
}
"""


class Camera:
    """The camera of one page of Chromium, and what stands for a window of the computer that is shared.

    What is shown to it is gone when the page is left.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page

    @classmethod
    def add(cls, page: "Page") -> Self:
        """A camera that is there from the next page that is opened. Raises TypeError as `Screen` does."""
        check_page(page)
        page.add_init_script(_CANVAS)
        return cls(page)

    def show(self, picture: bytes) -> None:
        """Hold a picture (PNG) before the camera, such as a screenshot of the computer."""
        address = "data:image/png;base64," + base64.b64encode(picture).decode()
        self._page.evaluate("(address) => showToCamera(address)", address)
