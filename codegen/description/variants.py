"""Variants of `oneOf` of which one takes all that another takes, so that no value is of that other one alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.equality import are_equal, key_of
from codegen.description.schemas import ANNOTATIONS, MAX_DEPTH, OTHER_MEMBERS, applied, is_closed, listed_types

_UNIONS = frozenset({"anyOf", "oneOf"})
#: The keywords that a `_Shape` tells of, and those that ask for nothing.
_READ = ANNOTATIONS | {"$ref", "allOf", "type", "nullable", "enum", "const", "properties", "required", *OTHER_MEMBERS}

#: Pairs of variants that are compared, of thousands some for each variant: if none covers another, nothing is told.
_MAX_PAIRS, _PAIRS_OF_ONE = 10_000, 32


def covered(document: Document, schema: Mapping[str, Any]) -> tuple[int, int] | None:
    """The places of two variants of `oneOf`, of which the second takes each value of the first; None: there are none.

    Of objects, those count that have the members that the first describes, and no others.
    """
    variants = as_list(schema.get("oneOf"))
    if "discriminator" in schema or not all(isinstance(variant, dict) for variant in variants):
        return None
    shapes = [_shape(document, variant) for variant in variants]
    candidates = _Candidates(document, shapes)
    pairs = ((index, other) for index, shape in enumerate(shapes) for other in candidates.of(shape) if other != index)
    some = islice(pairs, max(_MAX_PAIRS, _PAIRS_OF_ONE * len(shapes)))
    return next((pair for pair in some if _takes(document, shapes[pair[1]], shapes[pair[0]])), None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a schema asks of a value, as far as two are compared."""

    types: frozenset[str]
    """Empty: any."""
    values: list[Any] | None
    """The only ones, where they are listed."""
    members: Mapping[str, Any]
    required: frozenset[str]
    is_closed: bool
    keywords: frozenset[str]


class _Candidates:
    """The variants that may take all that another one takes. All pairs of thousands would take minutes."""

    def __init__(self, document: Document, shapes: list[_Shape]) -> None:
        """Sort the variants by what another one has to have so that they can take it."""
        self.document = document
        wide = {index: shape for index, shape in enumerate(shapes) if shape.keywords <= _READ}
        self.others = {index: shape for index, shape in wide.items() if shape.values is None}
        self.by_value = _sorted_by({index: map(key_of, shape.values or ()) for index, shape in wide.items()})
        self.by_member = _sorted_by({index: shape.members for index, shape in self.others.items() if shape.is_closed})
        needs = {index: [*self._needs(shape)] for index, shape in self.others.items()}
        count = Counter(chain.from_iterable(needs.values()))
        self.by_need = _sorted_by({index: [min(keys, key=count.__getitem__)] for index, keys in needs.items()})

    def of(self, narrow: _Shape) -> list[int]:
        """Those for a variant, in the order of the description."""
        if narrow.keywords & _UNIONS:
            return []
        with_value = self.by_value.get(key_of(narrow.values[0]), []) if narrow.values else []
        return sorted([*with_value, *self._without_values(narrow)])

    def _without_values(self, narrow: _Shape) -> list[int]:
        if not _is_of("object", narrow.types):
            return [index for index, shape in self.others.items() if shape.types != {"object"}]
        able = [index for key in {*self._needs(narrow)} for index in self.by_need.get(key, ())]
        if not narrow.required <= narrow.members.keys():  # a member that it does not describe is not compared
            able = [*self.others]
        closed = min((self.by_member.get(name, []) for name in narrow.members), key=len, default=able)
        if len(able) <= len(closed):
            return able
        return [*(index for index in able if not self.others[index].is_closed), *closed]

    def _needs(self, shape: _Shape) -> Iterator[Hashable]:
        """What each object of the variant has: required members, and the value of one that is constant."""
        yield None
        for name in shape.required:
            yield name
            keys = {*map(key_of, _shape(self.document, shape.members.get(name)).values or ())}
            yield from ((name, key) for key in keys if len(keys) == 1)


def _sorted_by(keys: Mapping[int, Iterable[Hashable]]) -> dict[Hashable, list[int]]:
    """The places of the variants by each of their keys."""
    places: dict[Hashable, list[int]] = {}
    for place, own in keys.items():
        for key in dict.fromkeys(own):
            places.setdefault(key, []).append(place)
    return places


def _shape(document: Document, schema: Any) -> _Shape:
    """Each once: a member is compared with that of every other variant."""
    known = document.once(_no_shapes)
    if id(schema) not in known:
        known[id(schema)] = schema, _made_shape(document, schema)
    return known[id(schema)][1]


def _no_shapes(_: Document) -> dict[int, tuple[Any, _Shape]]:
    """By the identity of the schema, which is kept with it, as another one could have it later."""
    return {}


def _made_shape(document: Document, schema: Any) -> _Shape:
    parts = list(applied(document, schema))
    members = {name: member for part in parts for name, member in as_mapping(part.get("properties")).items()}
    values = [listed for part in parts if (listed := _values(part)) is not None]
    return _Shape(
        types=_types(parts, values) or frozenset({"object"} if members else ()),
        values=values[0] if values else None,
        members=members,
        required=frozenset(str(name) for part in parts for name in as_list(part.get("required"))),
        is_closed=any(map(is_closed, parts)),
        keywords=frozenset(key for key in chain(*parts) if not key.startswith("x-")),
    )


def _values(schema: Mapping[str, Any]) -> list[Any] | None:
    """The only values of a schema, where it lists them itself."""
    return [schema["const"]] if "const" in schema else as_list(schema["enum"]) if "enum" in schema else None


def _types(parts: Iterable[Mapping[str, Any]], values: list[list[Any]]) -> frozenset[str]:
    """The types that all parts allow."""
    listed = [{*map(str, listed_types(part)), *(["null"] if part.get("nullable") else [])} for part in parts]
    texts = [{"string"}] if values and all(isinstance(value, str) for value in values[0]) else []
    stated = [*(types for types in listed if types - {"null"} or types == {"null"}), *texts]
    return frozenset(set.intersection(*stated)) if stated else frozenset()


def _takes(document: Document, wide: _Shape, narrow: _Shape, depth: int = 0) -> bool:
    """Whether every value of one schema is a value of the other one, too."""
    if not wide.keywords <= _READ or narrow.keywords & _UNIONS or depth > MAX_DEPTH:
        return False
    if wide.values is not None and (narrow.values is None or not _are_in(narrow.values, wide.values)):
        return False
    if wide.types and not (narrow.types and all(_is_of(kind, wide.types) for kind in narrow.types)):
        return False
    return not _is_of("object", narrow.types) or _takes_members(document, wide, narrow, depth)


def _takes_members(document: Document, wide: _Shape, narrow: _Shape, depth: int) -> bool:
    if not wide.required <= narrow.required or (wide.is_closed and not narrow.members.keys() <= wide.members.keys()):
        return False
    pairs = ((wide.members[name], narrow.members[name]) for name in wide.members.keys() & narrow.members.keys())
    return all(
        are_equal(first, second) or _takes(document, _shape(document, first), _shape(document, second), depth + 1)
        for first, second in pairs
    )


def _is_of(kind: str, types: frozenset[str]) -> bool:
    return not types or kind in types or (kind == "integer" and "number" in types)


def _are_in(values: list[Any], others: list[Any]) -> bool:
    return {*map(key_of, values)} <= {*map(key_of, others)}
