"""What a failed test says of its world: the reason first, then what happened."""
