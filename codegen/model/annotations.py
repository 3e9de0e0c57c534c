"""What the parser's properties look like as Python types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from codegen.model.bounds import constraints, only_type
from codegen.model.schemas import Models
from codegen.model.values import literal
from codegen.normalise.markers import DISCRIMINATED, INLINE
from codegen.parser.reading import (
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
        found = ", ".join(f"{name}={literal(value)}" for name, value in constraints(prop, self.models.resolved(schema)))
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
        single = only_type(prop) is not None  # of several, it is not known which schema is whose
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


def is_nullable(prop: Property) -> bool:
    """Whether `null` is a value of this property."""
    if isinstance(prop, UnionProperty):
        return any(is_nullable(inner) for inner in prop.inner_properties)
    return isinstance(prop, NoneProperty)
