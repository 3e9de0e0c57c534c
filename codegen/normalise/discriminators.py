"""Discriminators (OpenAPI 3.1, 4.8.25): the values of a member that tell the variants of a union apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from codegen.description.document import Document
from codegen.description.objects import nodes
from codegen.description.pointers import join, unescape
from codegen.normalise.components import Components
from codegen.normalise.findings import Finding
from codegen.normalise.markers import BASE, DISCRIMINATED, ORIGINS, REF, Schema
from codegen.normalise.steps import NULL, UNIONS, annotations_of, is_class, within

_SCHEMAS = "#/components/schemas"


@dataclass(frozen=True, slots=True)
class _Discriminated:
    """A union whose variants differ in the value of one member."""

    union: Schema
    member: str
    values: dict[str, list[str]]
    """By variant: the name of a class, or of a union that another member tells apart."""
    inner: dict[str, tuple[Schema, _Discriminated]]
    """Of the variants, those unions, each as it is written in this one."""

    def classes(self, variant: str) -> Iterator[str]:
        """The class that a variant is, or those that it is one of."""
        if variant not in self.inner:
            yield variant
            return
        _, inner = self.inner[variant]
        for name in inner.values:
            yield from inner.classes(name)


@dataclass(frozen=True, slots=True)
class _Variant:
    """A class in a union."""

    name: str
    names: set[str]
    """All that it goes by: also those of aliases, and of what it is a copy of."""
    discriminator: Schema
    """That of the innermost union."""
    written: Schema
    """The variant as it stands in the union."""
    schema: Schema
    """The same with references followed."""


def apply_discriminators(document: Document, components: Components) -> Iterator[Finding]:
    """Record in each discriminated union which values stand for which variant, and declare the member in the variants.

    A variant that is used in such unions only gets its values as constants, so that type checkers tell variants apart.
    One that is used elsewhere, too, keeps its own type, unless that lists this value only: before OpenAPI 3.1, that
    is how a constant was written.
    """
    parts = [part for schema in components.schemas.values() for part in within(schema)]
    if any("discriminator" in part for part in parts):
        reader = DiscriminatorReader(components)
        _apply(parts, reader, components)
        _drop_discriminators(components)
        yield from _without_effect(document, reader)


def _without_effect(document: Document, reader: DiscriminatorReader) -> Iterator[Finding]:
    """The discriminators that tell no variants apart; one that was made from the description has its dict."""
    reasons = {id(discriminator): reason for discriminator, reason in reader.without_effect}
    for node in nodes(document, unused=True) if reasons else ():
        if id(node.data) in reasons:
            message = f"`discriminator` has no effect on the client, which tries each variant: {reasons[id(node.data)]}"
            yield Finding(node.pointer, "not-rendered", message)


def _apply(parts: list[Schema], reader: DiscriminatorReader, components: Components) -> None:
    unions = [union for part in parts if (union := reader.read(part))]
    elsewhere = _names_outside(parts, unions)
    for union in unions:
        _record(union, components.schemas)
    for (variant, member), listed in _values_by_class(unions, components.schemas).items():
        schema = components.schemas[variant]
        is_constant = variant not in elsewhere or _values_of(schema, member, components.schemas) == listed[0][:1]
        is_the_same = all(own == listed[0] for own in listed)
        components.schemas[variant] = _with_member(schema, member, listed[0] if is_constant and is_the_same else [])


def _drop_discriminators(components: Components) -> None:
    """Remove what has been recorded; an heir has the mapping of its base, with all the other heirs."""
    for schema in components.schemas.values():
        for part in within(schema):
            part.pop("discriminator", None)


def _values_by_class(
    unions: list[_Discriminated], schemas: Mapping[str, Schema]
) -> dict[tuple[str, str], list[list[str]]]:
    """By class and member: the values that stand for the class in each of the unions."""
    values: dict[tuple[str, str], list[list[str]]] = {}
    for union in unions:
        for variant, own in union.values.items():
            for name in union.classes(variant):
                listed = _values_of(schemas[name], union.member, schemas) if variant in union.inner else []
                narrower = [value for value in own if value in listed]
                values.setdefault((name, union.member), []).append(narrower or own)
    return values


def _values_of(schema: Schema, member: str, schemas: Mapping[str, Schema]) -> list[str]:
    """The strings that the type of a member lists."""
    return _literals((schema.get("properties") or {}).get(member) or {}, schemas)


def _names_outside(parts: list[Schema], unions: list[_Discriminated]) -> set[str]:
    """The classes that are referred to from elsewhere than these unions."""
    variants = {id(part) for union in unions for part in _variant_schemas(union.union)}
    return {str(part["$ref"]).removeprefix(REF) for part in parts if "$ref" in part and id(part) not in variants}


def _record(discriminated: _Discriminated, schemas: Mapping[str, Schema]) -> None:
    """Write the union as a list of its variants, also those of unions in it, with the values of each."""
    union, member = discriminated.union, discriminated.member
    optional = [
        variant
        for variant in discriminated.values
        if any(_is_optional(member, schemas[name]) for name in discriminated.classes(variant))
    ]
    null = [NULL] if any(map(_is_null, _variant_schemas(union))) else []
    written = {name: schema for name, (schema, _) in discriminated.inner.items()}
    variants = [*(written.get(name, {"$ref": REF + name}) for name in discriminated.values), *null]
    base = union.pop(BASE, None)
    for keyword in UNIONS:
        union.pop(keyword, None)
    union["oneOf"] = variants
    union[DISCRIMINATED] = {
        "member": member,
        "values": discriminated.values,
        "missing": [base] if base in optional else optional,
        "base": base,
    }


def _is_optional(member: str, schema: Schema) -> bool:
    return member in (schema.get("properties") or {}) and member not in (schema.get("required") or ())


def _with_member(schema: Schema, member: str, constants: list[str]) -> Schema:
    """The variant with the member declared; without constants, in its own type."""
    properties, required = schema.get("properties") or {}, schema.get("required") or ()
    own = properties.get(member)
    if own is not None and not constants:
        return schema
    declared = _one_of(constants, own or {}) if constants else {"type": "string"}
    required = [*required, member] if own is None and constants else required
    return {**schema, "type": "object", "properties": {**properties, member: declared}, "required": [*required]}


def _one_of(values: list[str], schema: Schema) -> Schema:
    constants = [{"const": value} for value in values]
    return {**annotations_of(schema), **(constants[0] if len(constants) == 1 else {"anyOf": constants})}


class DiscriminatorReader:
    """Finds out which values of a discriminator stand for which class."""

    def __init__(self, components: Components) -> None:
        self._schemas = components.schemas
        self._by_pointer = components.by_pointer
        self._names = {
            name: unescape(pointer.removeprefix(REF))
            for pointer, name in components.by_pointer.items()
            if pointer.startswith(REF) and "/" not in pointer.removeprefix(REF)
        }
        """Names of the components as written, by class."""
        self._reading: list[Schema] = []
        """The unions that are being read, each within the one before."""
        self.without_effect: list[tuple[Schema, str]] = []
        """Discriminators that tell no variants apart, and why."""

    def read(self, union: Schema) -> _Discriminated | None:
        """The values of each variant; None where the schema is no union, or its variants cannot be told apart so."""
        discriminator = union.get("discriminator")
        if not isinstance(discriminator, dict) or not _variant_schemas(union):
            return None
        member = discriminator.get("propertyName")
        variants = {variant.name: variant for variant in self._variants(union, member)}
        inner = dict(self._inner(union, variants.values()))
        if not isinstance(member, str):
            return None
        if not all(name in inner or is_class(self._schemas.get(name, {})) for name in variants):
            self.without_effect.append((discriminator, "not each of them is an object with members of its own"))
            return None
        found = _Discriminated(union, member, {}, inner)
        for name, variant in variants.items():
            found.values[name] = self._values(variant, self._literals(found, name), discriminator)
        if problem := _problem(found):
            self.without_effect.append((discriminator, problem))
        return None if problem else found

    def _literals(self, union: _Discriminated, variant: str) -> list[str]:
        """What the type of the member lists in the classes of a variant."""
        listed = (_values_of(self._schemas[name], union.member, self._schemas) for name in union.classes(variant))
        return list(dict.fromkeys(chain(*listed)))

    def _inner(
        self, union: Schema, variants: Iterable[_Variant]
    ) -> Iterator[tuple[str, tuple[Schema, _Discriminated]]]:
        """The variants that are unions with a discriminator of another name."""
        self._reading.append(union)
        for variant in variants:
            is_in_itself = any(variant.schema is outer for outer in self._reading)
            if not is_in_itself and (found := self.read(variant.schema)):
                yield variant.name, (variant.written, found)
        self._reading.pop()

    def _variants(self, union: Schema, member: Any, within: tuple[str, ...] = ()) -> Iterator[_Variant]:
        """The variants that are not null.

        A union in the union adds its variants, unless it has a discriminator of another name, or is in itself.
        """
        for part in _variant_schemas(union):
            *aliases, name = self._followed(part)
            if name and name in within:
                continue
            target = self._schemas.get(name, part)
            discriminator = target.get("discriminator") or union["discriminator"]
            if _variant_schemas(target) and discriminator.get("propertyName") == member:
                yield from self._variants({**target, "discriminator": discriminator}, member, (*within, name))
            elif not _is_null(target):
                own = name or target.get(BASE, "")
                names = {own, target.get(BASE, own), *aliases, *target.get(ORIGINS, ())}
                yield _Variant(own, names, union["discriminator"], part, target)

    def _followed(self, part: Schema) -> list[str]:
        """The names of the components that a reference leads to, one after the other; an empty one for no reference."""
        names: list[str] = []
        while (name := str(part.get("$ref", "")).removeprefix(REF)) and name not in names:
            names.append(name)
            part = self._schemas.get(name, {})
        return names or [""]

    def _values(self, variant: _Variant, literals: list[str], outer: Schema) -> list[str]:
        """Those that the mapping has; else those that the variant's own type lists, else its name as a component."""
        for discriminator in (outer, variant.discriminator):
            mapping = mapped_classes(discriminator, self._by_pointer)
            if mapped := [value for value, target in mapping.items() if target in variant.names]:
                return mapped
        return self._implicit_values(variant.names, literals)

    def _implicit_values(self, classes: set[str], literals: list[str]) -> list[str]:
        """Many descriptions have neither a mapping nor variants that are named after their values."""
        names = [self._names[name] for name in sorted(classes) if name in self._names]
        return [name for name in names if not literals or name in literals] or literals


