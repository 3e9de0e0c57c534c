"""Distinct names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Numbers:
    """Makes names distinct: one that is in use gets the next number from 2 on."""

    taken: set[str] = field(default_factory=set)
    separator: str = "_"
    fold: Callable[[str], str] = str
    """Makes names equal that may not both be in use."""
    _last: dict[str, int] = field(default_factory=dict)
    """The number that a name got last: those before it are in use, and to try them again takes long."""

    def take(self, name: str, endings: Sequence[str] = ("",)) -> str:
        """The name, or with a number the first that is free with each of these endings, which then are in use."""
        for number in itertools.count(self._last.get(name, 1)):
            chosen = name if number == 1 else f"{name}{self.separator}{number}"
            spellings = [self.fold(chosen + ending) for ending in endings]
            if self.taken.isdisjoint(spellings):
                self.taken.update(spellings)
                self._last[name] = number
                return chosen
        raise AssertionError("numbers do not end")
