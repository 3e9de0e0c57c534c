"""The components of the description that the parser reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codegen.description.equality import are_equal
from codegen.naming.names import Names, class_name, words
from codegen.normalise.findings import Finding
from codegen.normalise.markers import INLINE, NAME, POINTER, REF, Schema
from codegen.normalise.steps import PARTS, annotations_of, is_object, within, without


@dataclass
class Components:
    """Normalised schemas by class name; grows while the description is read."""

    schemas: dict[str, Schema] = field(default_factory=dict)
    by_pointer: dict[str, str] = field(default_factory=dict)
    """Class names by pointer into the description as written; some are chosen before their schema is read."""
    findings: list[Finding] = field(default_factory=list)
    _names: Names = field(default_factory=Names)
    _merged: dict[str, list[str]] = field(default_factory=dict)
    """The class names of merged schemas, by those that they were to have."""
    _reserved: set[str] = field(default_factory=set)
    """The class names of what components say together."""

    def choose_names(self, pointers: dict[str, str]) -> None:
        """Choose the class names of the description's own components; `pointers` are by name."""
        for name, chosen in self._names.choose(pointers):
            self.by_pointer[pointers[name]] = chosen

    def name_of(self, pointer: str) -> str:
        """The class name of the schema at `pointer`, which becomes a component."""
        if pointer not in self.by_pointer:
            self.by_pointer[pointer] = self._choose(class_name(words(pointer)), pointer)
        return self.by_pointer[pointer]

    def pointer_of(self, name: str) -> str:
        """Where the schema of a class stands; empty: in no single place."""
        return next((pointer for pointer, other in self.by_pointer.items() if other == name), "")

    def is_named(self, name: str) -> bool:
        """Whether the description has the class as a component, whose name a discriminator can have as its value."""
        folder, _, _ = str(self.schemas[name].get(POINTER)).rpartition("/")
        return f"{folder}/" == REF

    def missing(self) -> list[str]:
        """The pointers whose class has a name but no schema yet."""
        return [pointer for pointer, name in self.by_pointer.items() if name not in self.schemas]

    def register(self, name: str, schema: Schema) -> str:
        """Make a normalised schema a component; return its class name. A pointer has one component only."""
        pointer = str(schema.get(POINTER) or "")
        if not pointer:
            return self._register_merged(name, schema)
        chosen = self.by_pointer.get(pointer) or self._choose(name, pointer)
        self.by_pointer[pointer] = chosen
        self.schemas.setdefault(chosen, schema)
        return chosen

    def _register_merged(self, name: str, schema: Schema) -> str:
        """Of a schema that stands in no single place: the class with that name and schema, or a new one."""
        names = self._merged.setdefault(name, [])
        if not (chosen := next((same for same in names if are_equal(self.schemas[same], schema)), "")):
            chosen = self._choose(name, "")
            names.append(chosen)
            self.schemas[chosen] = schema
        return chosen

    def reserve(self, name: str) -> str:
        """A class name for what components say together, which may be merged further."""
        chosen = self._choose(name, "")
        self._reserved.add(chosen)
        return chosen

    def drop_unused(self) -> None:
        """Drop merged schemas that nothing refers to, since they were merged further."""
        while unused := self._reserved and self._reserved - self._used():
            self._reserved -= unused
            for name in unused:
                del self.schemas[name]

    def _used(self) -> set[str]:
        parts = (part for schema in self.schemas.values() for part in within(schema))
        return {str(part["$ref"]).removeprefix(REF) for part in parts if "$ref" in part}

    def promote_if_named(self, schema: Schema, name: str) -> Schema:
        """A reference to the component that a normalised object or enumeration becomes; any other schema as it is."""
        if "$ref" in schema or not (is_object(schema) or "enum" in schema):
            return schema
        component = {**schema, INLINE: True} if "enum" in schema else schema
        return {**annotations_of(schema), "$ref": REF + self.register(name, component)}

    def settle(self, schema: Schema) -> Schema:
        """The schema with components in place of all within it that wait for one (`NAME`)."""
        parts = {keyword: schema[keyword] for keyword in PARTS if keyword in schema}
        return {**schema, **{keyword: self._settle_parts(keyword, value) for keyword, value in parts.items()}}

    def _settle_parts(self, keyword: str, value: Any) -> Any:
        if keyword == "properties":
            return {name: self._settled(part) for name, part in (value or {}).items()}
        return [*map(self._settled, value)] if isinstance(value, list) else self._settled(value)

    def _settled(self, schema: Any) -> Any:
        if not isinstance(schema, dict) or NAME not in schema:
            return schema
        return self.promote_if_named(self.settle(without(schema, NAME)), schema[NAME])

    def _choose(self, name: str, pointer: str) -> str:
        """The class name, with a number if it is in use."""
        chosen = self._names.take(name)
        if pointer and chosen != name:
            message = f"another class is named `{name}`, so this is `{chosen}`; new schemas can change the number"
            self.findings.append(Finding(pointer, "numbered-name", message))
        return chosen
