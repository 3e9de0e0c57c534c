"""Types that Python cannot write."""

from __future__ import annotations

from dataclasses import dataclass, field

from codegen.normalise.findings import Finding
from codegen.normalise.markers import POINTER, REF, Schema
from codegen.normalise.steps import UNIONS, is_object


@dataclass
class RecursionBreaker:
    """Replaces, in lists and unions that contain themselves without an object in between, the inner reference by `Any`.

    Python has no name for such a type. An object that contains itself is a class.
    """

    schemas: dict[str, Schema]
    findings: list[Finding] = field(default_factory=list)
    _done: dict[str, Schema] = field(default_factory=dict)

    def break_all(self) -> dict[str, Schema]:
        """Every component, without such recursion."""
        for name in self.schemas:
            self._component(name, ())
        return {name: self._done[name] for name in self.schemas}

    def _component(self, name: str, within: tuple[str, ...]) -> None:
        if name not in self._done and not is_object(self.schemas[name]):
            pointer = self.schemas[name].get(POINTER, "#")
            self._done[name] = self._break(self.schemas[name], (*within, name), pointer)
        self._done.setdefault(name, self.schemas[name])

    def _break(self, schema: Schema, within: tuple[str, ...], pointer: str) -> Schema:
        """The schema of the component at `pointer`, or a part of it; `within` are the components around it."""
        if (ref := schema.get("$ref")) is not None:
            target = str(ref).removeprefix(REF)
            if target in within:
                message = "this type contains itself without an object in between, so here it is `Any`"
                self.findings.append(Finding(pointer, "recursive-type", message))
                return {}
            self._component(target, within)
            return schema
        changed = dict(schema)
        for keyword in (*UNIONS, "prefixItems"):
            if keyword in schema:
                changed[keyword] = [self._break(part, within, pointer) for part in schema[keyword]]
        if "items" in schema:
            changed["items"] = self._break(schema["items"], within, pointer)
        return changed
