"""Small pure steps from a schema as people write it to one that the parser reads; each with its reason.

Every step takes a schema and returns it, or a changed copy; none looks beyond that schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from codegen.description import schemas
from codegen.normalise.markers import DEFAULT, Schema

#: Keywords that describe a value without restricting it, before and after `move_default`.
ANNOTATIONS = schemas.ANNOTATIONS | {DEFAULT}
UNIONS = ("anyOf", "oneOf")
#: The keywords whose schemas are normalised too.
PARTS = (*UNIONS, "prefixItems", "properties", "items", "additionalProperties")
NULL: Schema = {"type": "null"}

_SCALARS = ("string", "integer", "number", "boolean")
_MEMBERS = frozenset("properties additionalProperties patternProperties".split())
_OF_OBJECTS = _MEMBERS | {"required", "minProperties", "maxProperties"}
_OF_ARRAYS = frozenset("items prefixItems minItems maxItems uniqueItems".split())
_OF_STRINGS = frozenset("format minLength maxLength pattern".split())


def simplify(schema: Any) -> Schema:
    """Apply all steps in order. `null` becomes a member of `anyOf`, so that every later step sees one type.

    The parser reads objects only, so JSON Schema's `true` and `false` (OpenAPI 3.1) become the empty schema.
    """
    simplified: Schema = schema if isinstance(schema, dict) else {}
    if simplified.keys() == {"$ref"}:  # as a third of all are; no step changes them
        return simplified
    for step in _STEPS:
        simplified = step(simplified)
    return simplified


def within(schema: Schema) -> Iterator[Schema]:
    """A normalised schema and those in it, at every depth."""
    pending = [schema]
    while pending:
        part = pending.pop()
        yield part
        pending += reversed(schemas.parts_of(part, PARTS))


def without(schema: Schema, *keywords: str) -> Schema:
    """The schema without these keywords."""
    return {key: value for key, value in schema.items() if key not in keywords}


def annotations_of(schema: Schema) -> Schema:
    """Only the keywords that describe."""
    return {key: value for key, value in schema.items() if key in ANNOTATIONS}


def restrictions_of(schema: Schema) -> Schema:
    """Only the keywords that restrict the value."""
    return {key: value for key, value in schema.items() if key not in ANNOTATIONS}


def is_annotation_only(schema: Any) -> bool:
    """Whether the schema restricts nothing; `true` and `false` count as such."""
    return not isinstance(schema, dict) or schema.keys() <= ANNOTATIONS


def is_object(schema: Schema) -> bool:
    """Whether the schema is that of an object; with variants, the parser makes a union of it."""
    is_union = any(schema.get(keyword) for keyword in UNIONS)
    return not is_union and (schema.get("type") == "object" or "properties" in schema)


def has_no_class(schema: Any) -> bool:
    """Whether neither the schema as written nor a part of it can need a class name; most members of objects are so."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return isinstance(schema, dict) and restrictions_of(schema).keys() == {"$ref"}
    return schema.get("type") in _SCALARS and schema.keys().isdisjoint((*PARTS, "allOf", "enum"))


def is_class(schema: Schema) -> bool:
    """Whether the parser makes a class of the schema: to it, values and another `type` win over `properties`."""
    has_values = "enum" in schema or schema.get("const") is not None
    return not has_values and is_object(schema) and schema.get("type", "object") == "object"


def drop_title(schema: Schema) -> Schema:
    """The parser makes class names of titles, and rejects two that are equal."""
    return without(schema, "title") if "title" in schema else schema


def drop_not(schema: Schema) -> Schema:
    """`not` adds nothing to a type, and the parser rejects much of what stands in it."""
    return without(schema, "not") if "not" in schema else schema


def drop_conditional_unions(schema: Schema) -> Schema:
    """Which members go together (`anyOf: [{required: [a]}, {required: [b]}]`) cannot be expressed by a type.

    The parser would read such a union as the whole type and lose the members.
    """
    unions = [] if schema.keys().isdisjoint(UNIONS) else schemas.conditional_unions(without(schema, DEFAULT))
    return without(schema, *unions) if unions else schema


