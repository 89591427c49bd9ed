"""A client application that shows every message of its own sign-in: the control room's debugger."""
