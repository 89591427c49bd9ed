"""How a check ends that does not pass."""


class Unsound(Exception):  # noqa: N818 - the name says it
    """The application did what a sound one does not do; the text says what was seen."""


class NotApplicable(Exception):  # noqa: N818 - the name says it
    """The check says nothing of this application; the text says why."""


class NotDone(Exception):  # noqa: N818 - the name says it
    """The check could not be done; the text says what was expected, what came, and what to do."""
