"""Keywords of a schema that contradict each other or its type, so that they allow no value, or do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from codegen.checks.bounds import QUANTITIES, crossed
from codegen.checks.types import Types, listed
from codegen.description.document import Document
from codegen.description.formats import FORMATS
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, KEYWORDS_OF, applied, owner_of, types_of
from codegen.report.diagnostics import Diagnostic

_CODE = "contradiction"
#: The type that each keyword says something of.
_TYPE_OF = {keyword: kind for kind, keywords in KEYWORDS_OF.items() for keyword in keywords}
_ITEMS = frozenset({"items", "prefixItems", "unevaluatedItems", "contains", "enum", "const"})
_LOWER_BOUNDS = frozenset(name for lower, _ in QUANTITIES for name in lower)
#: What a bound of another type is called.
_SIZES = {"string": "Length", "array": "Items", "object": "Properties", "number": "imum", "integer": "imum"}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report schemas that no value matches, and keywords that say nothing of the type of their schema."""
    types = Types(document)
    # Most schemas have none of the keywords, and there are ten thousand.
    rules: tuple[tuple[frozenset[str], Callable[[Node], Iterator[Diagnostic]]], ...] = (
        (_LOWER_BOUNDS, partial(_crossed_bounds, document)),
        (frozenset({*IN_PLACE, "$ref"}), partial(_conflicts, document, types)),
        (frozenset({*_TYPE_OF, "format"}), lambda node: _foreign_keywords(document, node, types.of(node.data))),
        (frozenset({"type"}), _Items(document).missing),
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
    for least, most in crossed([schema.data]):
        message = f"no value matches: {least.keyword} is {least.value}, and {most.keyword} is {most.value}"
        hint = f"{least.keyword} is the lower bound, {most.keyword} the upper one"
        yield document.diagnostic(join(schema.pointer, least.keyword), _CODE, message, hint=hint)


# Types


def _conflicts(document: Document, types: Types, schema: Node) -> Iterator[Diagnostic]:
    """Report the first part of a schema that excludes all types that those before it allow."""
    before = frozenset[str]()
    for place, allowed in types.by_keyword(schema.data):
        if before and allowed and not before & allowed:
            message = f"no value matches: this is {listed(allowed)}, but {listed(before)} is asked for, too"
            pointer = f"{schema.pointer}/{place}"
            if place.startswith("allOf/"):
                pointer = types.place(schema.data["allOf"][int(place.removeprefix("allOf/"))], pointer)
            yield document.diagnostic(pointer, _CODE, message, hint="leave one of them out")
            return
        before = before & allowed or before or allowed


@dataclass
class _Items:
    """Finds arrays that do not say what is in them."""

    document: Document
    _lists_items: dict[str, bool] = field(default_factory=dict)
    """By pointer: whether any part of the schema says what is in an array."""

    def missing(self, schema: Node) -> Iterator[Diagnostic]:
        """Report an array that does not say what is in it; one in `allOf` may leave that to the other parts."""
        if "array" in types_of(schema.data) and schema.data.keys().isdisjoint(_ITEMS):
            whole = owner_of(schema.pointer)
            if whole not in self._lists_items:
                parts = applied(self.document, self.document.at(whole))
                self._lists_items[whole] = not all(_ITEMS.isdisjoint(part) for part in parts)
            if not self._lists_items[whole]:
                message, hint = "nothing says what is in this array", "write `items`; `items: {}` allows everything"
                yield self.document.diagnostic(join(schema.pointer, "type"), "no-items", message, hint=hint)


# Keywords of another type


def _foreign_keywords(document: Document, schema: Node, types: frozenset[str]) -> Iterator[Diagnostic]:
    """Report the first keyword of each type that the schema does not have."""
    told = set[str]()
    for keyword in schema.data if types else ():
        kind = _TYPE_OF.get(keyword)
        if kind and kind not in types and not (kind == "number" and "integer" in types) and kind not in told:
            told.add(kind)
            message = f"`{keyword}` says nothing of {listed(types)}"
            hint = _instead(keyword, kind, types)
            yield document.diagnostic(join(schema.pointer, keyword), _CODE, message, hint=hint)
    name = schema.data.get("format")
    allowed = FORMATS.get(name) if types and isinstance(name, str) else None
    if allowed and not allowed & types:
        message = f"the format `{name}` says nothing of {listed(types)}"
        hint = f"it is one of {listed(allowed)}"
        yield document.diagnostic(join(schema.pointer, "format"), _CODE, message, hint=hint)


def _instead(keyword: str, kind: str, types: frozenset[str]) -> str:
    size = _SIZES[kind]
    if len(types) == 1 and keyword in (f"min{size}", f"max{size}") and (own := _SIZES.get(min(types))):
        return f"did you mean {keyword[:3]}{own}?"
    return f"write `type: {kind}`, or leave it out"
