"""What the pages of all actors share: frame, cookies, security headers, texts, forms, style sheet."""

from mock_world.web.app import content_policy, create_actor_app
from mock_world.web.context import (
    LONG_POLL,
    Page,
    current_language,
    current_world,
    go_to,
    number_of,
    page_url,
    translate,
    wish_language,
)

__all__ = [
    "LONG_POLL",
    "Page",
    "content_policy",
    "create_actor_app",
    "current_language",
    "current_world",
    "go_to",
    "number_of",
    "page_url",
    "translate",
    "wish_language",
]
