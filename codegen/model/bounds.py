"""What a schema demands of a value beside its type, as pydantic checks it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from codegen.checks import patterns
from codegen.parser.reading import (
    FloatProperty,
    IntProperty,
    ListProperty,
    NoneProperty,
    Property,
    StringProperty,
    UnionProperty,
)

_LENGTH = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
_ITEMS = {"minItems": "min_length", "maxItems": "max_length"}
_NUMBER = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
_KEYWORDS = {argument: keyword for keyword, argument in (_LENGTH | _NUMBER).items()}
_CONSTRAINTS: dict[type, dict[str, str]] = {
    StringProperty: _LENGTH,
    ListProperty: _ITEMS,
    IntProperty: _NUMBER,
    FloatProperty: _NUMBER,
}


def constraints(prop: Property, schema: Any) -> Iterator[tuple[str, Any]]:
    """The schema's constraints as keyword arguments of pydantic's `Field`."""
    numbers = dict(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(numbers.get(exclusive), bool):  # OpenAPI 3.0: a flag beside the bound
            flag = numbers.pop(exclusive)
            if flag and bound in numbers:
                numbers[exclusive] = numbers.pop(bound)
    kind = only_type(prop)
    for keyword, argument in _CONSTRAINTS.get(type(kind), {}).items():
        value = numbers.get(keyword)
        if isinstance(value, float) and not isinstance(kind, FloatProperty):
            value = _whole(argument, value)
        if argument == "max_length" and value is not None and value > sys.maxsize:
            value = None  # nothing is as long, and pydantic's numbers end there
        if argument == "min_length" and value is not None:
            value = min(value, sys.maxsize)
        if value is not None and (keyword != "pattern" or not patterns.fault(value)):
            yield argument, value


def _whole(argument: str, value: float) -> int | None:
    """The same bound for integers and lengths, for which pydantic takes no other; none for a multiple of a fraction."""
    if argument == "multiple_of":
        return int(value) if value.is_integer() else None
    return math.ceil(value) if argument in ("ge", "lt", "min_length") else math.floor(value)


def admits(prop: Property, schema: Any, value: Any) -> bool:
    """Whether the client would send a value: what it gives by itself, it must not refuse."""
    checks = {_KEYWORDS[argument]: bound for argument, bound in constraints(prop, schema)}
    try:
        return jsonschema_rs.is_valid(checks, value)  # no pattern takes it long, as some take Python
    except ValueError:  # a pattern that only Python knows
        return True


def only_type(prop: Property) -> Property | None:
    """The one type of a property, apart from null; None where there are several."""
    inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    kinds = [kind for kind in inner if not isinstance(kind, NoneProperty)]
    return kinds[0] if len(kinds) == 1 else None
