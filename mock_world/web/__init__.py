"""What the pages of all actors share: frame, cookies, security headers, texts, forms, style sheet."""

from mock_world.web.app import create_actor_app
from mock_world.web.context import current_language, current_world, go_to, page_url, translate, wish_language

__all__ = ["create_actor_app", "current_language", "current_world", "go_to", "page_url", "translate", "wish_language"]
