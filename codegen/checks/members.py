"""Members of objects that are required, but that nothing describes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from codegen.description.composition import Wholes, above, wholes
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import OTHER_MEMBERS, applied, is_closed, owner_of
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import Hints

#: Schemas that a schema and those around it may consist of; of more, nothing is said.
_MAX_PARTS = 500
#: Where schemas stand that say something only of some values of the schema around them.
_CONDITIONS = ("if", "then", "else", "not", "dependentSchemas")


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report each required member that neither the schema nor those it is a part of describe."""
    reader, hints = _Reader(document, nodes), Hints()
    for node in nodes:
        own = as_mapping(node.data.get("properties"))
        required = as_list(node.data.get("required")) if node.kind == "schema" else ()
        undescribed = [name for name in required if isinstance(name, str) and name not in own]
        if undescribed and (names := reader.members(owner_of(node.pointer))):
            yield from _undescribed(document, node, names, hints)


def _undescribed(document: Document, schema: Node, names: frozenset[str], hints: Hints) -> Iterator[Diagnostic]:
    for index, name in enumerate(schema.data["required"]):
        if isinstance(name, str) and name not in names:
            message = f"`properties` has no {name}, so nothing says what it is"
            hint = hints.did_you_mean(name, names) or f"describe {name} in `properties`, or leave it out"
            yield document.diagnostic(
                join(schema.pointer, "required", str(index)), "unknown-member", message, hint=hint
            )


@dataclass
class _Reader:
    """Finds out which members an object can have."""

    document: Document
    nodes: list[Node]
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _wholes(self) -> Wholes:
        return wholes(self.nodes)

    def members(self, owner: str) -> frozenset[str]:
        """The members that a schema and those it is a part of describe; empty: it can have others, too."""
        if owner not in self._known:
            self._known[owner] = frozenset() if _is_condition(owner) else frozenset(self._members(owner))
        return self._known[owner]

    def _members(self, owner: str) -> Iterator[str]:
        parts = list(islice(applied(self.document, self.document.at(owner)), _MAX_PARTS))
        around = islice(above(owner, self._wholes), _MAX_PARTS)
        everything = parts + list(islice(applied(self.document, *map(self.document.at, around)), _MAX_PARTS))
        if len(everything) < _MAX_PARTS and _lists_members(parts) and not any(map(_has_others, everything)):
            yield ""  # so that none at all is not empty
            for part in everything:
                yield from as_mapping(part.get("properties"))
                yield str(as_mapping(part.get("discriminator")).get("propertyName"))  # it describes its member


def _is_condition(owner: str) -> bool:
    return not set(_CONDITIONS).isdisjoint(owner.split("/")[-3:])


def _lists_members(parts: list[dict[str, Any]]) -> bool:
    """Whether the schemas list the members of an object, or say that there are no others."""
    return any("properties" in part or is_closed(part) for part in parts)


def _has_others(schema: dict[str, Any]) -> bool:
    """Whether a schema says that there are members of other names."""
    others = (schema.get(keyword, False) for keyword in OTHER_MEMBERS)
    return "patternProperties" in schema or any(value is not False for value in others)
