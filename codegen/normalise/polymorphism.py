"""Discriminators (OpenAPI 3.1, 4.8.25): the values that tell variants apart, and the subtypes of a base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.pointers import join, unescape
from codegen.description.schemas import children
from codegen.normalise.components import Components
from codegen.normalise.markers import DISCRIMINATED, REF, Schema
from codegen.normalise.steps import NULL, PARTS, UNIONS, annotations_of

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
    references = {id(part): part for schema in schemas.values() for part in _within(schema) if "$ref" in part}
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
    direct = _direct_subtypes(document, components.by_pointer)
    subtypes = {}
    for base in direct:
        schema = components.schemas[base]
        if isinstance(discriminator := schema.get("discriminator"), dict) and "properties" in schema:
            mapped = set(_mapping(discriminator, components.by_pointer).values())
            subtypes[base] = [name for name in (*_reachable(base, direct), base) if name in mapped]
    return subtypes


def _direct_subtypes(document: Document, by_pointer: Mapping[str, str]) -> dict[str, list[str]]:
    """By class, those that extend it by `allOf`."""
    subtypes: dict[str, list[str]] = {}
    for pointer, name in by_pointer.items():
        for base in _bases(document, pointer):
            if base in by_pointer:
                subtypes.setdefault(by_pointer[base], []).append(name)
    return subtypes


def _bases(document: Document, pointer: str) -> Iterator[str]:
    """The references in the `allOf` of the schema at `pointer`."""
    with suppress(LookupError):  # not every component is a schema as written
        for _, part in children(document.at(pointer), ["allOf"]):
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                yield part["$ref"]


def listed_heirs(document: Document, pointer: str) -> list[bool]:
    """Of each variant of the union at `pointer`: whether it extends that by `allOf`. springdoc describes bases so."""
    with suppress(LookupError):
        variants = (as_mapping(part) for _, part in children(document.at(pointer), UNIONS))
        return [pointer in _ancestors(document, str(part.get("$ref"))) for part in variants if part != NULL]
    return []


def _ancestors(document: Document, pointer: str) -> set[str]:
    """What a schema extends by `allOf`, at every depth."""
    ancestors: set[str] = set()
    pending = [pointer]
    while pending:
        bases = {*_bases(document, pending.pop())} - ancestors
        ancestors |= bases
        pending += bases
    return ancestors


def _reachable(base: str, direct: Mapping[str, list[str]]) -> list[str]:
    """The subtypes of a base at every depth."""
    subtypes: dict[str, None] = {}
    queue = [*direct.get(base, ())]
    while queue:
        if (name := queue.pop(0)) not in subtypes and name != base:
            subtypes[name] = None
            queue += direct.get(name, ())
    return [*subtypes]


def apply_discriminators(components: Components) -> None:
    """Give the discriminating member of each variant its values as constants, so that types tell variants apart."""
    names = {
        name: unescape(pointer.removeprefix(REF))
        for pointer, name in components.by_pointer.items()
        if pointer.startswith(REF) and "/" not in pointer.removeprefix(REF)
    }
    parts = [part for schema in components.schemas.values() for part in _within(schema)]
    for union in filter(_is_discriminated, parts):
        member = union["discriminator"].get("propertyName")
        values = _values_by_variant(union, member, components, names)
        if not values or not all(values.values()) or not _are_distinct(values):
            continue  # left to what the types say
        for variant, own in values.items():
            schema = components.schemas[variant]
            properties = {**schema["properties"], member: _one_of(own, schema["properties"][member])}
            components.schemas[variant] = {**schema, "properties": properties}
        union[DISCRIMINATED] = True


def _is_discriminated(schema: Schema) -> bool:
    return isinstance(schema.get("discriminator"), dict) and any(schema.get(keyword) for keyword in UNIONS)


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
    variants = (part for part in union.get("oneOf") or union.get("anyOf") or () if part.get("type") != "null")
    return [str(variant.get("$ref", "")).removeprefix(REF) for variant in variants]


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


def _within(schema: Schema) -> Iterator[Schema]:
    """A normalised schema and those in it, at every depth."""
    yield schema
    for _, part in children(schema, PARTS):
        yield from _within(part)
