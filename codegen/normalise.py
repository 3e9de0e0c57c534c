"""From the description as written to the one that the parser reads. Small pure steps, each with its reason."""

from __future__ import annotations

from typing import Any

from .document import is_data, join

#: Where an object stands in the description. The parser keeps unknown `x-` members of what it reads, so that its
#: findings and its models can be joined with the description again.
POINTER = "x-pointer"


def normalise(data: dict[str, Any]) -> dict[str, Any]:
    """A copy of the description, ready for the parser; the original is left alone."""
    copy: dict[str, Any] = _with_pointers(data, "#")
    return copy


def _with_pointers(value: Any, pointer: str) -> Any:
    if isinstance(value, list):
        return [_with_pointers(item, join(pointer, str(index))) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy = {
        key: item if is_data(key, pointer) else _with_pointers(item, join(pointer, key)) for key, item in value.items()
    }
    if _describes(value):
        copy[POINTER] = pointer
    return copy


def _describes(value: dict[str, Any]) -> bool:
    """Whether this is an object of OpenAPI's own, not a map from names to such objects."""
    return any(isinstance(value.get(key), str | list) for key in ("type", "description", "in")) or any(
        key in value for key in ("properties", "items", "allOf", "oneOf", "anyOf", "enum", "const", "content")
    )
