"""Hints for names that are nearly right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

#: Unknown names that are compared with all that are known: more than these are no matter of spelling.
_MAX_COMPARED = 100


def nearest(name: str, options: Iterable[str], similarity: float = 0.7) -> str:
    """The option most similar to `name`; empty if none has at least this similarity (0 to 1)."""
    return _nearest(name, tuple(options), similarity)


@cache  # a description may repeat `int32` a thousand times
def _nearest(name: str, options: tuple[str, ...], similarity: float) -> str:
    anagrams = (option for option in options if len(name) > 2 and sorted(option) == sorted(name))  # `gte` for `get`
    return next(iter(difflib.get_close_matches(name, options, n=1, cutoff=similarity)), "") or next(anagrams, "")


def did_you_mean(name: str, options: Iterable[str], similarity: float = 0.7) -> str:
    """A hint that names the nearest option; empty if none is near."""
    suggestion = nearest(name, options, similarity)
    return f"did you mean {suggestion}?" if suggestion else ""


def is_misspelling(name: str, word: str) -> bool:
    """Whether one letter more, less or another one, or two in the wrong order, make the word of the name.

    A digit more, less or another one is no misspelling: `int16` and `int64` are two names.
    """
    if abs(len(name) - len(word)) > 1 or name == word:
        return False
    pairs = enumerate(zip(name, word, strict=False))
    start = next((index for index, (one, other) in pairs if one != other), min(len(name), len(word)))
    left, right = name[start:], word[start:]
    if left[:2] == right[1::-1] and left[2:] == right[2:]:
        return True
    longer, other = (left, right) if len(left) >= len(right) else (right, left)
    has_digit = longer[:1].isdigit() or (len(left) == len(right) and other[:1].isdigit())
    return not has_digit and longer[1:] == other[len(left) == len(right) :]


def misspelt(name: str, words: Iterable[str]) -> str:
    """The word that the name is a misspelling of, also by its case or its hyphens; empty if there is none."""
    plain = _plain(name)
    return next((word for word in words if _plain(word) == plain or is_misspelling(plain, _plain(word))), "")


def is_near(name: str, word: str) -> bool:
    """Whether one is a misspelling of the other, not only in another casing."""
    return is_misspelling(_plain(name), _plain(word))


@cache
def _plain(name: str) -> str:
    """The name in lower case, without what stands between its words."""
    return re.sub(r"[^a-z0-9+*]", "", name.lower())


@dataclass
class Hints:
    """Hints for names of which the description defines both sides, so that there may be thousands on either."""

    _compared: set[str] = field(default_factory=set)

    def nearest(self, name: str, options: Iterable[str], similarity: float = 0.7) -> str:
        """As the function; empty once many names were compared."""
        if len(self._compared) >= _MAX_COMPARED and name not in self._compared:
            return ""  # `options` may be an iterator, which costs nothing yet
        self._compared.add(name)
        return nearest(name, options, similarity)

    def did_you_mean(self, name: str, options: Iterable[str], similarity: float = 0.7) -> str:
        """As the function; empty once many names were compared."""
        suggestion = self.nearest(name, options, similarity)
        return f"did you mean {suggestion}?" if suggestion else ""
