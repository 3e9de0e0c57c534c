"""What a schema demands of a value beside its type, as pydantic checks it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from . import patterns
from .parser import FloatProperty, IntProperty, ListProperty, NoneProperty, Property, StringProperty, UnionProperty

_LENGTH = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
_ITEMS = {"minItems": "min_length", "maxItems": "max_length"}
_NUMBER = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
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
        if value is not None and (keyword != "pattern" or not patterns.fault(value)):
            yield argument, value


def _whole(argument: str, value: float) -> int | None:
    """The same bound for integers and lengths, for which pydantic takes no other; none for a multiple of a fraction."""
    if argument == "multiple_of":
        return int(value) if value.is_integer() else None
    return math.ceil(value) if argument in ("ge", "lt", "min_length") else math.floor(value)


def admits(prop: Property, schema: Any, value: Any) -> bool:
    """Whether the client would send a value: what it gives by itself, it must not refuse."""
    if not (found := dict(constraints(prop, schema))):
        return True
    kind: Any = Annotated[float if isinstance(only_type(prop), FloatProperty) else type(value), Field(**found)]
    try:
        TypeAdapter(kind, config=ConfigDict(regex_engine="python-re")).validate_python(value)
    except ValidationError:
        return False
    return True


def only_type(prop: Property) -> Property | None:
    """The one type of a property, apart from null; None where there are several."""
    inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    kinds = [kind for kind in inner if not isinstance(kind, NoneProperty)]
    return kinds[0] if len(kinds) == 1 else None
