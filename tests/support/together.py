"""Edits of a description that are tried together, since none says anything of what another does."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.support.mutation import Path

#: Changes a description in place.
Edit = Callable[[dict[str, Any]], object]


def check_together(names: Sequence[str], check: Callable[[Sequence[str]], None]) -> None:
    """Check all at once; where that fails, each half by itself, so that in the end the one at fault is alone."""
    try:
        check(names)
    except Exception as error:
        error.add_note(f"together: {', '.join(names)}")
        if len(names) > 1:
            middle = len(names) // 2
            for half in (names[:middle], names[middle:]):
                check_together(half, check)
        raise


def rounds(names: Iterable[str], is_apart: Callable[[str, str], bool]) -> list[list[str]]:
    """All names in few rounds, in each of which every two are apart."""
    found: list[list[str]] = []
    for name in names:
        fitting = next((made for made in found if all(is_apart(name, other) for other in made)), None)
        if fitting is None:
            found.append([name])
        else:
            fitting.append(name)
    return found


def edited(data: dict[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """A copy after some edits."""
    changed = copy.deepcopy(data)
    for edit in edits:
        edit(changed)
    return changed


def touched(data: dict[str, Any], edit: Edit) -> set[Path]:
    """The places that an edit changes, each with all that is below it."""
    return set(_differing(data, edited(data, [edit]), ()))


def _differing(old: Any, new: Any, path: Path) -> Iterator[Path]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            if key in old and key in new:
                yield from _differing(old[key], new[key], (*path, key))
            else:
                yield (*path, key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differing(before, after, (*path, index))
    elif old != new:
        yield path


def is_disjoint(places: set[Path], others: set[Path]) -> bool:
    """Whether no place is the same as one of the others, nor within it or around it."""
    return not any(a[: len(b)] == b[: len(a)] for a in places for b in others)
