"""Types that Python cannot write: those that contain themselves, and those that are too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from codegen.description.graphs import inner_first
from codegen.normalise.findings import Finding
from codegen.normalise.markers import POINTER, REF, Schema
from codegen.normalise.steps import UNIONS, is_object

#: The keywords whose schemas Python writes within the type, a list each.
_LISTED = (*UNIONS, "prefixItems")
#: Levels of lists, maps and unions within each other: parsers of Python have their limits, and so have readers.
_MAX_DEPTH = 20
#: Names that one type is written with; an aliased type has no name in Python, so it is written wherever it is used.
_MAX_SIZE = 5_000


@dataclass
class RecursionBreaker:
    """Replaces, in lists and unions that contain themselves without an object in between, the inner reference by `Any`.

    Python has no name for such a type. An object that contains itself is a class.
    """

    schemas: dict[str, Schema]
    findings: list[Finding] = field(default_factory=list)
    _done: dict[str, Schema] = field(default_factory=dict)

    def break_all(self) -> dict[str, Schema]:
        """Every component, without such recursion and with no type that is too long."""
        for name in inner_first(self.schemas, self._aliased):
            schema = self.schemas[name]
            if not is_object(schema):
                schema = changed(schema, partial(self._cut, schema.get(POINTER, "#")))
            self._done[name] = self._without_links(schema)
        unbroken = {name: self._done[name] for name in self.schemas}
        return TypeShortener(unbroken, self.findings).shorten_all()

    def _without_links(self, schema: Schema) -> Schema:
        """A component that is a reference to another one, as one to where that leads: the parser tries each step."""
        target = self._done.get(target_of(schema), {}) if "$ref" in schema else {}
        return {**schema, "$ref": target["$ref"]} if "$ref" in target else schema

    def _aliased(self, schema: Schema) -> Iterable[str]:
        return () if is_object(schema) else (target_of(ref) for ref in references(schema))

    def _cut(self, pointer: str, reference: Schema) -> Schema:
        target = target_of(reference)
        if target in self._done or is_object(self.schemas[target]):
            return reference
        message = "this type contains itself without an object in between, so here it is `Any`"
        self.findings.append(Finding(pointer, "recursive-type", message))
        return {}


@dataclass
class TypeShortener:
    """Replaces, in types that would be too long, the longest parts by `Any`."""

    schemas: Mapping[str, Schema]
    findings: list[Finding]
    _done: dict[str, Schema] = field(default_factory=dict)
    _sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each type: with how many names it is written, and how deep these are within each other."""

    def shorten_all(self) -> dict[str, Schema]:
        """Every component."""
        for name in inner_first(self.schemas, self._written_within):
            self._shorten(name)
        return {name: self._done[name] for name in self.schemas}

    def _written_within(self, schema: Schema) -> Iterable[str]:
        return () if has_name(schema) else (target_of(ref) for ref in references(schema))

    def _shorten(self, name: str) -> None:
        schema = self.schemas[name]
        size, depth = self._size(schema)
        if size > _MAX_SIZE or depth > _MAX_DEPTH:
            most = max(1, _MAX_SIZE // (len([*references(schema)]) or 1))
            schema = changed(schema, lambda ref: {} if self._is_over(ref, most) else ref)
        if schema != self.schemas[name]:
            message = "this type would be too long in Python, so a part of it is `Any`"
            self.findings.append(Finding(schema.get(POINTER, "#"), "long-type", message, "put an object in between"))
        self._done[name], self._sizes[name] = schema, self._size(schema)

    def _size(self, schema: Schema) -> tuple[int, int]:
        if "$ref" in schema:
            return self._sizes.get(target_of(schema), (1, 0))
        if has_name(schema):
            return 1, 0
        sizes = [self._size(part) for part in _parts(schema)]
        return 1 + sum(size for size, _ in sizes), max((1 + depth for _, depth in sizes), default=0)

    def _is_over(self, reference: Schema, most: int) -> bool:
        """Whether a part is longer than its share, or as deep as can be."""
        size, depth = self._sizes.get(target_of(reference), (1, 0))
        return size > most or depth >= _MAX_DEPTH


def has_name(schema: Schema) -> bool:
    """Whether Python has a name for the type, or none is needed: a class, or an enumeration."""
    is_map = not schema.get("properties") and bool(schema.get("additionalProperties"))
    return "enum" in schema or (is_object(schema) and not is_map)


def target_of(reference: Schema) -> str:
    """The component that a reference leads to."""
    return str(reference["$ref"]).removeprefix(REF)


def references(schema: Schema) -> Iterator[Schema]:
    """The references in a schema whose targets Python writes in its place."""
    if "$ref" in schema:
        yield schema
        return
    for part in _parts(schema):
        yield from references(part)


def _parts(schema: Schema) -> Iterator[Schema]:
    for keyword in _LISTED:
        yield from schema.get(keyword) or ()
    for keyword in ("items", "additionalProperties"):
        if isinstance(part := schema.get(keyword), dict):
            yield part


def changed(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with its references changed."""
    if "$ref" in schema:
        return change(schema)
    copy = dict(schema)
    for keyword in _LISTED:
        if keyword in schema:
            copy[keyword] = [changed(part, change) for part in schema[keyword]]
    for keyword in ("items", "additionalProperties"):
        if isinstance(part := schema.get(keyword), dict):
            copy[keyword] = changed(part, change)
    return copy
