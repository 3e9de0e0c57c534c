"""Text of the description, marked as such from here on."""

from __future__ import annotations

from codegen.parser.reading import UntrustedString


def text(value: object) -> UntrustedString:
    """A text that only an escaping filter can print; nothing becomes the empty text."""
    if isinstance(value, UntrustedString):
        return value
    return UntrustedString("" if value is None else str(value))
