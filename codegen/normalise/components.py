"""The components of the description that the parser reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from codegen.naming.names import Names, class_name, words
from codegen.normalise.findings import Finding
from codegen.normalise.markers import INLINE, POINTER, REF, Schema
from codegen.normalise.steps import annotations_of, is_object


@dataclass
class Components:
    """Normalised schemas by class name; grows while the description is read."""

    schemas: dict[str, Schema] = field(default_factory=dict)
    by_pointer: dict[str, str] = field(default_factory=dict)
    """Class names by pointer into the description as written; some are chosen before their schema is read."""
    findings: list[Finding] = field(default_factory=list)
    _names: Names = field(default_factory=Names)

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
        """Where the schema of a class stands."""
        return next(pointer for pointer, other in self.by_pointer.items() if other == name)

    def missing(self) -> list[str]:
        """The pointers whose class has a name but no schema yet."""
        return [pointer for pointer, name in self.by_pointer.items() if name not in self.schemas]

    def register(self, name: str, schema: Schema) -> str:
        """Make a normalised schema a component; return its class name. A pointer has one component only."""
        pointer = str(schema.get(POINTER) or "")
        chosen = self.by_pointer.get(pointer) or self._choose(name, pointer)
        if pointer:
            self.by_pointer[pointer] = chosen
        self.schemas.setdefault(chosen, schema)
        return chosen

    def promote_if_named(self, schema: Schema, name: str) -> Schema:
        """A reference to the component that a normalised object or enumeration becomes; any other schema as it is."""
        if "$ref" in schema or not (is_object(schema) or "enum" in schema):
            return schema
        component = {**schema, INLINE: True} if "enum" in schema else schema
        return {**annotations_of(schema), "$ref": REF + self.register(name, component)}

    def _choose(self, name: str, pointer: str) -> str:
        """The class name, with a number if it is in use."""
        chosen = self._names.take(name)
        if pointer and chosen != name:
            message = f"another class is named `{name}`, so this is `{chosen}`; new schemas can change the number"
            self.findings.append(Finding(pointer, "numbered-name", message))
        return chosen
