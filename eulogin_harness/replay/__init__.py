"""A bundle replayed in a process of its own."""
