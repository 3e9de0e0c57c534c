"""Changes to a description, by pointer: what is read in place of what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codegen.description.pointers import tokens

#: In place of a value: there is none.
LEFT_OUT: Final = object()

#: The new value at each pointer, or `LEFT_OUT`.
Edits = Mapping[str, Any]


def edited(data: Any, edits: Edits) -> Any:
    """A copy of `data` with these changes, which shares with it what they leave alone.

    Pointers are those before all changes, also within a list that loses items. A change within a changed value is lost.
    """
    return _edited(data, [(tokens(pointer), value) for pointer, value in edits.items()])


def _edited(data: Any, changes: list[tuple[list[str], Any]]) -> Any:
    """As `edited`, with the path to each new value."""
    for path, value in changes:
        if not path:
            return value
    by_step: dict[str, list[tuple[list[str], Any]]] = {}
    for path, value in changes:
        by_step.setdefault(path[0], []).append((path[1:], value))
    if isinstance(data, dict):
        return _edited_mapping(data, by_step)
    if isinstance(data, list):
        items = [_edited(item, by_step.get(str(index), [])) for index, item in enumerate(data)]
        return [item for item in items if item is not LEFT_OUT]
    return data


def _edited_mapping(data: dict[str, Any], by_step: Mapping[str, list[tuple[list[str], Any]]]) -> dict[str, Any]:
    there = {step: inner for step, inner in by_step.items() if _is_there(data, step, inner)}
    members = {step: _edited(data.get(step), inner) for step, inner in there.items()}
    return {key: value for key, value in {**data, **members}.items() if value is not LEFT_OUT}


def _is_there(data: dict[str, Any], step: str, changes: list[tuple[list[str], Any]]) -> bool:
    """Whether a change can be made in a mapping: of a value that is there, or of a member itself."""
    return step in data or any(not path for path, _ in changes)


def lists_losing_items(data: Any, edits: Edits) -> dict[str, set[int]]:
    """The pointers of lists from which items are left out, and the indexes of these."""
    lists: dict[str, set[int]] = {}
    for pointer, value in edits.items():
        parent, _, index = pointer.rpartition("/")
        if value is LEFT_OUT and index.isdecimal() and isinstance(_at(data, parent), list):
            lists.setdefault(parent, set()).add(int(index))
    return lists


def _at(data: Any, pointer: str) -> Any:
    for token in tokens(pointer):
        data = data[int(token)] if isinstance(data, list) else data.get(token) if isinstance(data, dict) else None
    return data
