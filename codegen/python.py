"""What the parser's properties look like as Python types."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .parser import (
    AnyProperty,
    BooleanProperty,
    ConstProperty,
    DateProperty,
    DateTimeProperty,
    EnumProperty,
    FileProperty,
    FloatProperty,
    IntProperty,
    ListProperty,
    LiteralEnumProperty,
    ModelProperty,
    NoneProperty,
    Property,
    StringProperty,
    UnionProperty,
    UuidProperty,
)
from .schemas import DEFAULT, DISCRIMINATED, INLINE

_SIMPLE: dict[type, str] = {
    AnyProperty: "Any",
    BooleanProperty: "bool",
    DateProperty: "datetime.date",
    DateTimeProperty: "datetime.datetime",
    FileProperty: "bytes",
    FloatProperty: "float",
    IntProperty: "int",
    NoneProperty: "None",
    StringProperty: "str",
    UuidProperty: "uuid.UUID",
}

_PARSED: dict[type, tuple[Callable[[str], object], str]] = {
    DateProperty: (datetime.date.fromisoformat, "datetime.date.fromisoformat"),
    DateTimeProperty: (datetime.datetime.fromisoformat, "datetime.datetime.fromisoformat"),
    UuidProperty: (uuid.UUID, "uuid.UUID"),
}

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

#: What a schema says of the place that it stands in, also beside a reference or within an alternative to null.
_FLAGS = ("readOnly", "writeOnly", "x-space-separated")


@dataclass(frozen=True)
class Models:
    """The models of a description, whole, with the normalised schemas that they come from."""

    by_name: dict[str, ModelProperty]
    schemas: dict[str, Any]

    def whole(self, prop: ModelProperty) -> ModelProperty:
        """A reference holds a copy of its model from before its members were known."""
        return self.by_name.get(str(prop.class_info.name), prop)

    def schema(self, prop: Property) -> dict[str, Any]:
        """The schema of a model; empty for anything else."""
        name = str(prop.class_info.name) if isinstance(prop, ModelProperty) else ""
        return self.resolved(self.schemas.get(name))

    def resolved(self, schema: Any) -> dict[str, Any]:
        """A schema with references followed, and null as an alternative left out; flags hold wherever they stand."""
        seen: set[str] = set()
        told: dict[str, Any] = {}
        while isinstance(schema, dict) and (inner := _without_null(schema)) is not None:
            told |= {flag: True for flag in _FLAGS if schema.get(flag)}
            name = str(inner.get("$ref", "")).rpartition("/")[2]
            if name in seen:
                break
            if name:
                seen.add(name)
            schema = self.schemas.get(name) if name else inner
        whole = schema if isinstance(schema, dict) else {}
        return {**whole, **told} if told else whole

    def is_map(self, prop: ModelProperty) -> bool:
        """Whether the object has no member known by name: a `dict` says all that a class could.

        Unless it holds itself: a type has to have a name for that.
        """
        return self._has_no_members(prop) and str(prop.class_info.name) not in self.recursive

    def _has_no_members(self, prop: ModelProperty) -> bool:
        return not self.members(prop) and self.whole(prop).data.additionalProperties is not False

    @cached_property
    def recursive(self) -> set[str]:
        """The objects without members that hold themselves, through others of their kind."""
        maps = {name: model for name, model in self.by_name.items() if self._has_no_members(model)}
        held = {
            name: maps.keys() & {str(inner.class_info.name) for inner in self._within(model.additional_properties)}
            for name, model in maps.items()
        }
        return {name for name in maps if name in _reachable(held, name)}

    def _within(self, prop: Property | None) -> Iterator[ModelProperty]:
        """The models named in a type, of whatever kind."""
        if isinstance(prop, ModelProperty):
            yield prop
        elif isinstance(prop, ListProperty):
            yield from self._within(prop.inner_property)
        elif isinstance(prop, UnionProperty):
            for inner in prop.inner_properties:
                yield from self._within(inner)

    def members(self, prop: ModelProperty) -> list[Property]:
        """Its properties, required ones first."""
        prop = self.whole(prop)
        return [*(prop.required_properties or ()), *(prop.optional_properties or ())]

    def held_by(self, prop: Property | None) -> Iterator[ModelProperty]:
        """The classes that a value of this property can hold directly."""
        for model in self._within(prop):
            if self.is_map(model):
                yield from self.held_by(self.whole(model).additional_properties)
            else:
                yield self.whole(model)

    def enumeration(self, name: str) -> str:
        """The type of an enumeration, in the order of the description; the parser keeps a set."""
        return f"Literal[{', '.join(literal(value) for value in self.schemas[name]['enum'])}]"


@dataclass(frozen=True, slots=True)
class Annotator:
    """Writes types for one place.

    In requests, enumerations are closed and constraints hold; answers may grow new values and formats without a new
    version of the API, so there enumerations are open and constraints are left to the server.
    """

    models: Models
    written: Callable[[str], str] = str
    """How a class is written here: its name, or with the module that holds it."""
    request: bool = False

    def plain(self, prop: Property, schema: Any = None) -> str:
        """The type as a signature shows it."""
        return self._write(prop, schema, constrained=False)

    def constrained(self, prop: Property, schema: Any = None) -> str:
        """The type with the description's constraints, as pydantic checks them."""
        inner = self.items(prop, schema)
        found = ", ".join(constraints(prop, self.models.resolved(schema)))
        return f"Annotated[{inner}, Field({found})]" if found else inner

    def items(self, prop: Property, schema: Any = None) -> str:
        """As `constrained`, but without the constraints of the outermost type, which its field carries."""
        return self._write(prop, schema, constrained=self.request)

    def _write(self, prop: Property, schema: Any, *, constrained: bool) -> str:
        write = self.constrained if constrained else self.plain
        if isinstance(prop, ModelProperty):
            return self._object(prop, write)
        if isinstance(prop, ListProperty):
            return f"list[{write(prop.inner_property, self.models.resolved(schema).get('items'))}]"
        if isinstance(prop, ConstProperty):
            return f"Literal[{literal(prop.value.raw_value)}]"
        if isinstance(prop, LiteralEnumProperty | EnumProperty):
            return self._enumeration(prop)
        if isinstance(prop, UnionProperty):
            return self._union(prop, self.models.resolved(schema), constrained=constrained)
        if isinstance(prop, FileProperty) and self.request:
            return "File"
        return _SIMPLE[type(prop)]

    def _object(self, prop: ModelProperty, write: Callable[[Property, Any], str]) -> str:
        whole = self.models.whole(prop)
        if not self.models.is_map(whole):
            return self.written(str(whole.class_info.name))
        values = whole.additional_properties
        schema = self.models.schema(whole).get("additionalProperties")
        return f"dict[str, {write(values, schema) if values else 'Any'}]"

    def _enumeration(self, prop: LiteralEnumProperty | EnumProperty) -> str:
        name = str(prop.class_info.name)
        inline = INLINE in self.models.schemas[name]
        closed = self.models.enumeration(name) if inline else self.written(name)
        return closed if self.request else f"{closed} | {prop.value_type.__name__}"

    def _union(self, prop: UnionProperty, schema: dict[str, Any], *, constrained: bool) -> str:
        single = _only_type(prop) is not None  # of several, it is not known which schema is whose
        written = [
            self._write(inner, schema if single else None, constrained=constrained and single)
            for inner in prop.inner_properties
        ]
        parts = list(dict.fromkeys(written))
        if "Any" in parts:
            return "Any"
        if DISCRIMINATED in schema and not self.request:
            # New variants may appear, too. The first that fits: only one of the described ones can.
            return f'Annotated[{union([*parts, "UnknownVariant"])}, Field(union_mode="left_to_right")]'
        return union(parts)


