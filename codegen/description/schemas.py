"""Schema Objects: the schemas within a schema, and which keywords describe a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import essence, media_kind
from codegen.description.objects import OBJECTS
from codegen.description.pointers import join

#: Levels of schemas within schemas that are looked into: a schema may contain itself.
MAX_DEPTH = 8

#: The keywords whose schemas apply to the very value that the schema describes (JSON Schema 2020-12, core, 10.2.1).
IN_PLACE = ("allOf", "anyOf", "oneOf")

#: The keywords that hold schemas, and how: `{` in a map, `[` in a list, otherwise as the value itself.
SUBSCHEMAS = {name: field.many for name, field in OBJECTS["schema"].items() if field.kind == "schema"}

#: Keywords that do not restrict the value: they may stand beside `$ref` and `allOf` without changing the type.
ANNOTATIONS = frozenset(
    "title description summary default example examples deprecated readOnly writeOnly externalDocs xml $comment".split()
)


#: The keywords that say something of values of one type only (JSON Schema 2020-12, validation, 6).
KEYWORDS_OF = {
    "object": frozenset(
        "properties additionalProperties patternProperties propertyNames required dependentRequired dependentSchemas "
        "minProperties maxProperties unevaluatedProperties".split()
    ),
    "array": frozenset("items prefixItems contains minItems maxItems uniqueItems unevaluatedItems".split()),
    "string": frozenset("minLength maxLength pattern".split()),
    "number": frozenset("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split()),
}

#: The keywords that say which members an object may have beside those that it lists; false: none.
OTHER_MEMBERS = ("additionalProperties", "unevaluatedProperties")

#: Of each type, those that its values may be of: each integer is a number.
_TYPES = {
    **{name: frozenset({name}) for name in ("object", "array", "string", "boolean", "integer", "null")},
    "number": frozenset({"number", "integer"}),
}


def listed_types(schema: Mapping[str, Any]) -> list[Any]:
    """What `type` has: one, several since OpenAPI 3.1, or none."""
    listed = schema.get("type")
    return listed if isinstance(listed, list) else [] if listed is None else [listed]


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types that a schema lists itself, all but null if there are others; empty: it lists none, or unknown ones."""
    listed = schema.get("type")
    if isinstance(listed, str):
        return _TYPES.get(listed, frozenset())
    known = [_TYPES.get(name) for name in as_list(listed) if isinstance(name, str)]
    if not all(known):
        return frozenset()
    types = frozenset[str]().union(*filter(None, known))
    return types - {"null"} or types


def is_closed(schema: Mapping[str, Any]) -> bool:
    """Whether an object may have no members but those that are listed."""
    return any(schema.get(keyword) is False for keyword in OTHER_MEMBERS)


def children(schema: Any, keywords: Iterable[str] = tuple(SUBSCHEMAS)) -> Iterator[tuple[str, Any]]:
    """The schemas directly within a schema, each with its pointer from there: `/properties/a`, `/allOf/0`."""
    # Most schemas hold no others.
    for keyword in keywords if isinstance(schema, dict) and not schema.keys().isdisjoint(keywords) else ():
        value = schema.get(keyword)
        if SUBSCHEMAS[keyword] == "{":
            yield from ((join("", keyword, name), child) for name, child in as_mapping(value).items())
        elif SUBSCHEMAS[keyword] == "[":
            yield from ((join("", keyword, str(index)), child) for index, child in enumerate(as_list(value)))
        elif isinstance(value, dict):
            yield join("", keyword), value


def parts_of(schema: Any, keywords: Iterable[str]) -> list[Any]:
    """As `children`, without the pointers."""
    parts: list[Any] = []
    for keyword in keywords if isinstance(schema, dict) and not schema.keys().isdisjoint(keywords) else ():
        value = schema.get(keyword)
        if SUBSCHEMAS[keyword] == "{":
            parts += as_mapping(value).values()
        elif SUBSCHEMAS[keyword] == "[":
            parts += as_list(value)
        elif isinstance(value, dict):
            parts.append(value)
    return parts


def owner_of(pointer: str) -> str:
    """The schema whose value the one at `pointer` describes: the outermost that has it in `allOf`, `anyOf`, `oneOf`."""
    while (steps := pointer.rsplit("/", 2))[-2:-1] and steps[-2] in IN_PLACE and steps[-1].isdecimal():
        pointer = steps[0]
    return pointer


def applied(document: Document, *schemas: Any) -> Iterator[dict[str, Any]]:
    """Each schema that applies to the same value: these, and those of `$ref`, `allOf`, `anyOf` and `oneOf`; once."""
    seen, pending = set[int](), [*schemas]
    while pending:
        current = pending.pop()
        if not isinstance(current, dict) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [child for _, child in children(current, IN_PLACE)]
        pending += [document.mapping(current)] if "$ref" in current else []


def is_file(schema: Mapping[str, Any]) -> bool:
    """Whether a schema describes bytes: by a media type that is no text, unless an encoding makes one of it."""
    if schema.get("type", "string") != "string" or schema.get("format", "binary") != "binary":
        return False
    encoding, media_type = schema.get("contentEncoding"), schema.get("contentMediaType")
    return encoding == "binary" or (encoding is None and isinstance(media_type, str) and _is_binary(media_type))


def _is_binary(media_type: str) -> bool:
    """Whether no text is of this media type; of other applications, such as a JWT, the name does not tell."""
    name = essence(media_type)
    is_media = name.startswith(("image/", "audio/", "video/", "font/")) and media_kind(name) == "bytes"
    return is_media or name in ("application/octet-stream", "application/pdf", "application/zip", "application/gzip")


def conditional_unions(schema: dict[str, Any]) -> list[str]:
    """Those of `anyOf` and `oneOf` that only say which members go together.

    An example is GitHub's `anyOf: [{required: [a]}, {required: [b]}]` beside `properties`: no type can say that.
    """
    unions: list[str] = []
    others = schema.keys() - ANNOTATIONS - {"type"}
    for keyword in ("anyOf", "oneOf"):
        variants = as_list(schema.get(keyword))
        if variants and others - {keyword} and all(map(_is_condition, variants)):
            unions.append(keyword)
            others -= {keyword}
    return unions


def _is_condition(schema: Any) -> bool:
    """Whether a schema says of an object only which members are there."""
    keywords = schema.keys() - ANNOTATIONS if isinstance(schema, dict) else set()
    return bool(keywords & {"required", "not"}) and keywords <= {"required", "not", "type"}
