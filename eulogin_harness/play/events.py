"""What people who play a guide do on its own page; the journal of their world holds it, and nothing else does."""

from mock_world.events import EventType

STARTED = EventType("play.started", "{nickname} began to play the guide {guide} in language {language}, with {phone}.")
TICKED = EventType("play.ticked", "The step {step} of the guide was ticked on its page.")
STUCK = EventType("play.stuck", "Help was asked for at the step {step} of the guide.")
