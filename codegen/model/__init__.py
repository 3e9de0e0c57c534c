"""The description as templates see it."""
