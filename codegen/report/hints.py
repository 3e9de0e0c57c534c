"""Hints for names that are nearly right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache


def nearest(name: str, options: Iterable[str], similarity: float = 0.7) -> str:
    """The option most similar to `name`; empty if none has at least this similarity (0 to 1)."""
    return _nearest(name, tuple(options), similarity)


@cache  # a description may repeat `int32` a thousand times
def _nearest(name: str, options: tuple[str, ...], similarity: float) -> str:
    return next(iter(difflib.get_close_matches(name, options, n=1, cutoff=similarity)), "")


def did_you_mean(name: str, options: Iterable[str], similarity: float = 0.7) -> str:
    """A hint that names the nearest option; empty if none is near."""
    suggestion = nearest(name, options, similarity)
    return f"did you mean {suggestion}?" if suggestion else ""
