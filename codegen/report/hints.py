"""Hints for names that are nearly right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache


def nearest(name: str, known: Iterable[str], similarity: float = 0.7) -> str:
    """The known name most similar to `name`; empty if none has at least this similarity (0 to 1)."""
    return _nearest(name, tuple(known), similarity)


@cache  # a description may repeat `int32` a thousand times
def _nearest(name: str, known: tuple[str, ...], similarity: float) -> str:
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=similarity)), "")


def did_you_mean(name: str, known: Iterable[str], similarity: float = 0.7) -> str:
    """A hint that names the nearest known name; empty if there is none."""
    suggestion = nearest(name, known, similarity)
    return f"did you mean {suggestion}?" if suggestion else ""
