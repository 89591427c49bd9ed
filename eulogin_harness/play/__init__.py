"""Rules of the guide that is played: which events of a world complete which step, and what helps who is stuck."""
