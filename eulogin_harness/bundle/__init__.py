"""The bundle of a world: one file with all that a problem needs to be looked at elsewhere, and its replay."""
