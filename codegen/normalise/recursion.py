"""Types that Python has no way to write."""

from __future__ import annotations

from dataclasses import dataclass, field

from codegen.normalise.steps import POINTER, REF, Schema, is_object


@dataclass
class Cuts:
    """Lists and unions that hold themselves, without an object in between: Python has no name to write them with.

    The inner reference is cut and becomes `Any`. An object that holds itself is a class, and fine.
    """

    schemas: dict[str, Schema]
    made: list[str] = field(default_factory=list)
    done: dict[str, Schema] = field(default_factory=dict)

    def all(self) -> dict[str, Schema]:
        """Every component, none of them in a circle."""
        for name in self.schemas:
            self.component(name, ())
        return {name: self.done[name] for name in self.schemas}

    def component(self, name: str, within: tuple[str, ...]) -> None:
        if name not in self.done and not is_object(self.schemas[name]):
            self.done[name] = self.cut(self.schemas[name], (*within, name), self.schemas[name].get(POINTER, "#"))
        self.done.setdefault(name, self.schemas[name])

    def cut(self, schema: Schema, within: tuple[str, ...], pointer: str) -> Schema:
        if (ref := schema.get("$ref")) is not None:
            target = str(ref).removeprefix(REF)
            if target in within:
                self.made.append(pointer)
                return {}
            self.component(target, within)
            return schema
        changed = dict(schema)
        for keyword in ("anyOf", "oneOf", "prefixItems"):
            if keyword in schema:
                changed[keyword] = [self.cut(part, within, pointer) for part in schema[keyword]]
        if "items" in schema:
            changed["items"] = self.cut(schema["items"], within, pointer)
        return changed
