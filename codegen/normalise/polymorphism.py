"""Discriminators (OpenAPI 3.1, 4.8.25): the values that tell variants apart, and the subtypes of a base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from codegen.description.document import Document
from codegen.description.pointers import join, unescape
from codegen.normalise.components import Components
from codegen.normalise.markers import DISCRIMINATED, REF, Schema
from codegen.normalise.steps import annotations_of

_SCHEMAS = "#/components/schemas"


def expand_subtypes(document: Document, components: Components) -> None:
    """Make each reference to a base a union of its subtypes, in place: the parts of operations hold the same objects.

    .NET and Java describe base classes so: a schema with a discriminator, which others extend by `allOf`. Read as it
    is written, an answer would lose all members that its real class adds.
    """
    schemas = components.schemas
    bases = {name: subtypes for name, subtypes in _subtypes(document, components).items() if subtypes}
    if not bases:
        return
    references = {id(part): part for schema in schemas.values() for part in _references(schema)}  # some are shared
    for part in references.values():
        name = str(part["$ref"]).removeprefix(REF)
        if name in bases:
            del part["$ref"]
            part["anyOf"] = [{"$ref": REF + subtype} for subtype in bases[name]]
            part["discriminator"] = schemas[name]["discriminator"]


def _subtypes(document: Document, components: Components) -> dict[str, list[str]]:
    """The classes that a base stands for, at every depth: those of its mapping, itself too if it is there.

    None without a mapping: the values of the discriminator would be guesses, and a wrong one makes the client reject an
    answer.
    """
    children = _children(document, components.by_pointer)
    subtypes = {}
    for base in children:
        schema = components.schemas[base]
        if isinstance(discriminator := schema.get("discriminator"), dict) and "properties" in schema:
            mapped = set(_mapping(discriminator, components.by_pointer).values())
            subtypes[base] = [name for name in (*_descendants(base, children), base) if name in mapped]
    return subtypes


def _children(document: Document, by_pointer: Mapping[str, str]) -> dict[str, list[str]]:
    """By class, those that extend it by `allOf`."""
    children: dict[str, list[str]] = {}
    for pointer, name in by_pointer.items():
        for parent in _parents(document, pointer):
            if parent in by_pointer:
                children.setdefault(by_pointer[parent], []).append(name)
    return children


def _parents(document: Document, pointer: str) -> Iterator[str]:
    try:
        raw = document.at(pointer)
    except LookupError:
        return
    members = raw.get("allOf") if isinstance(raw, dict) else None
    for part in members if isinstance(members, list) else ():
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            yield part["$ref"]


def _descendants(base: str, children: Mapping[str, list[str]]) -> list[str]:
    descendants: dict[str, None] = {}
    queue = [*children.get(base, ())]
    while queue:
        if (name := queue.pop(0)) not in descendants and name != base:
            descendants[name] = None
            queue += children.get(name, ())
    return [*descendants]


def _references(value: Any) -> Iterator[Schema]:
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value
        for key, part in value.items():
            if not key.startswith("x-") and key not in ("example", "examples", "enum", "const"):
                yield from _references(part)


def apply_discriminators(components: Components) -> None:
    """Give the discriminating member of each variant its values as constants, so that types tell variants apart."""
    names = {
        name: unescape(pointer.removeprefix(REF))
        for pointer, name in components.by_pointer.items()
        if pointer.startswith(REF) and "/" not in pointer.removeprefix(REF)
    }
    for union in [union for schema in components.schemas.values() for union in _discriminated_unions(schema)]:
        member = union["discriminator"].get("propertyName")
        values = _values_by_variant(union, member, components, names)
        if not values or not all(values.values()) or not _are_distinct(values):
            continue  # left to what the types say
        for variant, own in values.items():
            schema = components.schemas[variant]
            properties = {**schema["properties"], member: _one_of(own, schema["properties"][member])}
            components.schemas[variant] = {**schema, "properties": properties}
        union[DISCRIMINATED] = True


def _values_by_variant(
    union: Schema, member: Any, components: Components, names: Mapping[str, str]
) -> dict[str, list[str]]:
    """The values that the member has in each variant; empty where a variant is no object with that member.

    `names` are those of components as written, by class.
    """
    members = {name: components.schemas.get(name, {}).get("properties") or {} for name in _variants(union)}
    if not all(member in properties for properties in members.values()):
        return {}
    mapping = _mapping(union["discriminator"], components.by_pointer)
    return {
        variant: [value for value, target in mapping.items() if target == variant]
        or _implicit_values(names.get(variant), _literals(properties[member], components.schemas))
        for variant, properties in members.items()
    }


def _variants(union: Schema) -> list[str]:
    """The classes of a union's variants, but for null; empty names for variants that are no classes."""
    parts = [part for part in union.get("oneOf") or union.get("anyOf") or () if part.get("type") != "null"]
    return [str(part.get("$ref", "")).removeprefix(REF) for part in parts]


def _mapping(discriminator: Schema, by_pointer: Mapping[str, str]) -> dict[str, str | None]:
    """The class that each value stands for; the mapping has a reference, or the bare name of a component."""
    mapping = discriminator.get("mapping") or {}
    return {
        value: by_pointer.get(target) or by_pointer.get(join(_SCHEMAS, target)) for value, target in mapping.items()
    }


def _implicit_values(name: str | None, literals: list[str]) -> list[str]:
    """The values of a variant that no mapping names: those that its type lists, else its name as a component.

    Many descriptions have neither a mapping nor variants that are named after their values.
    """
    if name is not None and (not literals or name in literals):
        return [name]
    return literals


def _literals(schema: Schema, schemas: Mapping[str, Schema]) -> list[str]:
    """The strings that a type lists."""
    while "$ref" in schema:
        schema = schemas.get(str(schema["$ref"]).removeprefix(REF), {})
    listed = [schema["const"]] if "const" in schema else schema.get("enum") or ()
    return [value for value in listed if isinstance(value, str)]


def _are_distinct(values: Mapping[str, list[str]]) -> bool:
    """Whether no value belongs to two variants, nor twice to one."""
    return len({*chain(*values.values())}) == sum(map(len, values.values()))


def _one_of(values: list[str], schema: Schema) -> Schema:
    constants = [{"const": value} for value in values]
    return {**annotations_of(schema), **(constants[0] if len(constants) == 1 else {"anyOf": constants})}


def _discriminated_unions(schema: Any) -> Iterator[Schema]:
    """The unions with a discriminator in a normalised schema, at every depth within it."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("discriminator"), dict) and (schema.get("oneOf") or schema.get("anyOf")):
        yield schema
    inner = [schema.get("items"), schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    for part in (*inner, *(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())):
        yield from _discriminated_unions(part)