def union(parts: Iterable[str]) -> str:
    """Types as one, `None` last; several literals become one."""
    unique = list(dict.fromkeys(parts))
    values = [part.removeprefix("Literal[").removesuffix("]") for part in unique if _is_literal(part)]
    merged = f"Literal[{', '.join(values)}]"
    written = dict.fromkeys(merged if _is_literal(part) else part for part in unique)
    return " | ".join(sorted(written, key=lambda part: part == "None"))


def _is_literal(part: str) -> bool:
    return part.startswith("Literal[") and " | " not in part.rpartition("]")[2]


def constraints(prop: Property, schema: Any) -> Iterator[str]:
    """The schema's constraints as keyword arguments of pydantic's `Field`."""
    numbers = dict(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(numbers.get(exclusive), bool):  # OpenAPI 3.0: a flag beside the bound
            flag = numbers.pop(exclusive)
            if flag and bound in numbers:
                numbers[exclusive] = numbers.pop(bound)
    for keyword, argument in _CONSTRAINTS.get(type(_only_type(prop)), {}).items():
        if (value := numbers.get(keyword)) is not None and (keyword != "pattern" or is_pattern(value)):
            yield f"{argument}={literal(value)}"


def is_pattern(value: Any) -> bool:
    """Whether Python's `re`, which is to check it, knows this regular expression."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError, TypeError):
        return False
    return True


def _only_type(prop: Property) -> Property | None:
    """The one type of a property, apart from null; None where there are several."""
    inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    kinds = [kind for kind in inner if not isinstance(kind, NoneProperty)]
    return kinds[0] if len(kinds) == 1 else None


def is_nullable(prop: Property) -> bool:
    """Whether `null` is a value of this property."""
    if isinstance(prop, UnionProperty):
        return any(is_nullable(inner) for inner in prop.inner_properties)
    return isinstance(prop, NoneProperty)


def default_of(prop: Property, schema: Any = None) -> str | None:
    """The description's default as Python code; None where there is none, or none that the type has."""
    if isinstance(prop, ConstProperty) and prop.required:
        return literal(prop.value.raw_value)  # One value only: a caller has nothing to choose.
    value = schema.get(DEFAULT) if isinstance(schema, dict) else None
    kinds = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    return next((code for kind in kinds if (code := _default(kind, value)) is not None), None)


def _default(prop: Property, value: Any) -> str | None:
    if isinstance(value, str) and type(prop) in _PARSED:
        return _parsed(prop, value)
    if isinstance(prop, LiteralEnumProperty | EnumProperty):
        return literal(value) if isinstance(value, str | int) and value in prop.values else None
    if isinstance(prop, ConstProperty):
        return literal(value) if value == prop.value.raw_value else None
    kinds: dict[type, tuple[type, ...]] = {
        StringProperty: (str,),
        BooleanProperty: (bool,),
        IntProperty: (int,),
        FloatProperty: (int, float),
    }
    return literal(value) if type(value) in kinds.get(type(prop), ()) else None


def _parsed(prop: Property, value: str) -> str | None:
    """A default that Python reads from text; none where it would not, since the module could not be imported then."""
    parse, code = _PARSED[type(prop)]
    try:
        parse(value)
    except ValueError:
        return None
    return f"{code}({literal(value)})"


def literal(value: Any) -> str:
    """A scalar of the description as a Python literal; `repr` escapes whatever could end or disguise it."""
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(f"no literal for a {type(value).__name__}")
    quoted = repr(value)
    if isinstance(value, str) and quoted.startswith("'") and '"' not in quoted:
        return f'"{quoted[1:-1]}"'  # as ruff would have it, also where ruff does not look, in Markdown
    return quoted


def _reachable(steps: dict[str, set[str]], start: str) -> set[str]:
    """Where one gets from `start` in one step or more."""
    found: set[str] = set()
    wanted = [*steps[start]]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += steps[name]
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The schema itself if it is a reference, or its one alternative to null; None: it stands for itself."""
    if "$ref" in schema:
        return schema
    members = [part for part in schema.get("anyOf") or schema.get("oneOf") or () if part.get("type") != "null"]
    return members[0] if len(members) == 1 else None
