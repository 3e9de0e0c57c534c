"""What outgrows generate.py: one noun per module."""
