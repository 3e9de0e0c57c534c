"""Bounds that no value keeps, of one schema or of several that apply to the same value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from codegen.description.json_schema import with_numeric_bounds

#: The keywords of the lower and the upper bounds of each quantity.
QUANTITIES = (
    (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
    (("minLength",), ("maxLength",)),
    (("minItems",), ("maxItems",)),
    (("minContains",), ("maxContains",)),
    (("minProperties",), ("maxProperties",)),
)


class Bound(NamedTuple):
    """A bound as a schema has it."""

    value: float
    is_exclusive: bool
    number: int
    """Of the schema, counted from 0."""
    keyword: str
    """The first one as written: in OpenAPI 3.0, `exclusiveMinimum: true` makes another bound of `minimum`."""


def crossed(schemas: Sequence[dict[str, Any]]) -> Iterator[tuple[Bound, Bound]]:
    """The strictest lower and upper bound of each quantity of which no value is within both."""
    for lower, upper in QUANTITIES:
        least = _strictest(schemas, lower, 1)
        most = _strictest(schemas, upper, -1) if least else None
        if least and most:
            is_exclusive = least.is_exclusive or most.is_exclusive
            if least.value > most.value or (least.value == most.value and is_exclusive):
                yield least, most


def _strictest(schemas: Sequence[dict[str, Any]], names: tuple[str, ...], sign: int) -> Bound | None:
    bounds = chain(*(_bounds(schema, number, names) for number, schema in enumerate(schemas)))
    return max(bounds, key=lambda bound: (sign * bound.value, bound.is_exclusive), default=None)


def _bounds(schema: dict[str, Any], number: int, names: tuple[str, ...]) -> Iterator[Bound]:
    if not schema.keys().isdisjoint(names):
        keyword = next((name for name in schema if name in names and _is_number(schema[name])), "")
        modern = with_numeric_bounds(schema)
        for name in names:
            if _is_number(modern.get(name)):
                yield Bound(modern[name], name.startswith("exclusive"), number, keyword)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
