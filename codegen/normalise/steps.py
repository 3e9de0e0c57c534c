"""Small pure steps from a schema as people write it to one that the parser reads; each with its reason.

Every step takes a schema and returns it, or a changed copy; none looks beyond the schema it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

REF = "#/components/schemas/"

#: Members that the pass adds; the parser keeps unknown `x-` members, so that what it understood and what it refused can
#: be joined with the description again.
POINTER = "x-pointer"  # where an object stands in the description as written
TYPES = "x-types"  # an object made up of the types of an operation's parts
DEFAULT = "x-default"  # the default, which the parser is not given
WIRES = "x-wires"  # names of members as written, where the parser is given others
DISCRIMINATED = "x-discriminated"  # a union whose variants are told apart by one member
INLINE = "x-inline"  # an enumeration without a name of its own in the description

#: Say something about a value but not what it is: they may stand beside `$ref` and `allOf` without changing the type.
ANNOTATIONS = frozenset(
    "title description summary default x-default example examples deprecated readOnly writeOnly externalDocs xml "
    "$comment".split()
)
_OBJECT = frozenset("properties additionalProperties patternProperties required minProperties maxProperties".split())
_NULL: Schema = {"type": "null"}


def mend(schema: Any) -> Schema:
    """All steps in order. `null` ends up as a member of `anyOf`, so that every later step sees one type."""
    if not isinstance(schema, dict):
        return boolean(schema)
    mended: Schema = schema
    for step in _STEPS:
        mended = step(mended)
    return mended


def boolean(schema: Any) -> Schema:
    """JSON Schema's `true` and `false`: anything; the parser knows objects only (OpenAPI 3.1)."""
    return {}


def untitled(schema: Schema) -> Schema:
    """A title is prose, and the parser makes class names of it: equal ones are its commonest loss."""
    return {key: value for key, value in schema.items() if key != "title"} if "title" in schema else schema


def positive(schema: Schema) -> Schema:
    """What a value is not, is for the server to judge; the parser refuses a description for what stands in `not`."""
    return {key: value for key, value in schema.items() if key != "not"} if "not" in schema else schema


def conditional(schema: Schema) -> Schema:
    """Which members go together (GitHub's `anyOf: [{required: [a]}, {required: [b]}]`) is nothing that a type says.

    The parser would take the union for all that there is, and forget the members.
    """
    told = schema.keys() - ANNOTATIONS
    for keyword in ("anyOf", "oneOf"):
        if schema.get(keyword) and told - {keyword, "type"} and all(map(_is_conditional, schema[keyword])):
            return conditional({key: value for key, value in schema.items() if key != keyword})
    return schema


def _is_conditional(schema: Any) -> bool:
    """Whether a schema says no more of an object than which of its members have to be there."""
    told = schema.keys() - ANNOTATIONS if isinstance(schema, dict) else set()
    return bool(told & {"required", "not"}) and told <= {"required", "not", "type"}


def typed(schema: Schema) -> Schema:
    """A schema with members or a length but no type: the keywords tell.

    `items` alone do not: those of Slack are objects all the same.
    """
    if "type" in schema or "$ref" in schema or schema.keys() & {"enum", "const", "allOf", "oneOf", "anyOf"}:
        return schema
    if schema.keys() & _OBJECT:
        return {**schema, "type": "object"}
    if schema.keys() & {"prefixItems", "minItems", "maxItems"}:
        return {**schema, "type": "array"}
    return schema


def one_type(schema: Schema) -> Schema:
    """`type: [string, integer]` (OpenAPI 3.1): the parser copies the whole schema for each; one member each instead."""
    types = schema.get("type")
    if not isinstance(types, list):
        return schema
    rest = {key: value for key, value in schema.items() if key != "type"}
    outside = {key: rest.pop(key) for key in ANNOTATIONS & rest.keys()}
    members = [_NULL if kind == "null" else {"type": kind, **_belonging(rest, kind)} for kind in dict.fromkeys(types)]
    if not members:
        return {**outside, **rest}
    return {**outside, **members[0]} if len(members) == 1 else {**outside, "anyOf": members}


def shared_type(schema: Schema) -> Schema:
    """A type beside variants without one (`type: string, anyOf: [{format: date}, {format: uuid}]`) is that of each.

    The parser would take them to be anything.
    """
    beside = {key: value for key, value in schema.items() if key not in ANNOTATIONS | {"anyOf", "oneOf", "nullable"}}
    if not isinstance(beside.get("type"), str) or beside["type"] == "object" or "allOf" in beside:
        return schema
    given = {keyword: schema[keyword] for keyword in ("anyOf", "oneOf") if schema.get(keyword)}
    return schema | {keyword: [_typed_variant(one, beside) for one in variants] for keyword, variants in given.items()}


def _typed_variant(variant: Any, beside: Schema) -> Schema:
    variant = variant if isinstance(variant, dict) else boolean(variant)
    return variant if variant.keys() & {"type", "$ref", "allOf", "anyOf", "oneOf"} else {**beside, **variant}


def nullable(schema: Schema) -> Schema:
    """`nullable: true` (OpenAPI 3.0), also beside `$ref`, `allOf` or `enum`, becomes a member of `anyOf`."""
    if not schema.get("nullable"):
        return schema
    rest = {key: value for key, value in schema.items() if key != "nullable"}
    if not rest.keys() - ANNOTATIONS:
        return rest  # of no type: null is allowed anyway
    if schema.get("anyOf") and not rest.keys() - ANNOTATIONS - {"anyOf"}:
        return {**rest, "anyOf": [*rest["anyOf"], _NULL]}
    outside = {key: rest.pop(key) for key in ANNOTATIONS & rest.keys()}
    return {**outside, "anyOf": [rest, _NULL]}


