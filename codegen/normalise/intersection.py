"""What several normalised schemas say together (`allOf`: JSON Schema 2020-12, core, 10.2.1.1), keyword by keyword."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from codegen.description.equality import are_equal, key_of
from codegen.description.json_schema import with_numeric_bounds
from codegen.description.schemas import MAX_DEPTH
from codegen.naming.names import class_name, words
from codegen.normalise.components import Components
from codegen.normalise.markers import DEFAULT, INLINE, NAME, ORIGINS, POINTER, REF, Schema
from codegen.normalise.steps import (
    ANNOTATIONS,
    PARTS,
    UNIONS,
    annotations_of,
    is_annotation_only,
    is_object,
    restrictions_of,
    without,
)

#: Variants that unions may multiply to; each becomes a class.
MAX_VARIANTS = 32

EMPTY: Schema = {}
_MARKERS = frozenset({POINTER, INLINE, NAME, ORIGINS})
#: What makes no other type.
_UNSAID = (ANNOTATIONS | _MARKERS) - {"readOnly", "writeOnly", DEFAULT}
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_FLAGS = ("readOnly", "writeOnly", "deprecated", "uniqueItems")


class Contradiction(NamedTuple):
    """Two schemas that no value fits."""

    path: tuple[str, ...]
    """Names of members, from the schema that is merged."""
    reason: str
    pointer: str
    """Where the later one stands; empty: it is not known."""


@dataclass(slots=True)
class _Merging:
    """A pair of components that is being merged."""

    name: str
    reserved: str = ""
    """The class name of what they say together, where that contains itself."""


@dataclass
class Intersection:
    """Merges normalised schemas. Where two contradict each other, the later counts, and `contradictions` tells."""

    components: Components
    dereference: Callable[[Schema], Schema]
    is_heir: Callable[[str, str], bool]
    """Whether the component that the first reference leads to extends that of the second by `allOf`."""
    contradictions: list[Contradiction] = field(default_factory=list)
    has_too_many_variants: bool = False
    """Whether a union was left as it is, since it would have too many."""
    is_too_deep: bool = False
    """Whether components were left apart, since too many stand within each other."""
    _open: dict[frozenset[str], _Merging] = field(default_factory=dict)
    """The pairs of references that are being merged."""
    _done: dict[frozenset[str], tuple[Schema, list[Contradiction]]] = field(default_factory=dict)
    """The pairs that are merged."""

    def merge(self, parts: Iterable[Schema], name: str) -> Schema:
        """One schema that says what all say; `name` is the class name that it would have."""
        merged: Schema = {}
        for part in parts:
            self._add(merged, with_numeric_bounds(part), name)
        if merged.get("properties"):
            merged["type"] = "object"
        return merged

    def _add(self, merged: Schema, part: Schema, name: str) -> None:
        """Add to `merged` what a further schema says."""
        self._compare_types(merged, part)
        for keyword, value in part.items():
            if keyword == "properties":
                merged[keyword] = self._properties(merged.get(keyword) or {}, value or {}, name)
            elif keyword == ORIGINS or keyword not in _MARKERS:
                merged[keyword] = self._both(keyword, merged[keyword], value, name) if keyword in merged else value
        if "const" in merged and "enum" in merged:
            self._compare_values([merged["const"]], merged.pop("enum"), part)

    def _properties(self, earlier: Schema, later: Schema, name: str) -> Schema:
        properties = dict(earlier)
        for key, schema in later.items():
            before = properties.get(key)
            properties[key] = schema if before is None else self._below(key, before, schema, name)
        return properties

    def _below(self, key: str, first: Schema, second: Schema, name: str) -> Schema:
        """Both schemas of a member, or of what a list or a map holds."""
        start = len(self.contradictions)
        both = self.both(first, second, class_name([name, *words(key)]))
        self.contradictions[start:] = [
            part._replace(path=(key, *part.path), pointer=part.pointer or str(second.get(POINTER) or ""))
            for part in self.contradictions[start:]
        ]
        return both

    def _both(self, keyword: str, first: Any, second: Any, name: str) -> Any:
        """What two values of a keyword say together; of those that cannot be joined, the later counts."""
        if keyword in _LEAST or keyword in _MOST:
            return _narrower(keyword, first, second)
        if combine := _COMBINE.get(keyword):
            return combine(first, second)
        if keyword in ("items", "additionalProperties"):
            return self._values(first, second, "item" if keyword == "items" else "value", name)
        if keyword == "prefixItems":
            pairs = enumerate(itertools.zip_longest(first, second, fillvalue=EMPTY), start=1)
            return [self._below(f"option {number}", before, part, name) for number, (before, part) in pairs]
        if keyword == "enum":
            keys = {*map(key_of, first)}
            return [value for value in second if key_of(value) in keys] or second
        return second

    def _values(self, first: Any, second: Any, key: str, name: str) -> Any:
        """`items` or `additionalProperties`, which may be booleans."""
        if first is False or second is False:
            return False
        if isinstance(first, dict) and isinstance(second, dict):
            return self._below(key, first, second, name)
        return first if isinstance(first, dict) else second

    # Contradictions

    def _compare_types(self, first: Schema, second: Schema) -> None:
        kinds = [_type_of(schema) for schema in (first, second)]
        if all(kinds) and kinds[0] != kinds[1] and {*kinds} != {"integer", "number"}:
            self._contradict(f"`{kinds[0]}` and `{kinds[1]}`", second)
            for keyword in restrictions_of(without(first, ORIGINS)):
                del first[keyword]
        elif "enum" in first and "enum" in second:
            self._compare_values(first["enum"], second["enum"], second)
        elif "const" in first and "const" in second:
            self._compare_values([first["const"]], [second["const"]], second)

    def _compare_values(self, first: list[Any], second: list[Any], part: Schema) -> None:
        if {*map(key_of, first)}.isdisjoint(map(key_of, second)):
            self._contradict(f"{_listed(first)} and {_listed(second)}", part)

    def _contradict(self, reason: str, part: Schema) -> None:
        self.contradictions.append(Contradiction((), reason, str(part.get(POINTER) or "")))

    # Two schemas of one value

    def both(self, first: Schema, second: Schema, name: str) -> Schema:
        """The schema of a value that two schemas describe; one of them, if it says all that the other says."""
        if _adds_nothing(second) or second.get("$ref") == first.get("$ref") is not None:
            return {**first, **annotations_of(second)}
        if _adds_nothing(first) or self._extends(second, first):
            return {**annotations_of(first), **second}
        if self._extends(first, second):
            return {**first, **annotations_of(second)}
        pair = frozenset(str(schema["$ref"]) for schema in (first, second) if "$ref" in schema)
        return self._both_of_pair(pair, first, second, name) if len(pair) == 2 else self._whole(first, second, name)

    def _extends(self, heir: Schema, base: Schema) -> bool:
        return "$ref" in heir and "$ref" in base and self.is_heir(str(heir["$ref"]), str(base["$ref"]))

    def _both_of_pair(self, pair: frozenset[str], first: Schema, second: Schema, name: str) -> Schema:
        """Two components. As they may contain each other, what they say together is a component, too, made once."""
        if pair in self._open:
            merging = self._open[pair]
            merging.reserved = merging.reserved or self.components.reserve(merging.name)
            return {"$ref": REF + merging.reserved}
        if pair not in self._done and len(self._open) >= MAX_DEPTH:
            self.is_too_deep = True
            return second
        start = len(self.contradictions)
        if pair in self._done:
            both, contradictions = self._done[pair]
            self.contradictions += contradictions
            return both
        self._open[pair] = _Merging(name)
        both = self._whole(first, second, name)
        reserved, contradictions = self._open.pop(pair).reserved, self.contradictions[start:]
        if reserved or (NAME in both and not _is_scalar(both) and not _is_impossible(both, contradictions)):
            reserved = reserved or self.components.reserve(name)
            self.components.schemas[reserved] = self.components.settle(without(both, NAME))
            both = {**annotations_of(both), "$ref": REF + reserved}
        self._done[pair] = both, contradictions
        return both

    def _whole(self, first: Schema, second: Schema, name: str) -> Schema:
        wholes = [self._followed(schema) for schema in (first, second)]
        for whole, kept, other in ((wholes[1], second, first), (wholes[0], first, second)):
            if not whole:  # it is being read: what it contains is this
                return {**annotations_of(other), **kept}
        if any(whole.keys() & {*UNIONS} for whole in wholes):
            merged = self._union([first, second], wholes, name)
        else:
            merged = self.merge(wholes, name)
        outside = {**annotations_of(first), **annotations_of(second)}
        for whole, kept in ((wholes[1], second), (wholes[0], first)):
            if are_equal(_says(whole), _says(merged)):
                return {**kept, **outside}
        return {**without(merged, POINTER), **outside, NAME: name}

    def _followed(self, schema: Schema) -> Schema:
        """The schema with its reference followed; nothing where that is being read."""
        if "$ref" not in schema:
            return schema
        target = self.dereference(schema)
        return with_origin(target, schema) if target else {}

    # Unions

    def _union(self, schemas: list[Schema], wholes: list[Schema], name: str) -> Schema:
        """All of (any of (A, B), C) is any of (all of (A, C), all of (B, C)), without those that no value fits."""
        choices = [[*self._variants(schema, whole, name)] for schema, whole in zip(schemas, wholes, strict=True)]
        if math.prod(map(len, choices)) > max(MAX_VARIANTS, *map(len, choices)):
            self.has_too_many_variants = True
            return wholes[1]
        pairs = [*itertools.product(*choices)]
        is_one = sum(all(part.get("type") != "null" for part in pair) for pair in pairs) == 1
        names = [name if is_one else class_name([name, "option", str(at)]) for at in range(1, len(pairs) + 1)]
        variants = self.possible(
            partial(self.both, first, second, own) for (first, second), own in zip(pairs, names, strict=True)
        )
        for choice, whole in zip(choices, wholes, strict=True):
            if variants == choice:
                return whole
        return variants[0] if len(variants) == 1 else {"anyOf": variants, **discriminator_of(wholes)}

    def possible(self, merges: Iterable[Callable[[], Schema]]) -> list[Schema]:
        """What these make of the combinations of variants, without those that no value fits.

        Where no value fits any, contradictions tell, and all are left.
        """
        start = len(self.contradictions)
        variants: list[tuple[Schema, list[Contradiction]]] = []
        for merge in merges:
            variants.append((merge(), self.contradictions[start:]))
            del self.contradictions[start:]
        kept = [pair for pair in variants if not _is_impossible(*pair)] or variants
        self.contradictions += itertools.chain(*(contradictions for _, contradictions in kept))
        return [
            variant
            for number, (variant, _) in enumerate(kept)
            if not any(are_equal(variant, other) for other, _ in kept[:number])
        ]

    def _variants(self, schema: Schema, whole: Schema, name: str) -> Iterator[Schema]:
        """The variants of a union, or the schema itself."""
        parts = [part for keyword in UNIONS for part in whole.get(keyword) or ()]
        beside = without(restrictions_of(whole), *UNIONS, "discriminator", *_MARKERS)
        for part in parts or [schema]:
            yield self.both(beside, part, name) if parts and beside else part


def _is_impossible(schema: Schema, contradictions: Iterable[Contradiction]) -> bool:
    """Whether no value fits the merged schema: one without the member may, unless it is required."""
    required = schema.get("required") or ()
    return any(not part.path or (len(part.path) == 1 and part.path[0] in required) for part in contradictions)


def with_origin(schema: Schema, reference: Schema) -> Schema:
    """The schema that a reference leads to, with the name that discriminators have for it."""
    return {**schema, ORIGINS: [*schema.get(ORIGINS, ()), str(reference["$ref"]).removeprefix(REF)]}


def discriminator_of(members: Iterable[Schema]) -> Schema:
    """The discriminator of the union among the members of `allOf`; nothing where none has one."""
    described = (part for part in members if isinstance(part.get("discriminator"), dict))
    return next(({"discriminator": part["discriminator"]} for part in described), {})


def _adds_nothing(schema: Schema) -> bool:
    return is_annotation_only(without(schema, *_MARKERS))


def _says(schema: Any) -> Any:
    """What a schema restricts, at every depth."""
    if not isinstance(schema, dict):
        return [*map(_says, schema)] if isinstance(schema, list) else schema
    said = {keyword: value for keyword, value in schema.items() if keyword not in _UNSAID}
    for keyword in said.keys() & {*PARTS}:
        is_map = keyword == "properties"
        said[keyword] = {name: _says(part) for name, part in said[keyword].items()} if is_map else _says(said[keyword])
    return said


def _is_scalar(schema: Schema) -> bool:
    return not (is_object(schema) or schema.keys() & {*UNIONS})


def _type_of(schema: Schema) -> str:
    """The type of all values of a schema; empty: it does not say."""
    if "const" in schema or schema.get("enum"):
        value = schema["const"] if "const" in schema else schema["enum"][0]
        return {bool: "boolean", int: "integer", str: "string"}.get(type(value), "")
    kind = schema.get("type") or ("object" if "properties" in schema else "")
    return kind if isinstance(kind, str) else ""


def _listed(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values[:3]) + (", …" if len(values) > 3 else "")


def _narrower(keyword: str, first: Any, second: Any) -> Any:
    if not all(isinstance(value, int | float) for value in (first, second)):
        return second
    return max(first, second) if keyword in _LEAST else min(first, second)


def _narrower_type(first: Any, second: Any) -> Any:
    return "integer" if {first, second} == {"integer", "number"} else second


def _multiple(first: Any, second: Any) -> Any:
    """Of fractions, the later: the checks of requests know both."""
    return math.lcm(first, second) if isinstance(first, int) and isinstance(second, int) else second


def _format(first: Any, second: Any) -> Any:
    return first if first == "password" else second  # what is secret in one place, is


_COMBINE: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _narrower_type,
    "required": lambda first, second: list(dict.fromkeys([*(first or ()), *(second or ())])),
    "multipleOf": _multiple,
    "format": _format,
    ORIGINS: lambda first, second: [*first, *second],
    **dict.fromkeys(_FLAGS, lambda first, second: bool(first or second)),
}
