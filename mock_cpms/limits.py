"""How much CPMS takes, for callers as well."""

LONGEST_TEXT = 2000  # characters of what persons and helpdesks write to each other (our choice)
