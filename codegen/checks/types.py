"""The types that the values of a schema can be of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from codegen.description.document import Document, as_list
from codegen.description.schemas import types_of

#: References that are followed one after the other.
_MAX_DEPTH = 50
_ARTICLES = {"integer": "an integer", "array": "an array", "object": "an object", "null": "null"}


@dataclass
class Types:
    """The types that schemas, what they refer to, their `allOf` and their unions allow."""

    document: Document
    _known: dict[int, frozenset[str]] = field(default_factory=dict)
    """By identity of the schema. Empty: any; also while the schema itself is looked at, for a cycle."""
    _depth: int = 0

    def of(self, schema: Any) -> frozenset[str]:
        """The types that a schema allows; empty if it does not tell."""
        if not isinstance(schema, dict) or self._depth > _MAX_DEPTH:
            return frozenset()
        if id(schema) not in self._known:
            self._known[id(schema)] = frozenset()
            self._depth += 1
            self._known[id(schema)] = self._of(schema)
            self._depth -= 1
        return self._known[id(schema)]

    def _of(self, schema: dict[str, Any]) -> frozenset[str]:
        types = frozenset[str]()
        for _, narrower in self.by_keyword(schema):
            types = (types & narrower or types) if types and narrower else types or narrower
        return types

    def by_keyword(self, schema: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
        """What each keyword that decides on the type allows, after the place of it."""
        yield "type", types_of(schema)
        if "$ref" in schema:
            yield "$ref", self.of(self.document.mapping(schema))
        for index, part in enumerate(as_list(schema.get("allOf"))):
            yield f"allOf/{index}", self.of(part)
        for keyword in ("oneOf", "anyOf"):
            if variants := [self.of(variant) for variant in as_list(schema.get(keyword))]:
                yield keyword, frozenset[str]().union(*variants) if all(variants) else frozenset()

    def place(self, schema: Any, pointer: str) -> str:
        """The pointer of the keyword that decides on the type of a schema, in its `allOf` at any depth."""
        where = next((where for where, types in self.by_keyword(schema) if types), "")
        if where.startswith("allOf/"):
            return self.place(schema["allOf"][int(where.removeprefix("allOf/"))], f"{pointer}/{where}")
        return f"{pointer}/{where}" if where else pointer


def listed(types: frozenset[str]) -> str:
    """The types in words: `an integer or a string`."""
    names = sorted(types - {"integer"} if "number" in types else types)
    return " or ".join(_ARTICLES.get(name, f"a {name}") for name in names)
