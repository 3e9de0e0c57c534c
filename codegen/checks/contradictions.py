"""Keywords of a schema that contradict each other or its type, so that they allow no value, or do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from codegen.description.document import Document, as_list
from codegen.description.formats import FORMATS
from codegen.description.json_schema import with_numeric_bounds
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, KEYWORDS_OF, applied, owner_of, types_of
from codegen.report.diagnostics import Diagnostic

_CODE = "contradiction"
#: The type that each keyword says something of.
_TYPE_OF = {keyword: kind for kind, keywords in KEYWORDS_OF.items() for keyword in keywords}
_ITEMS = frozenset({"items", "prefixItems", "unevaluatedItems", "contains", "enum", "const"})
#: The lower and the upper bounds of the same quantity. The first ones include the bound itself.
_BOUNDS = (
    (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
    (("minLength",), ("maxLength",)),
    (("minItems",), ("maxItems",)),
    (("minContains",), ("maxContains",)),
    (("minProperties",), ("maxProperties",)),
)
_LOWER_BOUNDS = frozenset(name for lower, _ in _BOUNDS for name in lower)
#: References that are followed one after the other.
_MAX_DEPTH = 50
#: What a bound of another type is called.
_SIZES = {"string": "Length", "array": "Items", "object": "Properties", "number": "imum", "integer": "imum"}
_ARTICLES = {"integer": "an integer", "array": "an array", "object": "an object", "null": "null"}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report schemas that no value matches, and keywords that say nothing of the type of their schema."""
    types = _Types(document)
    # Most schemas have none of the keywords, and there are ten thousand.
    rules: tuple[tuple[frozenset[str], Callable[[Node], Iterator[Diagnostic]]], ...] = (
        (_LOWER_BOUNDS, partial(_crossed_bounds, document)),
        (frozenset({*IN_PLACE, "$ref"}), types.conflicts),
        (frozenset({*_TYPE_OF, "format"}), lambda node: _foreign_keywords(document, node, types.of(node.data))),
        (frozenset({"type"}), types.without_items),
        (frozenset({"writeOnly"}), partial(_one_way_twice, document)),
    )
    for node in nodes:
        # OpenAPI 3.0 ignores what stands beside a reference.
        if node.kind == "schema" and not ("$ref" in node.data and document.is_3_0):
            for keywords, rule in rules:
                if not keywords.isdisjoint(node.data):
                    yield from rule(node)


def _one_way_twice(document: Document, schema: Node) -> Iterator[Diagnostic]:
    if schema.data.get("readOnly") is True and schema.data.get("writeOnly") is True:
        message = "a member that is `readOnly` and `writeOnly` is in no request and in no response"
        yield document.diagnostic(join(schema.pointer, "writeOnly"), _CODE, message, hint="leave one of them out")


# Bounds


def _crossed_bounds(document: Document, schema: Node) -> Iterator[Diagnostic]:
    for lower, upper in _BOUNDS:
        if not schema.data.keys().isdisjoint(lower) and not schema.data.keys().isdisjoint(upper):
            bounds = with_numeric_bounds(schema.data)
            least, most = _strictest(bounds, lower, 1), _strictest(bounds, upper, -1)
            if least and most and (least[0] > most[0] or (least[0] == most[0] and (least[1] or most[1]))):
                low, high = _bound(schema.data, lower), _bound(schema.data, upper)
                message = f"no value matches: {low} is {least[0]}, and {high} is {most[0]}"
                hint = f"{low} is the lower bound, {high} the upper one"
                yield document.diagnostic(join(schema.pointer, low), _CODE, message, hint=hint)


def _strictest(bounds: dict[str, Any], names: tuple[str, ...], sign: int) -> tuple[float, bool] | None:
    """The bound that counts, and whether it excludes itself."""
    numbers = [
        (bounds[name], name.startswith("exclusive"))
        for name in names
        if isinstance(bounds.get(name), int | float) and not isinstance(bounds[name], bool)
    ]
    return max(numbers, key=lambda bound: (sign * bound[0], bound[1]), default=None)


