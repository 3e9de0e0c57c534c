"""From the description as written to the one that the parser reads."""
