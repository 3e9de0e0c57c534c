"""Templates and plain files to text."""
