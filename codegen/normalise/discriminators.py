"""Unions whose variants are told apart by one member (OpenAPI 3.1, 4.8.25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from codegen.description.document import join, unescape
from codegen.normalise.steps import ANNOTATIONS, DISCRIMINATED, REF, Schema

_COMPONENTS = "#/components/schemas"


def distinguish(schemas: dict[str, Schema], by_pointer: Mapping[str, str]) -> None:
    """Give each variant the values of the member that are its own: types say then what the discriminator says.

    `by_pointer` holds the class names of the components as written; mappings speak of these.
    """
    names = {
        taken: unescape(pointer.rpartition("/")[2])
        for pointer, taken in by_pointer.items()
        if pointer.rpartition("/")[0] == _COMPONENTS
    }
    for union in [union for schema in schemas.values() for union in _unions(schema)]:
        parts = [part for part in union.get("oneOf") or union.get("anyOf") or () if part.get("type") != "null"]
        variants = [str(part.get("$ref", "")).removeprefix(REF) for part in parts]
        told = union["discriminator"]
        member = told.get("propertyName")
        if not all(member in (schemas.get(variant, {}).get("properties") or {}) for variant in variants):
            continue  # also where a variant is no object: it is left to what its type says
        mapped = {value: target_of(target, by_pointer) for value, target in (told.get("mapping") or {}).items()}
        values = {
            variant: [value for value, target in mapped.items() if target == variant]
            or _untold(names.get(variant), _literals(schemas[variant]["properties"][member], schemas))
            for variant in variants
        }
        if not all(values.values()) or len({*chain(*values.values())}) < sum(map(len, values.values())):
            continue
        for variant in variants:
            properties = schemas[variant]["properties"]
            schemas[variant] = {
                **schemas[variant],
                "properties": {**properties, member: _one_of(values[variant], properties[member])},
            }
        union[DISCRIMINATED] = True


def _untold(name: str | None, literals: list[str]) -> list[str]:
    """The values of a variant that no mapping names: what its own type says, else its name as a component.

    Many descriptions have neither a mapping nor variants that are named as their values are.
    """
    if name is not None and (not literals or name in literals):
        return [name]
    return literals


def _literals(schema: Schema, schemas: Mapping[str, Schema]) -> list[str]:
    """The values that a type lists."""
    while "$ref" in schema:
        schema = schemas.get(str(schema["$ref"]).removeprefix(REF), {})
    listed = [schema["const"]] if "const" in schema else schema.get("enum") or ()
    return [value for value in listed if isinstance(value, str)]


def target_of(target: str, by_pointer: Mapping[str, str]) -> str | None:
    """The class that a mapping means: it gives a reference, or the bare name of a component."""
    return by_pointer.get(target) or by_pointer.get(join(_COMPONENTS, target))


def _one_of(values: list[str], schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key in ANNOTATIONS}
    parts = [{"const": value} for value in values]
    return {**kept, **parts[0]} if len(parts) == 1 else {**kept, "anyOf": parts}


def _unions(schema: Any) -> Iterator[Schema]:
    """The unions with a discriminator in a normalised schema, at every depth within it."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("discriminator"), dict) and (schema.get("oneOf") or schema.get("anyOf")):
        yield schema
    inner = [schema.get("items"), schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    for part in (*inner, *(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())):
        yield from _unions(part)