def mapped_classes(discriminator: Schema, by_pointer: Mapping[str, str]) -> dict[str, str | None]:
    """The class that each value stands for; the mapping has a reference, or the bare name of a component."""
    mapping = discriminator.get("mapping") or {}
    return {
        value: by_pointer.get(target) or by_pointer.get(join(_SCHEMAS, target)) for value, target in mapping.items()
    }


def _is_null(schema: Schema) -> bool:
    return bool(schema.get("type") == "null")


def _variant_schemas(union: Schema) -> list[Schema]:
    return [*(union.get("oneOf") or ()), *(union.get("anyOf") or ())]


def _literals(schema: Schema, schemas: Mapping[str, Schema]) -> list[str]:
    """The strings that a type lists."""
    while "$ref" in schema:
        schema = schemas.get(str(schema["$ref"]).removeprefix(REF), {})
    listed = [schema["const"]] if "const" in schema else schema.get("enum") or ()
    return [value for value in listed if isinstance(value, str)]


def _problem(union: _Discriminated) -> str:
    """Why the values do not tell the variants apart; empty: they do."""
    if not all(union.values.values()):
        return f"nothing says which {union.member} each of them has"
    repeated = [value for value, count in Counter(chain(*union.values.values())).items() if count > 1]
    return f"{union.member} is {repeated[0]} in several of them" if repeated else ""
