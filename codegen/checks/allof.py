"""Schemas that apply to the same value, by `allOf` or by a `$ref` beside other keywords, and contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from codegen.checks.bounds import crossed
from codegen.checks.constants import as_json
from codegen.checks.types import Types, listed
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import MAX_DEPTH, OTHER_MEMBERS, applied, children
from codegen.report.diagnostics import Diagnostic

_CODE = "contradiction"
#: Schemas that are compared with each other, and in the whole description; of more, nothing is said.
_MAX_PARTS, _MAX_IN_ALL = 500, 100_000
#: Values and members that a message lists.
_MAX_LISTED = 3


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report what two parts of a schema say that no value matches together; each once, at the later part."""
    reader = _Reader(document, Types(document))
    for node in nodes:
        if node.kind == "schema" and _has_parts(node.data, document):
            yield from reader.contradictions(node)


def _has_parts(schema: dict[str, Any], document: Document) -> bool:
    """Whether several schemas apply to a value. OpenAPI 3.0 ignores what stands beside a reference."""
    if "$ref" in schema:
        return len(schema) > 1 and not document.is_3_0
    return "allOf" in schema or ("additionalProperties" in schema and not schema.keys().isdisjoint(("oneOf", "anyOf")))


class _Part(NamedTuple):
    """A schema that applies to a value together with others."""

    schema: dict[str, Any]
    pointer: str
    place: str
    """Where the schema around it has it: where it stands, or the `$ref` that leads to it."""
    branches: frozenset[int]
    """The members of `allOf` that it is in, by number; what contradicts within one is told there."""

    @property
    def is_referred_to(self) -> bool:
        """Whether it stands elsewhere."""
        return self.place != self.pointer

    def at(self, keyword: str) -> str:
        """Where to tell that a keyword contradicts an earlier part."""
        return self.place if self.is_referred_to else join(self.pointer, keyword)

    def is_apart(self, other: _Part) -> bool:
        """Whether the other one is in no branch that this one is in, too."""
        return self.branches.isdisjoint(other.branches)

    def child(self, schema: Any, pointer: str) -> _Part:
        """A schema within this one; `pointer` is that from here."""
        at = self.pointer + pointer
        return self._replace(schema=schema, pointer=at, place=self.place if self.is_referred_to else at)


