"""`allOf` as one schema: what several normalised schemas say together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from codegen.description.document import as_mapping
from codegen.naming.names import class_name
from codegen.normalise.intersection import MAX_VARIANTS, Intersection, with_origin
from codegen.normalise.markers import POINTER, Schema
from codegen.normalise.steps import UNIONS, is_annotation_only, restrictions_of, without

#: Members that `allOf` may merge in a description; a larger one may have one for so many of its characters.
_MAX_MEMBERS, _CHARACTERS = 50_000, 20


@dataclass(slots=True)
class MergedMembers:
    """Counts the members of merged schemas: in a chain of `n` heirs, each has those of all before it, so `n²/2`."""

    most: int
    count: int = 0

    @classmethod
    def of_text(cls, characters: int) -> MergedMembers:
        """For a description with so many characters."""
        return cls(max(_MAX_MEMBERS, characters // _CHARACTERS))

    def take(self, parts: Sequence[Sequence[Schema]]) -> bool:
        """Count those of a further schema; False: they would be too many, and are not counted.

        Each of its parts is a schema, followed by the variants of its unions.
        """
        variants = [sum(len(schemas[0].get(keyword) or ()) for keyword in UNIONS) or 1 for schemas in parts]
        combinations = min(math.prod(variants), max(MAX_VARIANTS, *variants))
        number = 0
        for (schema, *others), own in zip(parts, variants, strict=True):
            number += _members(schema) * combinations + sum(map(_members, others)) * combinations // own
        if self.count + number > self.most:
            return False
        self.count += number
        return True


def _members(schema: Schema) -> int:
    return len(as_mapping(schema.get("properties")))


def alternatives(members: list[Schema], intersection: Intersection, name: str) -> list[Schema] | None:
    """What the members of `allOf` say together, a schema for each variant; None: too many variants.

    JSON Schema: all of (A, any of (B, C)) is any of (all of (A, B), all of (A, C)).
    """
    choices = [_choices(member, intersection, name) for member in _with_common(members, intersection, name)]
    unions = (member.get(keyword) or () for member in members for keyword in UNIONS)
    if math.prod(map(len, choices)) > max(MAX_VARIANTS, *map(len, unions)):
        return None
    combinations = list(itertools.product(*choices))
    if len(combinations) == 1:
        return [intersection.merge(combinations[0], name)]
    names = (class_name([name, "option", str(number)]) for number in itertools.count(1))
    return intersection.possible(map(partial(partial, intersection.merge), combinations, names))


def _with_common(members: list[Schema], intersection: Intersection, name: str) -> list[Schema]:
    """The members with those that are no unions merged, so that what all variants have is made once."""
    common = [member for member in members if not member.keys() & {*UNIONS}]
    if len(common) in (0, 1, len(members)):
        return members
    merged = intersection.merge(common, name)
    return [
        merged if member is common[0] else member for member in members if not any(member is one for one in common[1:])
    ]


def _choices(
    schema: Schema, intersection: Intersection, name: str, within: frozenset[object] = frozenset()
) -> list[Schema]:
    """The variants of a schema, at every depth, each with what stands beside the union.

    `within` are the references around it: a variant that is one of them adds nothing.
    """
    choices = [beside_union(schema)]
    for keyword in UNIONS:
        parts = [part for part in schema.get(keyword) or () if part.get("$ref") not in within]
        variants = list(itertools.chain(*(_choices_of_variant(part, intersection, name, within) for part in parts)))
        product = itertools.product(choices, variants)
        choices = [
            intersection.merge([choice, variant], name) if choice else variant for choice, variant in product
        ] or choices
    return choices


def _choices_of_variant(part: Schema, intersection: Intersection, name: str, within: frozenset[object]) -> list[Schema]:
    if "$ref" not in part:
        return _choices(part, intersection, name, within)
    target = with_origin(intersection.dereference(part), part)
    return _choices(target, intersection, name, within | {part["$ref"]})


def beside_union(schema: Schema) -> Schema:
    """The schema without `anyOf` and `oneOf`, and where it has them, without annotations, which describe the union."""
    rest = without(schema, *UNIONS)
    return rest if len(rest) == len(schema) else without(restrictions_of(rest), POINTER)


def beside_references(members: list[Any]) -> Schema:
    """The keywords of those members of `allOf` that are no references."""
    schemas = (part for part in members if isinstance(part, dict) and "$ref" not in part)
    return {key: value for part in schemas for key, value in part.items()}


def only_reference(members: list[Any]) -> Schema | None:
    """The one member of `allOf` that restricts anything, if that is a reference."""
    restricting = [part for part in members if not is_annotation_only(part)]
    return restricting[0] if len(restricting) == 1 and "$ref" in restricting[0] else None


def union_beside_members(schema: Schema, resolve: Callable[[Any], Any]) -> str:
    """The keyword of a union whose variants are objects without some member that stands beside it; else nothing.

    The parser would forget that member.
    """
    for keyword in UNIONS:
        variants = [resolve(part) for part in schema.get(keyword) or ()]
        if variants and all(map(_has_own_members, variants)):
            common = set.intersection(*({*variant["properties"]} for variant in variants))
            return keyword if (schema.get("properties") or {}).keys() - common else ""
    return ""


def _has_own_members(schema: Any) -> bool:
    """Whether the schema itself lists all its members."""
    return isinstance(schema, dict) and "properties" in schema and "allOf" not in schema
