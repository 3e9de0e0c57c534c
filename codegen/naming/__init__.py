"""Python names for what a description names."""
