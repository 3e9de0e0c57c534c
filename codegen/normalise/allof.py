"""`allOf` as one schema: what several normalised schemas say together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from codegen.normalise.markers import INLINE, ORIGINS, POINTER, REF, Schema
from codegen.normalise.steps import ANNOTATIONS, UNIONS, is_annotation_only, restrictions_of, without

#: Follows the reference of a normalised schema.
Dereference = Callable[[Schema], Schema]

#: Variants that unions may multiply to; each becomes a class.
_MAX_VARIANTS = 32


def alternatives(members: list[Schema], dereference: Dereference) -> list[Schema] | None:
    """What the members of `allOf` say together, a schema for each variant; None: too many variants.

    JSON Schema: all of (A, any of (B, C)) is any of (all of (A, B), all of (A, C)).
    """
    choices = [_choices(member, dereference) for member in members]
    unions = (member.get(keyword) or () for member in members for keyword in UNIONS)
    limit = max(_MAX_VARIANTS, *map(len, unions))
    combinations = list(itertools.islice(itertools.product(*choices), limit + 1))
    if len(combinations) > limit:
        return None
    return [merge(combination) for combination in combinations if not _contradict(combination)]


def _choices(schema: Schema, dereference: Dereference, within: frozenset[object] = frozenset()) -> list[Schema]:
    """The variants of a schema, at every depth, each with what stands beside the union.

    `within` are the references around it: a variant that is one of them adds nothing.
    """
    choices = [beside_union(schema)]
    for keyword in UNIONS:
        parts = [part for part in schema.get(keyword) or () if part.get("$ref") not in within]
        variants = list(itertools.chain(*(_choices_of_variant(part, dereference, within) for part in parts)))
        product = itertools.product(choices, variants)
        choices = [merge([choice, variant]) if choice else variant for choice, variant in product] or choices
    return choices


def _choices_of_variant(part: Schema, dereference: Dereference, within: frozenset[object]) -> list[Schema]:
    if "$ref" not in part:
        return _choices(part, dereference, within)
    target = with_origin(dereference(part), part)
    return _choices(target, dereference, within | {part["$ref"]})


def with_origin(schema: Schema, reference: Schema) -> Schema:
    """The schema that a reference leads to, with the name that discriminators have for it."""
    return {**schema, ORIGINS: [*schema.get(ORIGINS, ()), str(reference["$ref"]).removeprefix(REF)]}


def _contradict(members: Iterable[Schema]) -> bool:
    """Null and another type cannot both hold."""
    kinds = {part["type"] for part in members if isinstance(part.get("type"), str)}
    return "null" in kinds and len(kinds) > 1


def merge(members: Iterable[Schema]) -> Schema:
    """One schema that says what all say; where two describe one member, the later adds to the earlier."""
    merged: Schema = {}
    for part in members:
        properties = _merge_properties(merged.get("properties") or {}, part.get("properties") or {})
        required = dict.fromkeys([*(merged.get("required") or ()), *(part.get("required") or ())])
        inherits_items = "items" in merged and not (part.get("items") or {}).keys() - ANNOTATIONS - {POINTER}
        origins = [*merged.get(ORIGINS, ()), *part.get(ORIGINS, ())]
        merged |= without(part, POINTER, INLINE, *(["items"] if inherits_items else ()))
        if origins:
            merged[ORIGINS] = origins
        if properties:
            merged |= {"properties": properties, "type": "object"}
        if required:
            merged["required"] = list(required)
    return merged


def _merge_properties(earlier: Schema, later: Schema) -> Schema:
    properties = dict(earlier)
    for name, schema in later.items():
        before = properties.get(name)
        adds = is_annotation_only(schema) or not ("$ref" in schema or "type" in schema)
        properties[name] = {**before, **schema} if before and adds else schema
    return properties


def beside_union(schema: Schema) -> Schema:
    """The schema without `anyOf` and `oneOf`, and where it has them, without annotations, which describe the union."""
    rest = without(schema, *UNIONS)
    return rest if len(rest) == len(schema) else without(restrictions_of(rest), POINTER)


def discriminator_of(members: Iterable[Schema]) -> Schema:
    """The discriminator of the union among the members of `allOf`; nothing where none has one."""
    found = (part for part in members if isinstance(part.get("discriminator"), dict))
    return next(({"discriminator": part["discriminator"]} for part in found), {})


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
