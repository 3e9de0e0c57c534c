"""The subtypes of a base: what extends a schema with a discriminator by `allOf` (OpenAPI 3.1, 4.8.25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.graphs import reachable
from codegen.description.schemas import children
from codegen.normalise.components import Components
from codegen.normalise.discriminators import mapped_classes
from codegen.normalise.markers import BASE, REF, Schema
from codegen.normalise.steps import NULL, UNIONS, within


def expand_subtypes(document: Document, components: Components) -> None:
    """Make each reference to a base a union of its subtypes, in place: the parts of operations hold the same objects.

    .NET and Java describe base classes so: a schema with a discriminator, which others extend by `allOf`. Read as it
    is written, an answer would lose all members that its real class adds.
    """
    schemas = components.schemas
    bases = {name: subtypes for name, subtypes in _subtypes(document, components).items() if subtypes}
    if not bases:
        return
    references = {id(part): part for schema in schemas.values() for part in within(schema) if "$ref" in part}
    for part in references.values():
        name = str(part["$ref"]).removeprefix(REF)
        if name in bases:
            del part["$ref"]
            part.update(_union(name, bases, components))


def inherit_discriminators(document: Document, components: Components) -> None:
    """Give each union of subtypes the discriminator of the nearest base that all of them extend, in place.

    springdoc writes a field of several subtypes as `oneOf` without a discriminator: their base has it.
    """
    schemas, heirs = components.schemas, _heirs(document, components)
    for part in [part for schema in schemas.values() for part in within(schema)] if heirs else ():
        variants = set() if "discriminator" in part else {*_variants(part)}
        if bases := [base for base in heirs if variants and variants <= heirs[base]]:
            nearest = min(bases, key=lambda base: len(heirs[base]))
            part["discriminator"] = schemas[nearest]["discriminator"]


def _heirs(document: Document, components: Components) -> dict[str, set[str]]:
    """By base with a discriminator, all that extends it, at every depth."""
    direct = _direct_subtypes(document, components.by_pointer)
    bases = [base for base in direct if isinstance(components.schemas[base].get("discriminator"), dict)]
    return {base: {*reachable([base], lambda name: direct.get(name, ()))} for base in bases}


def _variants(union: Schema) -> list[str]:
    """The classes that a union lists; empty names for what is none."""
    listed = (variant for keyword in UNIONS for variant in union.get(keyword) or ())
    return [str(variant.get("$ref", "")).removeprefix(REF) for variant in listed if variant.get("type") != "null"]


def _union(base: str, bases: Mapping[str, list[str]], components: Components) -> Schema:
    """A base as a union of its subtypes.

    A subtype that the mapping has, and whose own subtypes differ in another member, is a union in the union.
    """
    discriminator = components.schemas[base]["discriminator"]
    mapped = {*mapped_classes(discriminator, components.by_pointer).values()}
    inner = [name for name in bases[base] if name != base and name in bases and name in mapped]
    inner = [name for name in inner if _member(components.schemas[name]) != _member(components.schemas[base])]
    within_these = {subtype for name in inner for subtype in bases[name]} - mapped
    variants = [
        _union(name, bases, components) if name in inner else {"$ref": REF + name}
        for name in bases[base]
        if name not in within_these
    ]
    return {"anyOf": variants, "discriminator": discriminator, BASE: base}


def _member(schema: Schema) -> Any:
    return schema["discriminator"].get("propertyName")


def _subtypes(document: Document, components: Components) -> dict[str, list[str]]:
    """The classes that a base stands for, at every depth: all that extend it, and itself.

    An heir that is no component has no name that a discriminator could have, unless the mapping gives it one. Not
    itself where it is abstract: the mapping has all others, and no object can leave the discriminator out.
    """
    direct = _direct_subtypes(document, components.by_pointer)
    subtypes = {}
    for base in direct:
        schema = components.schemas[base]
        if isinstance(discriminator := schema.get("discriminator"), dict) and "properties" in schema:
            mapped = {*mapped_classes(discriminator, components.by_pointer).values()}
            classes = reachable([base], lambda name: direct.get(name, ()))
            heirs = [name for name in classes if name != base and (name in mapped or components.is_named(name))]
            is_abstract = base not in mapped and mapped.issuperset(heirs) and _needs_discriminator(schema)
            subtypes[base] = heirs if is_abstract or not heirs else [*heirs, base]
    return subtypes


def _needs_discriminator(schema: dict[str, Any]) -> bool:
    return schema["discriminator"].get("propertyName") in (schema.get("required") or ())


def _direct_subtypes(document: Document, by_pointer: Mapping[str, str]) -> dict[str, list[str]]:
    """By class, those that extend it by `allOf`."""
    subtypes: dict[str, list[str]] = {}
    for pointer, name in by_pointer.items():
        for base in direct_bases(document, pointer):
            if base in by_pointer:
                subtypes.setdefault(by_pointer[base], []).append(name)
    return subtypes


def direct_bases(document: Document, pointer: str) -> Iterator[str]:
    """The references in the `allOf` of the schema at `pointer`."""
    with suppress(LookupError):  # not every component is a schema as written
        for _, part in children(document.at(pointer), ["allOf"]):
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                yield part["$ref"]


def listed_heirs(document: Document, pointer: str) -> list[bool]:
    """Of each variant of the union at `pointer`: whether it extends that by `allOf`. springdoc describes bases so."""
    with suppress(LookupError):
        variants = (as_mapping(part) for _, part in children(document.at(pointer), UNIONS))
        return [pointer in ancestors(document, str(part.get("$ref"))) for part in variants if part != NULL]
    return []


def ancestors(document: Document, pointer: str) -> set[str]:
    """What a schema extends by `allOf`, at every depth."""
    return {*reachable(direct_bases(document, pointer), partial(direct_bases, document))}