def enumeration(schema: Schema) -> Schema:
    """Enumerations that no `Literal` can express, or that the parser refuses: empty, mixed, of booleans or floats."""
    if "enum" not in schema:
        return schema
    values = [value for value in schema["enum"] or () if value is not None]
    rest = {key: value for key, value in schema.items() if key != "enum"}
    if len(values) < len(schema["enum"] or ()):
        return nullable({**enumeration({**rest, "enum": values}), "nullable": True}) if values else {**rest, **_NULL}
    values = [_cast(value, schema.get("type")) for value in values]
    kinds = {_kind(value) for value in values}
    if not values:
        return rest
    if kinds == {"integer", "number"}:
        return {**rest, "type": "number"}
    if len(kinds) == 1:
        return {**rest, **_listed(kinds.pop(), values)}
    rest.pop("type", None)
    parts = [_listed(kind, [value for value in values if _kind(value) == kind]) for kind in sorted(kinds)]
    return {**rest, "anyOf": [items(part) for part in parts]}


def _listed(kind: str, values: list[Any]) -> Schema:
    """An enumeration of values of one type, where `Literal` takes them; else that type."""
    if kind in ("string", "integer"):
        return {"type": kind, "enum": list(dict.fromkeys(values))}
    return {"const": values[0]} if kind == "boolean" and len({*values}) == 1 else {"type": kind}


def constant(schema: Schema) -> Schema:
    """A constant that no `Literal` can express stays a value of its type; `const: null` is the null type."""
    if "const" not in schema or isinstance(schema["const"], str | bool | int):
        return schema
    rest = {key: value for key, value in schema.items() if key != "const"}
    return {**rest, **_NULL} if schema["const"] is None else {"type": _kind(schema["const"]), **rest}


def items(schema: Schema) -> Schema:
    """An array without items holds anything; the parser refuses it. None beyond the first ones is none to speak of."""
    if schema.get("prefixItems") and schema.get("items") is False:
        return {key: value for key, value in schema.items() if key != "items"}
    if schema.get("type") == "array" and "items" not in schema and not schema.get("prefixItems"):
        return {**schema, "items": {}}
    return schema


def file(schema: Schema) -> Schema:
    """A file as OpenAPI 3.1 tells it, by its media type; the parser knows 3.0's `format: binary`."""
    if schema.get("contentMediaType") != "application/octet-stream" or schema.get("type", "string") != "string":
        return schema
    if "contentEncoding" in schema or "format" in schema:
        return schema
    return {**schema, "type": "string", "format": "binary"}


def pattern_properties(schema: Schema) -> Schema:
    """Members by pattern are members by any name, of one of the given types (OpenAPI 3.1)."""
    patterns = schema.get("patternProperties")
    if not patterns or schema.get("properties") or isinstance(schema.get("additionalProperties"), dict):
        return schema
    values = list(patterns.values())
    rest = {key: value for key, value in schema.items() if key != "patternProperties"}
    return {**rest, "additionalProperties": values[0] if len(values) == 1 else {"anyOf": values}}


def default(schema: Schema) -> Schema:
    """Out of the parser's sight, which refuses a whole part for a default that it cannot express."""
    if "default" not in schema:
        return schema
    return {DEFAULT: schema["default"], **{key: value for key, value in schema.items() if key != "default"}}


def single(schema: Schema) -> Schema:
    """`oneOf`/`anyOf` of one member is that member."""
    for keyword in ("oneOf", "anyOf"):
        members = schema.get(keyword)
        if isinstance(members, list) and len(members) == 1 and not schema.keys() - ANNOTATIONS - {keyword, "type"}:
            outside = {key: value for key, value in schema.items() if key in ANNOTATIONS}
            return mend({**members[0], **outside}) if isinstance(members[0], dict) else outside
    return schema


_STEPS: tuple[Callable[[Schema], Schema], ...] = (
    untitled,
    conditional,
    positive,
    typed,
    one_type,
    shared_type,
    nullable,
    enumeration,
    constant,
    items,
    file,
    pattern_properties,
    single,
    default,
)


def is_object(schema: Schema) -> bool:
    """Whether the schema is one of an object; the parser makes a union of one that has variants."""
    is_union = bool(schema.get("anyOf") or schema.get("oneOf"))
    return not is_union and (schema.get("type") == "object" or "properties" in schema)


def is_annotation_only(schema: Any) -> bool:
    """Whether the schema says nothing of a type; `true` says nothing at all."""
    return not isinstance(schema, dict) or not schema.keys() - ANNOTATIONS


def _belonging(schema: Schema, kind: str) -> Schema:
    """The keywords that say something about values of this type."""
    foreign: frozenset[str] = frozenset()
    if kind != "object":
        foreign |= _OBJECT
    if kind != "array":
        foreign |= {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}
    if kind != "string":
        foreign |= {"format", "minLength", "maxLength", "pattern"} if kind not in ("integer", "number") else {"pattern"}
    found = {key: value for key, value in schema.items() if key not in foreign}
    if "enum" in found:
        kinds = {"number": {"number", "integer"}}.get(kind, {kind})
        found["enum"] = [value for value in found["enum"] if _kind(value) in kinds]
    return found


def _cast(value: Any, kind: Any) -> Any:
    """An enumeration of strings written without quotes, or the other way round."""
    if kind == "string" and _kind(value) in ("integer", "number", "boolean"):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if kind == "integer" and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value


def _kind(value: Any) -> str:
    """The JSON type of a value."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