def _bound(schema: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of the names that has a bound, in the order of the file."""
    return next(name for name in schema if name in names and not isinstance(schema[name], bool))


# Types


@dataclass
class _Types:
    """The types that the values of schemas can be of."""

    document: Document
    _known: dict[int, frozenset[str]] = field(default_factory=dict)
    """By identity of the schema. Empty: any; also while the schema itself is looked at, for a cycle."""
    _lists_items: dict[str, bool] = field(default_factory=dict)
    """By pointer: whether any part of the schema says what is in an array."""
    _depth: int = 0

    def of(self, schema: Any) -> frozenset[str]:
        """The types that a schema, what it refers to and its `allOf` and unions allow; empty if they do not tell."""
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
        for _, narrower in self._parts(schema):
            types = (types & narrower or types) if types and narrower else types or narrower
        return types

    def _parts(self, schema: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
        """What each keyword that decides on the type allows, after the place of it."""
        yield "type", types_of(schema)
        if "$ref" in schema:
            yield "$ref", self.of(self.document.mapping(schema))
        for index, part in enumerate(as_list(schema.get("allOf"))):
            yield f"allOf/{index}", self.of(part)
        for keyword in ("oneOf", "anyOf"):
            variants = [self.of(variant) for variant in as_list(schema.get(keyword))]
            yield keyword, frozenset[str]().union(*variants) if all(variants) else frozenset()

    def conflicts(self, schema: Node) -> Iterator[Diagnostic]:
        """Report the first part of a schema that excludes all types that those before it allow."""
        before = frozenset[str]()
        for place, types in self._parts(schema.data):
            if before and types and not before & types:
                message = f"no value matches: this is {_listed(types)}, but {_listed(before)} is asked for, too"
                pointer = self._cause(schema.data, f"{schema.pointer}/{place}", place)
                yield self.document.diagnostic(pointer, _CODE, message, hint="leave one of them out")
                return
            before = before & types or before or types

    def _cause(self, schema: Any, pointer: str, place: str) -> str:
        """The keyword within a part of `allOf` that decides on its type."""
        while place.startswith("allOf/"):
            schema = schema["allOf"][int(place.removeprefix("allOf/"))]
            place = next(where for where, types in self._parts(schema) if types)
            pointer = f"{pointer}/{place}"
        return pointer

    def without_items(self, schema: Node) -> Iterator[Diagnostic]:
        """Report an array that does not say what is in it; one in `allOf` may leave that to the other parts."""
        if "array" in types_of(schema.data) and schema.data.keys().isdisjoint(_ITEMS):
            whole = owner_of(schema.pointer)
            if whole not in self._lists_items:
                parts = applied(self.document, self.document.at(whole))
                self._lists_items[whole] = not all(_ITEMS.isdisjoint(part) for part in parts)
            if not self._lists_items[whole]:
                message, hint = "nothing says what is in this array", "write `items`; `items: {}` allows everything"
                yield self.document.diagnostic(join(schema.pointer, "type"), "no-items", message, hint=hint)


def _listed(types: frozenset[str]) -> str:
    names = sorted(types - {"integer"} if "number" in types else types)
    return " or ".join(_ARTICLES.get(name, f"a {name}") for name in names)


# Keywords of another type


def _foreign_keywords(document: Document, schema: Node, types: frozenset[str]) -> Iterator[Diagnostic]:
    """Report the first keyword of each type that the schema does not have."""
    told = set[str]()
    for keyword in schema.data if types else ():
        kind = _TYPE_OF.get(keyword)
        if kind and kind not in types and not (kind == "number" and "integer" in types) and kind not in told:
            told.add(kind)
            message = f"`{keyword}` says nothing of {_listed(types)}"
            hint = _instead(keyword, kind, types)
            yield document.diagnostic(join(schema.pointer, keyword), _CODE, message, hint=hint)
    name = schema.data.get("format")
    allowed = FORMATS.get(name) if types and isinstance(name, str) else None
    if allowed and not allowed & types:
        message = f"the format `{name}` says nothing of {_listed(types)}"
        hint = f"it is one of {_listed(allowed)}"
        yield document.diagnostic(join(schema.pointer, "format"), _CODE, message, hint=hint)


def _instead(keyword: str, kind: str, types: frozenset[str]) -> str:
    size = _SIZES[kind]
    if len(types) == 1 and keyword in (f"min{size}", f"max{size}") and (own := _SIZES.get(min(types))):
        return f"did you mean {keyword[:3]}{own}?"
    return f"write `type: {kind}`, or leave it out"
