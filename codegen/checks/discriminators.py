"""Discriminators whose member no variant has, or whose mapping leads elsewhere than to a variant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from codegen.description.composition import Wholes, above, wholes
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join, tokens
from codegen.description.schemas import applied, children, owner_of
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import Hints

_CODE = "bad-discriminator"
_SCHEMAS = "#/components/schemas"
_UNIONS = ("oneOf", "anyOf")
#: Names that a hint lists.
_MAX_LISTED = 5


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report discriminators that cannot tell the variants apart as they say."""
    reader = _Reader(document, nodes)
    for node in nodes:
        if node.kind == "discriminator":
            yield from reader.faults(node)


@dataclass
class _Reader:
    """Compares discriminators with the schemas beside them."""

    document: Document
    nodes: list[Node]
    hints: Hints = field(default_factory=Hints)

    @cached_property
    def _heirs(self) -> Wholes:
        return wholes(self.nodes, ("allOf",))

    def faults(self, node: Node) -> Iterator[Diagnostic]:
        """Report what is wrong with one discriminator."""
        member, variants = node.data.get("propertyName"), self._variants(node.pointer.removesuffix("/discriminator"))
        if isinstance(member, str) and variants:
            yield from self._unknown_member(node, member, variants)
            for value, message, hint in self._mapping_faults(node, member, variants):
                yield self.document.diagnostic(join(node.pointer, "mapping", value), _CODE, message, hint=hint)

    def _unknown_member(self, node: Node, member: str, variants: dict[int, Any]) -> Iterator[Diagnostic]:
        beside = self.document.at(node.pointer.removesuffix("/discriminator"))
        parts = [as_mapping(part.get("properties")) for part in applied(self.document, beside, *variants.values())]
        if any(parts) and not any(member in part for part in parts):
            names = list(dict.fromkeys(name for part in parts for name in part))
            message = f"no variant has a member {member}"
            hint = self.hints.did_you_mean(member, names) or "name a member that each variant has"
            yield self.document.diagnostic(join(node.pointer, "propertyName"), _CODE, message, hint=hint)

    def _mapping_faults(self, node: Node, member: str, variants: dict[int, Any]) -> Iterator[tuple[str, str, str]]:
        """The values that are mapped to no variant, or to one that never has them, each with a message and a hint."""
        mapping = as_mapping(node.data.get("mapping"))
        targets = {value: target for value, target in mapping.items() if isinstance(target, str)}
        schemas = {value: self._target(target) for value, target in targets.items()}
        names = self._names_of(variants) if any(id(schema) not in variants for schema in schemas.values()) else []
        for value, schema in schemas.items():
            if schema is None:
                yield value, f"there is no schema {targets[value]}", self._nearest(targets[value])
            elif id(schema) not in variants:
                yield (
                    value,
                    f"{targets[value]} is no variant here",
                    self._one_of(targets[value], names, "the variants are"),
                )
            elif (literals := self._literals(schema, member)) is not None and value not in literals:
                hint = self._one_of(value, sorted(literals), f"its {member} is")
                yield value, f"{targets[value]} never has the value {value}", hint

    def _variants(self, owner: str) -> dict[int, Any]:
        """The schemas that the value may be of, by identity: those of the union, else the schema and its heirs."""
        schema, variants = self.document.at(owner), dict[int, Any]()
        pending = [part for _, part in children(schema, _UNIONS)]
        if not pending:
            whole = owner_of(owner)  # heirs extend that, not a part of its `allOf`
            pending = [schema, *map(self.document.at, (whole, *above(whole, self._heirs)))]
        while pending:
            variant = self.document.mapping(pending.pop())
            if id(variant) not in variants:
                variants[id(variant)] = variant
                pending += [part for _, part in children(variant, _UNIONS)]
        return variants

    @cached_property
    def _names(self) -> list[str]:
        return list(as_mapping(as_mapping(self.document.data.get("components")).get("schemas")))

    @cached_property
    def _pointers(self) -> list[str]:
        return [join(_SCHEMAS, name) for name in self._names]

    def _nearest(self, target: str) -> str:
        """The schema that was meant."""
        return self.hints.did_you_mean(target, self._pointers if target.startswith("#") else self._names)

    def _names_of(self, variants: dict[int, Any]) -> list[str]:
        return [name for name in self._names if id(self._target(name)) in variants]

    def _target(self, target: str) -> dict[str, Any] | None:
        """The schema that a mapping names, by its name or by a reference; one in another file is not looked at."""
        pointer = target if target.startswith("#") else join(_SCHEMAS, target)
        try:
            steps = tokens(pointer)
            is_schema = steps[:2] == ["components", "schemas"] or "schema" in steps or "properties" in steps
            return as_mapping(self.document.resolve(self.document.at(pointer))) if is_schema else None
        except LookupError:
            return None

    def _literals(self, schema: dict[str, Any], member: str) -> set[str] | None:
        """The values that a variant's member can have; None where any text is one."""
        listed: set[str] | None = None
        for part in applied(self.document, schema) if schema.keys().isdisjoint(_UNIONS) else ():
            declared = self.document.mapping(as_mapping(part.get("properties")).get(member))
            values = [declared["const"]] if "const" in declared else as_list(declared.get("enum"))
            if values:
                texts = {str(value) for value in values}
                listed = texts if listed is None else listed & texts
        return listed

    def _one_of(self, name: str, names: list[str], those_are: str) -> str:
        """A hint with the name that was meant, or with all that there are."""
        listed = ", ".join(names[:_MAX_LISTED]) + (", …" if len(names) > _MAX_LISTED else "")
        return self.hints.did_you_mean(name, names) or (f"{those_are} {listed}" if names else "")
