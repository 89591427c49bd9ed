"""What goes wrong with a guide, in one sentence."""


class GuideError(Exception):
    """The guide cannot be made; the text says what was expected, what came, and what to do."""
