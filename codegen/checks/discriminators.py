"""Discriminators whose member no variant has, or whose mapping leads elsewhere than to a variant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codegen.description.composition import Wholes, above, wholes
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join, tokens
from codegen.description.schemas import applied, children
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

_CODE = "bad-discriminator"
_SCHEMAS = "#/components/schemas"
_UNIONS = ("oneOf", "anyOf")


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

    @cached_property
    def _heirs(self) -> Wholes:
        return wholes(self.nodes, ("allOf",))

    def faults(self, node: Node) -> Iterator[Diagnostic]:
        """Report what is wrong with one discriminator."""
        member, owner = node.data.get("propertyName"), node.pointer.removesuffix("/discriminator")
        variants = self._variants(owner)
        if not isinstance(member, str) or not variants:
            return
        names = {name: None for variant in variants.values() for name in _members(self.document, variant)}
        if names and member not in names:
            message = f"no variant has a member {member}"
            hint = did_you_mean(member, names) or "name a member that each variant has"
            yield self.document.diagnostic(join(node.pointer, "propertyName"), _CODE, message, hint=hint)
        for value, target in as_mapping(node.data.get("mapping")).items():
            if isinstance(target, str):
                yield from self._mapping_faults(node, value, target, variants)

    def _variants(self, owner: str) -> dict[int, Any]:
        """The schemas that the value may be of, by identity: those of the union, else the schema and its heirs."""
        schema, variants = self.document.at(owner), dict[int, Any]()
        pending = [part for _, part in children(schema, _UNIONS)]
        if not pending:
            pending = [schema, *(self.document.at(pointer) for pointer in above(owner, self._heirs))]
        while pending:
            variant = self.document.mapping(pending.pop())
            if id(variant) not in variants:
                variants[id(variant)] = variant
                pending += [part for _, part in children(variant, _UNIONS)]
        return variants

    def _mapping_faults(self, node: Node, value: str, target: str, variants: dict[int, Any]) -> Iterator[Diagnostic]:
        pointer, schema = join(node.pointer, "mapping", value), self._target(target)
        if schema is None:
            hint = _nearest(self.document, target)
            yield self.document.diagnostic(pointer, _CODE, f"there is no schema {target}", hint=hint)
        elif id(schema) not in variants:
            names = [name for name in _components(self.document) if id(self._target(name)) in variants]
            message = f"{target} is no variant here"
            hint = did_you_mean(target, names) or f"the variants are {', '.join(names[:5])}" if names else ""
            yield self.document.diagnostic(pointer, _CODE, message, hint=hint)
        else:
            literals = self._literals(schema, str(node.data.get("propertyName")))
            if literals is not None and value not in literals:
                message = f"{target} never has the value {value}, but {' or '.join(sorted(literals)[:5])}"
                hint = did_you_mean(value, literals) or f"write {min(literals)}" if literals else ""
                yield self.document.diagnostic(pointer, _CODE, message, hint=hint)

    def _target(self, target: str) -> dict[str, Any] | None:
        """The schema that a mapping names, by its name or by a reference; one in another file is not looked at."""
        pointer = target if target.startswith("#") else join(_SCHEMAS, target)
        if not target.startswith("#") and target not in _components(self.document) and ("/" in target or "." in target):
            return None
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


def _members(document: Document, schema: Any) -> Iterator[str]:
    for part in applied(document, schema):
        yield from as_mapping(part.get("properties"))


def _components(document: Document) -> dict[str, Any]:
    return as_mapping(as_mapping(document.data.get("components")).get("schemas"))


def _nearest(document: Document, target: str) -> str:
    """The schema that was meant."""
    names = list(_components(document))
    return did_you_mean(target, [join(_SCHEMAS, name) for name in names] if target.startswith("#") else names)
