"""When values are equal in JSON, which Python's `==` does not say: true is not 1, at any depth."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


def key_of(value: Any) -> Hashable:
    """The same for values that are equal: 1 and 1.0 are, 1 and true are not (JSON Schema 2020-12, core, 4.2.2)."""
    if isinstance(value, dict):
        return dict, frozenset((name, key_of(member)) for name, member in value.items())
    if isinstance(value, list):
        return list, tuple(map(key_of, value))
    return isinstance(value, bool), value


def are_equal(first: Any, second: Any) -> bool:
    """Whether two values are equal; most are not, which `==` tells faster."""
    return bool(first == second) and key_of(first) == key_of(second)
