"""Text from outside in a form that is safe to print: on a terminal, in a log, in a report."""

from __future__ import annotations

import json
from typing import Any

#: Characters of a text that are printed.
_LONGEST = 4_000


def printable(text: str) -> str:
    """The text in one line, with an escape for each character that a terminal obeys or does not show; cut if long."""
    if len(text) > _LONGEST:
        return f"{printable(text[:_LONGEST])}… ({len(text) - _LONGEST:,} more characters)"
    if text.isprintable():  # nearly all
        return text
    return "".join(map(escaped, text))


def escaped(character: str) -> str:
    """The character, or its escape in Python, which YAML has, too."""
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def quoted(value: Any) -> str:
    """A value of the description as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