def infer_type(schema: Schema) -> Schema:
    """Infer a missing `type` from the members or the number of items that are described.

    Not from sizes alone, nor from `items`, which Slack's description has in objects: they allow values of other types.
    """
    if "type" in schema or schema.keys() & {"$ref", "enum", "const", "allOf", "oneOf", "anyOf"}:
        return schema
    if schema.keys() & _MEMBERS:
        return {**schema, "type": "object"}
    return {**schema, "type": "array"} if "items" in schema and schema.keys() & {"minItems", "maxItems"} else schema


def split_type_list(schema: Schema) -> Schema:
    """`type: [string, integer]` (OpenAPI 3.1) becomes `anyOf`; the parser would give each type all keywords."""
    types = schema.get("type")
    if not isinstance(types, list):
        return schema
    rest = without(restrictions_of(schema), "type")
    variants = [NULL if kind == "null" else {"type": kind, **_keywords_of(kind, rest)} for kind in dict.fromkeys(types)]
    if len(variants) < 2:
        return {**annotations_of(schema), **(variants[0] if variants else rest)}
    return {**annotations_of(schema), "anyOf": variants}


def _keywords_of(kind: str, schema: Schema) -> Schema:
    """The keywords that apply to values of this type."""
    foreign: frozenset[str] = frozenset()
    if kind != "object":
        foreign |= _OF_OBJECTS
    if kind != "array":
        foreign |= _OF_ARRAYS
    if kind != "string":
        foreign |= {"pattern"} if kind in ("integer", "number") else _OF_STRINGS
    kept = without(schema, *foreign)
    if "enum" in kept:
        kinds = {"number": {"number", "integer"}}.get(kind, {kind})
        kept["enum"] = [value for value in kept["enum"] if _json_type(value) in kinds]
    return kept


def push_type_into_variants(schema: Schema) -> Schema:
    """A type beside variants without one (`type: string, anyOf: [{format: date}, {format: uuid}]`) is that of each.

    The parser would read the variants as any value.
    """
    if schema.keys().isdisjoint(UNIONS):
        return schema
    beside = without(restrictions_of(schema), *UNIONS, "nullable")
    if not isinstance(beside.get("type"), str) or beside["type"] == "object" or "allOf" in beside:
        return schema
    unions = {keyword: schema[keyword] for keyword in UNIONS if schema.get(keyword)}
    return schema | {keyword: [_with_type(variant, beside) for variant in unions[keyword]] for keyword in unions}


def _with_type(variant: Any, beside: Schema) -> Schema:
    variant = variant if isinstance(variant, dict) else {}
    return variant if variant.keys() & {"type", "$ref", "allOf", "anyOf", "oneOf"} else {**beside, **variant}


def replace_nullable(schema: Schema) -> Schema:
    """`nullable: true` (OpenAPI 3.0), also beside `$ref`, `allOf` or `enum`, becomes a member of `anyOf`."""
    if not schema.get("nullable"):
        return schema
    rest = without(schema, "nullable")
    restricting = restrictions_of(rest)
    if not restricting:
        return rest  # without a type, null is allowed anyway
    if restricting.keys() == {"anyOf"} and rest["anyOf"]:
        return {**rest, "anyOf": [*rest["anyOf"], NULL]}
    return {**annotations_of(rest), "anyOf": [restricting, NULL]}


def simplify_enum(schema: Schema) -> Schema:
    """Replace an `enum` that no `Literal` can express, or that the parser rejects: empty, mixed, booleans or floats."""
    if "enum" not in schema:
        return schema
    listed = schema["enum"] or []
    rest, values = without(schema, "enum"), [value for value in listed if value is not None]
    if len(values) == len(listed):
        return _enum(rest, [cast(value, schema.get("type")) for value in values])
    if not values:
        return {**rest, **NULL}
    return replace_nullable({**simplify_enum({**rest, "enum": values}), "nullable": True})


