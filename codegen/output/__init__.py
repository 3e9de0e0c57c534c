"""The generated tree on disk."""
