"""People at any stage of the onboarding, made at once: as if they had walked all pages before it."""