def _enum(rest: Schema, values: list[Any]) -> Schema:
    """`rest` with an enumeration of these values, none of which is null."""
    kinds = {_json_type(value) for value in values}
    if not values:
        return rest
    if kinds == {"integer", "number"}:
        return {**rest, "type": "number"}
    if len(kinds) == 1:
        return {**rest, **_enum_of_one_type(kinds.pop(), values)}
    by_type = [(kind, [value for value in values if _json_type(value) == kind]) for kind in sorted(kinds)]
    # An answer may bring a value that is not listed: of a boolean, `const` would refuse the other one.
    variants = [{"type": kind} if kind == "boolean" else _enum_of_one_type(kind, part) for kind, part in by_type]
    return {**without(rest, "type"), "anyOf": [complete_items(variant) for variant in variants]}


def _enum_of_one_type(kind: str, values: list[Any]) -> Schema:
    """An enumeration where `Literal` takes values of this type; else the type alone."""
    if kind in ("string", "integer"):
        return {"type": kind, "enum": list(dict.fromkeys(values))}
    return {"const": values[0]} if kind == "boolean" and len({*values}) == 1 else {"type": kind}


def cast(value: Any, kind: Any) -> Any:
    """A member of an enumeration of strings that was written without quotes, or of integers with them."""
    if kind == "string" and _json_type(value) in ("integer", "number", "boolean"):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if kind == "integer" and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value


def simplify_const(schema: Schema) -> Schema:
    """A `const` that no `Literal` can express becomes its type; `const: null` becomes the null type."""
    if "const" not in schema or isinstance(schema["const"], str | bool | int):
        return schema
    rest = without(schema, "const")
    return {**rest, **NULL} if schema["const"] is None else {"type": _json_type(schema["const"]), **rest}


def complete_items(schema: Schema) -> Schema:
    """The parser rejects an array without `items`; where more items than those of `prefixItems` stand, they are any.

    `items: false` after `prefixItems` adds nothing, nor do any after as many as there can be.
    """
    prefix = schema.get("prefixItems") or ()
    if prefix and (schema.get("items") is False or schema.get("maxItems", len(prefix) + 1) <= len(prefix)):
        return without(schema, "items")
    if schema.get("type") == "array" and "items" not in schema:
        return {**schema, "items": {}}
    return schema


def mark_file(schema: Schema) -> Schema:
    """OpenAPI 3.1 describes a file by its content; the parser knows 3.0's `format: binary`."""
    return {**schema, "type": "string", "format": "binary"} if schemas.is_file(schema) else schema


def replace_pattern_properties(schema: Schema) -> Schema:
    """Members by pattern (OpenAPI 3.1) become members by any name, of one of the types that further members have."""
    patterns = schema.get("patternProperties")
    if not patterns:
        return schema
    values = [part for part in (*patterns.values(), schema.get("additionalProperties", True)) if part is not False]
    rest = without(schema, "patternProperties")
    if any(value is True or value == {} for value in values):
        return {**rest, "additionalProperties": True}
    return {**rest, "additionalProperties": values[0] if len(values) == 1 else {"anyOf": values}}


def unwrap_single_variant(schema: Schema) -> Schema:
    """`oneOf`/`anyOf` of one member is that member."""
    for keyword in ("oneOf", "anyOf"):
        variants = schema.get(keyword)
        if isinstance(variants, list) and len(variants) == 1 and restrictions_of(schema).keys() <= {keyword, "type"}:
            outside, [variant] = annotations_of(schema), variants
            return simplify({**variant, **outside}) if isinstance(variant, dict) else outside
    return schema


def move_default(schema: Schema) -> Schema:
    """Move `default` to `x-default`; the parser rejects defaults that it cannot express."""
    return {DEFAULT: schema["default"], **without(schema, "default")} if "default" in schema else schema


_STEPS: tuple[Callable[[Schema], Schema], ...] = (
    drop_title,
    drop_conditional_unions,
    drop_not,
    infer_type,
    split_type_list,
    push_type_into_variants,
    replace_nullable,
    simplify_enum,
    simplify_const,
    complete_items,
    mark_file,
    replace_pattern_properties,
    unwrap_single_variant,
    move_default,
)


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
