"""Members of objects that are required, but that nothing describes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codegen.description.composition import Wholes, above, wholes
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import applied, owner_of
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: Where schemas stand that say something only of some values of the schema around them.
_CONDITIONS = ("if", "then", "else", "not", "dependentSchemas")


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report each required member that neither the schema nor those it is a part of describe."""
    reader = _Reader(document, nodes)
    for node in nodes:
        own = as_mapping(node.data.get("properties"))
        if node.kind == "schema" and any(name not in own for name in as_list(node.data.get("required"))):
            yield from reader.undescribed(node)


@dataclass
class _Reader:
    """Finds out which members an object can have."""

    document: Document
    nodes: list[Node]

    @cached_property
    def _wholes(self) -> Wholes:
        return wholes(self.nodes)

    def undescribed(self, schema: Node) -> Iterator[Diagnostic]:
        """Report the members that `required` lists in vain."""
        owner = owner_of(schema.pointer)
        if not set(_CONDITIONS).isdisjoint(owner.split("/")[-3:]):
            return
        parts = list(applied(self.document, self.document.at(owner)))
        if not _tells_all(parts):
            return
        names = _names(parts)
        for index, name in enumerate(as_list(schema.data.get("required"))):
            if isinstance(name, str) and name not in names and not self._is_described_above(owner, name):
                pointer = join(schema.pointer, "required", str(index))
                message = f"`properties` has no {name}, so nothing says what it is"
                hint = did_you_mean(name, names) or f"describe {name} in `properties`, or leave it out"
                yield self.document.diagnostic(pointer, "unknown-member", message, hint=hint)

    def _is_described_above(self, owner: str, name: str) -> bool:
        """Whether a schema that this one is a part of has the member, or does not list its members."""
        for pointer in above(owner, self._wholes):
            parts = list(applied(self.document, self.document.at(pointer)))
            if name in _names(parts) or any(_has_others(part) for part in parts):
                return True
        return False


def _names(parts: list[dict[str, Any]]) -> set[str]:
    """The members that any of the schemas describes; a discriminator describes its own."""
    names = {name for part in parts for name in as_mapping(part.get("properties"))}
    return names | {str(as_mapping(part.get("discriminator")).get("propertyName")) for part in parts}


def _tells_all(parts: list[dict[str, Any]]) -> bool:
    """Whether the schemas list the members of an object."""
    lists = any("properties" in part or _is_closed(part) for part in parts)
    return lists and not any(_has_others(part) for part in parts)


def _is_closed(schema: dict[str, Any]) -> bool:
    return schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False


def _has_others(schema: dict[str, Any]) -> bool:
    """Whether a schema says that there are members of other names."""
    others = (schema.get(keyword, False) for keyword in ("additionalProperties", "unevaluatedProperties"))
    return "patternProperties" in schema or any(value is not False for value in others)