@dataclass
class _Reader:
    """Compares the parts of schemas."""

    document: Document
    types: Types
    _left: int = _MAX_IN_ALL
    """How many more schemas are compared."""
    _closing: set[str] = field(default_factory=set)
    """The pointers of the keywords that were reported for what they refuse."""

    def contradictions(self, node: Node) -> Iterator[Diagnostic]:
        """Compare the parts of a schema with each other."""
        own = _Part(node.data, node.pointer, node.pointer, frozenset({0}))
        parts = [part._replace(branches=frozenset({number})) for number, part in enumerate(self._within(own), start=1)]
        others = [part for part in self._expanded(parts) if part.schema is not node.data]
        yield from self._compare([own, *others], 0)

    def _within(self, part: _Part) -> Iterator[_Part]:
        """What applies to the same value by `$ref` and `allOf`, one step further."""
        if isinstance(part.schema.get("$ref"), str):
            target, pointer = self._followed(part)
            if isinstance(target, dict):
                yield part._replace(schema=target, pointer=pointer, place=part.at("$ref"))
        for at, child in children(part.schema, ("allOf",)) if not self._is_alone(part.schema) else ():
            if isinstance(child, dict):
                yield part.child(child, at)

    def _followed(self, part: _Part) -> tuple[Any, str]:
        try:
            return self.document.follow(part.schema, part.pointer)
        except LookupError:
            return None, ""  # check `references` reports it

    def _is_alone(self, schema: dict[str, Any]) -> bool:
        """Whether only the reference counts of a schema."""
        return "$ref" in schema and self.document.is_3_0

    def _expanded(self, roots: Sequence[_Part]) -> list[_Part]:
        """These and all that applies with them, each once, in the order of the file, with all its branches."""
        parts: dict[int, _Part] = {}
        pending = [*reversed(roots)]
        most = min(_MAX_PARTS, self._left)
        while pending and len(parts) < most:
            part = pending.pop()
            known = parts.get(id(part.schema))
            if known is None or not part.branches <= known.branches:
                before = known or part
                parts[id(part.schema)] = before._replace(branches=before.branches | part.branches)
                pending += reversed([*self._within(part)])
        self._left -= len(parts)
        return [part for part in parts.values() if not self._is_alone(part.schema)]

    def _compare(self, parts: list[_Part], depth: int) -> Iterator[Diagnostic]:
        yield from self._crossed_bounds(parts)
        yield from self._different_values(parts)
        yield from self._refused_members(parts)
        for roots in _shared_children(parts) if depth < MAX_DEPTH else ():
            if diagnostic := self._different_types(roots):
                yield diagnostic
            else:
                yield from self._compare(self._expanded(roots), depth + 1)

    def _told(self, pointer: str, says: str, earlier: str, place: str) -> Diagnostic:
        """That what stands at `pointer` contradicts what stands at `place`."""
        message = f"no value matches: {says}, but {earlier} at {self.document.source_of(place)}"
        return self.document.diagnostic(
            pointer, _CODE, message, hint="both apply to the same value: change one of them"
        )

    def _crossed_bounds(self, parts: list[_Part]) -> Iterator[Diagnostic]:
        for bounds in crossed([part.schema for part in parts]):
            first, second = sorted(bounds, key=lambda bound: bound.number)
            earlier, later = parts[first.number], parts[second.number]
            if earlier.is_apart(later):
                pointer, place = later.at(second.keyword), join(earlier.pointer, first.keyword)
                yield self._told(
                    pointer, f"{second.keyword} is {second.value}", f"{first.keyword} is {first.value}", place
                )

    def _different_values(self, parts: list[_Part]) -> Iterator[Diagnostic]:
        """Report the first part whose `enum` or `const` has no value in common with that of an earlier one."""
        before: list[tuple[_Part, str, list[str]]] = []
        for part in parts:
            if values := [*map(as_json, _values(part.schema))]:
                keyword = "const" if "const" in part.schema else "enum"
                for other, name, others in before:
                    if not {*values} & {*others} and part.is_apart(other):
                        place = join(other.pointer, name)
                        yield self._told(part.at(keyword), f"this is {_either(values)}", _either(others), place)
                        return
                before.append((part, keyword, values))

    def _different_types(self, roots: list[_Part]) -> Diagnostic | None:
        """Report the first schema of a member or of items that excludes all types that an earlier one allows."""
        before: list[tuple[_Part, frozenset[str]]] = []
        for part in roots:
            if types := self.types.of(part.schema):
                for other, others in before:
                    if not types & others and part.is_apart(other):
                        pointer = part.place if part.is_referred_to else self.types.place(part.schema, part.pointer)
                        place = self.types.place(other.schema, other.pointer)
                        return self._told(pointer, f"this is {listed(types)}", listed(others), place)
                before.append((part, types))
        return None

    # Members that another part refuses

    def _refused_members(self, parts: list[_Part]) -> Iterator[Diagnostic]:
        for part in parts:
            for keyword in OTHER_MEMBERS:
                pointer = join(part.pointer, keyword)
                if part.schema.get(keyword) is False and pointer not in self._closing:
                    yield from self._refused(part, keyword, parts)

    def _refused(self, closing: _Part, keyword: str, parts: list[_Part]) -> Iterator[Diagnostic]:
        """Report the members that other parts describe, and that this one takes for unknown."""
        seen = [closing.schema]
        if keyword == "unevaluatedProperties":  # it sees what is in its own schema, at any depth
            seen = [*applied(self.document, closing.schema)]
        if any("patternProperties" in schema or _is_open(schema) for schema in seen):
            return
        allowed = {name for schema in seen for name in as_mapping(schema.get("properties"))}
        for pointer, members in self._described(parts):
            if refused := [name for name, member in members.items() if name not in allowed and member is not False]:
                self._closing.add(join(closing.pointer, keyword))
                yield self._refusal(closing, keyword, refused, pointer)
                return

    def _described(self, parts: list[_Part]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The members that these parts and the variants of their unions describe, with the place of these."""
        for part in parts:
            yield join(part.pointer, "properties"), as_mapping(part.schema.get("properties"))
            for at, variant in children(part.schema, ("oneOf", "anyOf")):
                for schema in applied(self.document, variant):
                    yield part.pointer + at, as_mapping(schema.get("properties"))

    def _refusal(self, closing: _Part, keyword: str, refused: list[str], place: str) -> Diagnostic:
        names = ", ".join(f"`{name}`" for name in refused[:_MAX_LISTED]) + (", …" if refused[_MAX_LISTED:] else "")
        message = f"this refuses {names}, which the same object has from {self.document.source_of(place)}"
        hint = f"`{keyword}: false` knows only the `properties` beside it"
        if keyword == "unevaluatedProperties":
            hint = "it knows only the members of its own part: write it beside `allOf`"
        elif not self.document.is_3_0:
            hint += "; write `unevaluatedProperties: false` beside `allOf`, which knows those of all parts"
        else:
            hint += ": leave it out, or list them there, too"
        return self.document.diagnostic(join(closing.pointer, keyword), _CODE, message, hint=hint)


def _is_open(schema: dict[str, Any]) -> bool:
    return any(schema.get(keyword, False) is not False for keyword in OTHER_MEMBERS)


def _shared_children(parts: list[_Part]) -> Iterator[list[_Part]]:
    """The schemas that several parts have for the same member, or for the items."""
    by_place: dict[str, list[_Part]] = {}
    for part in parts:
        for at, child in children(part.schema, ("properties", "items")):
            if isinstance(child, dict):
                by_place.setdefault(at, []).append(part.child(child, at))
    for roots in by_place.values():
        if not frozenset.intersection(*(root.branches for root in roots)):
            yield roots


def _values(schema: dict[str, Any]) -> list[Any]:
    return [schema["const"]] if "const" in schema else as_list(schema.get("enum"))


def _either(values: list[str]) -> str:
    return " or ".join(f"{text:.60}" for text in values[:_MAX_LISTED]) + (" or …" if values[_MAX_LISTED:] else "")
