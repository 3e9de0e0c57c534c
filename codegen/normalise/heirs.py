"""A schema with a discriminator that others extend by `allOf` stands for each of these (OpenAPI 3.1, 4.8.25).

.NET and Java describe base classes so. Read as it is written, an answer would lose all that its real class has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from codegen.description.document import Document
from codegen.normalise.discriminators import target_of
from codegen.normalise.steps import REF, Schema


def spread(document: Document, schemas: dict[str, Schema], by_pointer: Mapping[str, str]) -> None:
    """Make each reference to a base a union of its heirs, in place: the parts of operations hold the same objects."""
    bases = {name: heirs for name, heirs in _heirs(document, schemas, by_pointer).items() if heirs}
    if not bases:
        return
    found = {id(part): part for schema in schemas.values() for part in _references(schema)}  # merged ones share parts
    for part in found.values():
        name = str(part["$ref"]).removeprefix(REF)
        if name in bases:
            del part["$ref"]
            part["anyOf"] = [{"$ref": REF + heir} for heir in bases[name]]
            part["discriminator"] = schemas[name]["discriminator"]


def _heirs(document: Document, schemas: Mapping[str, Schema], by_pointer: Mapping[str, str]) -> dict[str, list[str]]:
    """The classes that a base stands for, at every depth: those of its mapping, itself too if it is there.

    Without a mapping, the values would be guesses, for which answers of heirs that are asked for by name were refused.
    """
    children: dict[str, list[str]] = {}
    for pointer, name in by_pointer.items():
        for parent in _parents(document, pointer):
            if parent in by_pointer:
                children.setdefault(by_pointer[parent], []).append(name)
    found = {}
    for base in children:
        if isinstance(told := schemas[base].get("discriminator"), dict) and "properties" in schemas[base]:
            mapped = {target_of(target, by_pointer) for target in (told.get("mapping") or {}).values()}
            found[base] = [name for name in (*_descendants(base, children), base) if name in mapped]
    return found


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
    found: dict[str, None] = {}
    wanted = [*children.get(base, ())]
    while wanted:
        if (name := wanted.pop(0)) not in found and name != base:
            found[name] = None
            wanted += children.get(name, ())
    return [*found]


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
