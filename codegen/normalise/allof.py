"""What several normalised schemas say together (`allOf`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.normalise.steps import ANNOTATIONS, INLINE, POINTER, Schema, is_annotation_only


def has_own_members(schema: Any) -> bool:
    """Whether the schema lists members, and has no others than these."""
    return isinstance(schema, dict) and "properties" in schema and "allOf" not in schema


def beside_union(schema: Schema) -> Schema:
    """The schema without `anyOf` and `oneOf`; of one with them, only what tells of the type."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
    if len(rest) == len(schema):
        return schema
    return {key: value for key, value in rest.items() if key not in ANNOTATIONS | {POINTER}}


def said_beside(members: list[Any]) -> Schema:
    """What those members of `allOf` that are no references say."""
    return {
        key: value for part in members if isinstance(part, dict) and "$ref" not in part for key, value in part.items()
    }


def contradict(members: Iterable[Schema]) -> bool:
    """Null and something else cannot both hold."""
    kinds = {part["type"] for part in members if isinstance(part.get("type"), str)}
    return "null" in kinds and len(kinds) > 1


def merge(members: Iterable[Schema]) -> Schema:
    """One schema that says what all say; where two speak of one member, the later adds to the earlier."""
    merged: Schema = {}
    for part in members:
        properties = dict(merged.get("properties") or {})
        for key, value in (part.get("properties") or {}).items():
            known = properties.get(key)
            adds = known is not None and (is_annotation_only(value) or not ("$ref" in value or "type" in value))
            properties[key] = {**known, **value} if adds and known else value
        required = dict.fromkeys([*(merged.get("required") or ()), *(part.get("required") or ())])
        further = {key: value for key, value in part.items() if key not in (POINTER, INLINE)}
        if "items" in merged and not (further.get("items") or {}).keys() - ANNOTATIONS - {POINTER}:
            further.pop("items", None)  # of an array that says no more of them
        merged = {**merged, **further}
        if properties:
            merged |= {"properties": properties, "type": "object"}
        if required:
            merged["required"] = list(required)
    return merged
