"""The classes that a description leads to: what the parser made of each, joined with its schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codegen.model.values import literal
from codegen.parser.reading import ListProperty, ModelProperty, Property, UnionProperty

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
