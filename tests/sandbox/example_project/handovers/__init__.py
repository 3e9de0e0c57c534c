"""Receives codes of other organizations."""
