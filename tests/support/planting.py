"""Many strings planted in one description at once; fewer where one of them spoils it for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codegen.description.pointers import pointer_of
from tests.support.mutation import Path

#: A string for each of these places.
Planted = Mapping[Path, str]


def with_values(data: Any, planted: Planted, path: Path = ()) -> Any:
    """A copy with these strings in place of the values."""
    if path in planted:
        return planted[path]
    if isinstance(data, dict):
        return {name: with_values(part, planted, (*path, name)) for name, part in data.items()}
    if isinstance(data, list):
        return [with_values(part, planted, (*path, index)) for index, part in enumerate(data)]
    return data


def with_keys(data: Any, planted: Planted, path: Path = ()) -> Any:
    """A copy with these strings in place of the keys; the order stays."""
    if isinstance(data, dict):
        parts = {name: with_keys(part, planted, (*path, name)) for name, part in data.items()}
        return {planted.get((*path, name), name): part for name, part in parts.items()}
    if isinstance(data, list):
        return [with_keys(part, planted, (*path, index)) for index, part in enumerate(data)]
    return data


def plant(attempt: Callable[[Planted], set[str]], planted: Planted) -> int:
    """How many of these strings `attempt` accepts; it raises, and so does this, if one of them does harm.

    `attempt` returns the JSON pointers of the errors that it refuses a description for, if it does. The strings there
    are left out of the next attempt. Where no string is to blame, or one does harm, each half is tried by itself, so
    that in the end the string that does harm is alone.
    """
    if not planted:
        return 0
    try:
        errors = attempt(planted)
    except Exception as error:
        error.add_note(f"planted: {dict(planted)}")
        if len(planted) > 1:
            for half in _halves(planted):
                plant(attempt, half)
        raise
    if not errors:
        return len(planted)
    if len(planted) == 1:
        return 0
    blamed = {place for place in planted if not errors.isdisjoint(_pointers(place, planted))}
    if not blamed:
        return sum(plant(attempt, half) for half in _halves(planted))
    # What is wrong with an object may be due to a key of its own or to one of those within.
    above = {place[:depth] for place in planted for depth in range(1, len(place))}
    groups = (planted.keys() - blamed, blamed & above)
    return sum(plant(attempt, {place: planted[place] for place in planted if place in group}) for group in groups)


def _pointers(place: Path, planted: Planted) -> Iterator[str]:
    """The JSON pointer of a place as diagnostics have it, whether keys or values are planted."""
    yield pointer_of(place)
    yield pointer_of(planted.get(place[:depth], step) for depth, step in enumerate(place, 1))


def _halves(planted: Planted) -> Iterator[Planted]:
    items = [*planted.items()]
    middle = len(items) // 2
    yield from (dict(items[:middle]), dict(items[middle:]))
