"""A value of a schema: the description's example, or one that fits its type, bounds, format and pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from codegen.description.json_schema import with_numeric_bounds
from codegen.normalise.markers import DEFAULT, DISCRIMINATED, REF, WIRES, Schema
from codegen.normalise.steps import is_class

from .schemas import Schemas, example
from .texts import FORMATS, matching

#: Levels of objects, from the outermost, that have their optional members, too.
FULL = 2
_NUMBERS = (1, 0, -1, 1.5, 0.5)


class NoValueError(Exception):
    """No finite value fits, or none is found."""


@dataclass
class SchemaValues:
    """Values of normalised schemas; each component has one, which is made once."""

    schemas: Schemas
    _values: dict[tuple[str, bool], Any] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    """The components whose values are being made: one that needs itself has none."""

    def value(self, schema: Any, depth: int = 0) -> Any:
        """A value that an answer can have.

        Raises:
            NoValueError: There is none.
        """
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema:
            return self._component(str(schema["$ref"]).removeprefix(REF), depth)
        if is_class(schema):
            return self._object(schema, depth)
        if "enum" not in schema and (variants := [*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())]):
            return self._variant(schema, variants, depth)
        return self._array(schema, depth) if schema.get("type") == "array" else scalar(schema)

    def _component(self, name: str, depth: int) -> Any:
        name = self.schemas.same_as.get(name, name)
        key = name, depth < FULL
        if key not in self._values:
            if name in self._open or name not in self.schemas.by_name:
                raise NoValueError
            self._open.add(name)
            try:
                self._values[key] = self.value(self.schemas.by_name[name], depth)
            finally:
                self._open.remove(name)
        return self._values[key]

    def _variant(self, schema: Schema, variants: list[Schema], depth: int) -> Any:
        """Of the first variant that has a value, and not null if there is another one."""
        for variant in sorted(variants, key=lambda variant: variant.get("type") == "null"):
            try:
                value = self.value(variant, depth)
            except NoValueError:
                continue
            return _with_discriminator(schema, variant, value)
        raise NoValueError

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        items = [*(schema.get("prefixItems") or ())]
        further = schema.get("items")
        if isinstance(further, dict) and schema.get("maxItems", 1) > len(items):
            items += [further] * max(least - len(items), 0 if items else 1)
        try:
            return [self.value(item, depth) for item in items]
        except NoValueError:
            if least:
                raise
            return []

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        """With its required members; near the outermost object, with the others, too."""
        wires, required = schema.get(WIRES) or {}, {*(schema.get("required") or ())}
        members: dict[str, Any] = {}
        for name, part in (schema.get("properties") or {}).items():
            if self._is_left_out(part) or not (name in required or depth < FULL):
                continue
            try:
                members[wires.get(name, name)] = self.value(part, depth + 1)
            except NoValueError:
                if name in required:
                    raise
        return members or dict(self._others(schema, depth))

    def _others(self, schema: Schema, depth: int) -> Iterator[tuple[str, Any]]:
        """A member that is not described, of an object that is a map."""
        others = schema.get("additionalProperties")
        if isinstance(others, dict) and (depth < FULL or schema.get("minProperties")):
            try:
                yield "key", self.value(others, depth + 1)
            except NoValueError:
                return

    def _is_left_out(self, schema: Any) -> bool:
        return bool(self.schemas.dereferenced(schema).get("writeOnly"))


def _with_discriminator(schema: Schema, variant: Schema, value: Any) -> Any:
    """The value with what tells its variant apart."""
    discriminated = schema.get(DISCRIMINATED)
    name = str(variant.get("$ref", "")).removeprefix(REF)
    if not (discriminated and isinstance(value, dict)) or not discriminated["values"].get(name):
        return value
    values, member = discriminated["values"][name], discriminated["member"]
    return value if value.get(member) in values else {**value, member: values[0]}


# Scalars


def scalar(schema: Schema) -> Any:
    """A value of a schema that has no others within it."""
    modern = with_numeric_bounds(schema)
    for value in _candidates(modern):
        if _fits(modern, value):
            return value
    return next(_fallbacks(modern))


def _candidates(schema: Schema) -> Iterator[Any]:
    """What may fit, the best first."""
    if schema.get("const") is not None:
        yield schema["const"]
    if (own := example(schema)) is not None:
        yield own
    yield from schema.get("enum") or ()
    if schema.get(DEFAULT) is not None:
        yield schema[DEFAULT]
    yield from _fallbacks(schema)


def _fallbacks(schema: Schema) -> Iterator[Any]:
    match schema.get("type"):
        case "string":
            yield from _texts(schema)
        case "integer" | "number":
            yield from _numbers(schema)
        case "boolean":
            yield from (True, False)
        case "null":
            yield None
        case _:
            yield {}


def _texts(schema: Schema) -> Iterator[str]:
    if schema.get("pattern"):
        yield matching(str(schema["pattern"]))
    plain = FORMATS.get(str(schema.get("format")), "text")
    yield plain
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    yield plain.ljust(least if isinstance(least, int) else 0, "x")[: most if isinstance(most, int) else None]


def _numbers(schema: Schema) -> Iterator[Any]:
    bounds = [schema.get(name) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")]
    known = [bound for bound in bounds if isinstance(bound, int | float)]
    yield from (number for number in _NUMBERS if schema["type"] == "number" or isinstance(number, int))
    yield from known
    yield from (bound + step for bound in known for step in (1, -1))
    yield from _multiples(schema, known)


def _multiples(schema: Schema, bounds: Iterable[float]) -> Iterator[float]:
    if isinstance(step := schema.get("multipleOf"), int | float) and step > 0:
        yield from (step * (bound // step + more) for bound in bounds for more in (0, 1))


def _fits(schema: Schema, value: Any) -> bool:
    if isinstance(pattern := schema.get("pattern"), str) and isinstance(value, str) and not _matches(pattern, value):
        return False
    rest = {name: item for name, item in schema.items() if name in _CHECKED}
    return jsonschema_rs.is_valid(rest, value, validate_formats=True)


_CHECKED = frozenset(
    "type const enum format minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split()
)


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except (re.error, OverflowError):
        return True  # the client does not check it either
