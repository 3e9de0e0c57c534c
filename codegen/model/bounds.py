"""What a schema demands of a value beside its type, as pydantic checks it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from codegen.description.json_schema import with_numeric_bounds
from codegen.description.patterns import Pattern, translated

from .types import Bounds, Kind

_LENGTH = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
_ITEMS = {"minItems": "min_length", "maxItems": "max_length"}
_NUMBER = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
}
_INTEGER = {**_NUMBER, "multipleOf": "multiple_of"}  # of floats, pydantic divides what is near, not what is written
_KEYWORDS = {argument: keyword for keyword, argument in (_LENGTH | _INTEGER).items()}
_BY_KIND = {Kind.STRING: _LENGTH, Kind.INTEGER: _INTEGER, Kind.NUMBER: _NUMBER}


def scalar_bounds(kind: Kind, schema: Mapping[str, Any]) -> Bounds:
    """The bounds of a text or a number, as keyword arguments of pydantic's `Field`."""
    return tuple(_bounds(with_numeric_bounds(schema), _BY_KIND.get(kind, {}), whole=kind is not Kind.NUMBER))


def list_bounds(schema: Mapping[str, Any]) -> Bounds:
    """The bounds of an array."""
    return tuple(_bounds(schema, _ITEMS, whole=True))


def _bounds(schema: Mapping[str, Any], arguments: Mapping[str, str], *, whole: bool) -> Iterator[tuple[str, Any]]:
    for keyword, argument in arguments.items():
        value = _limit(argument, schema.get(keyword), whole=whole)
        if keyword == "pattern" and isinstance(value, str):
            value = _linear(value)
        if value is not None:
            yield argument, value


def _linear(pattern: str) -> str | None:
    """The pattern as pydantic checks it; None: it has to be checked apart (`unchecked.py`)."""
    whole = translated(pattern)
    return whole.text if isinstance(whole, Pattern) and whole.is_linear else None


def _limit(argument: str, value: Any, *, whole: bool) -> Any:
    """The value of a keyword as pydantic takes it; None where it says nothing. Pydantic's lengths end at `maxsize`."""
    if isinstance(value, float) and whole:
        value = _whole(argument, value)
    if value is None or argument not in ("min_length", "max_length") or value <= sys.maxsize:
        return value
    return sys.maxsize if argument == "min_length" else None


def _whole(argument: str, value: float) -> int | None:
    """The same bound for integers and lengths, for which pydantic takes no other; none for a multiple of a fraction."""
    if argument == "multiple_of":
        return int(value) if value.is_integer() else None
    return math.ceil(value) if argument in ("ge", "lt", "min_length") else math.floor(value)


def admits(limits: Bounds, value: Any) -> bool:
    """Whether a value is within bounds: what the client gives by itself, it must not refuse."""
    schema = {_KEYWORDS[argument]: limit for argument, limit in limits}
    try:
        return jsonschema_rs.is_valid(schema, value)  # no pattern takes it long, as some take Python
    except ValueError:  # a pattern that only Python knows
        return True
