"""Text that somebody else wrote, for messages, logs and reprs."""

from __future__ import annotations

__all__ = ["described", "escaped", "shown"]


def shown(text: str, limit: int = 200) -> str:
    r"""The text in one line of at most `limit` characters, with `…` for what is cut off.

    White space is one blank each. Another character that a terminal obeys or does not show (a control character, a mark
    that turns the line round) is written as Python does, such as `\x1b`.
    """
    start = escaped(" ".join(text[: 2 * limit].split()))
    return start if len(start) <= limit and len(text) <= 2 * limit else f"{start[: limit - 1]}…"


def escaped(text: str) -> str:
    r"""The text with each character that a terminal obeys or does not show as Python writes it, such as `\x1b`."""
    if text.isprintable():  # nearly all
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def described(text: str) -> str:
    """The text as what argparse calls a description, in which it puts the program's name in place of `%(prog)s`."""
    text = shown(text, 1000)
    return text.replace("%", "%%") if "%(prog)" in text else text
