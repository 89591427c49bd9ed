"""The journey of a sign-in: its messages and events in order, with what they mean, without secrets."""
