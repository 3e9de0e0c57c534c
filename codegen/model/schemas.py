"""The components of a description, and the types that their schemas are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from codegen.description.graphs import within_themselves
from codegen.normalise.markers import DEFAULT, DISCRIMINATED, INLINE, REF, TYPES, WIRES, Schema
from codegen.normalise.steps import UNIONS, is_class

from .bounds import list_bounds, scalar_bounds
from .types import (
    FORMATS,
    NULL,
    SCALARS,
    Anything,
    Discriminator,
    Kind,
    ListOf,
    MapOf,
    ModelRef,
    Scalar,
    Type,
    Union,
    Values,
    Words,
    is_nullable,
    is_secret,
    models_in,
    union,
    without_null,
)

#: What a schema says of the place that it stands in, also beside a reference or within an alternative to null.
_FLAGS = ("readOnly", "writeOnly", "x-space-separated")


class Member(NamedTuple):
    """A member of an object: its type, and the annotations of its schema (JSON Schema 2020-12, validation, 9)."""

    wire_name: str
    type: Type
    schema: Schema
    """With references followed."""
    is_required: bool
    default: Any
    """Also the constant that a required member always is: a caller has nothing to choose."""
    example: Any
    description: str
    is_read_only: bool
    is_write_only: bool
    words: Words | None
    """Of a text of several words."""


@dataclass
class Schemas:
    """The normalised schemas by class name; each type is built once."""

    by_name: Mapping[str, Schema]
    same_as: Mapping[str, str] = field(init=False)
    """The class of each component that is another name of an object."""
    descriptions: Mapping[str, str] = field(init=False)
    """Of these components."""
    _types: dict[str, Type] = field(default_factory=dict)
    _members: dict[str, tuple[Member, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take a component that is nothing but a reference for what it refers to, as the parser does."""
        written = self.by_name
        targets = {name: self._target(name) for name in written}
        self.by_name = {name: written[target] for name, target in targets.items()}
        self.same_as = {
            name: target for name, target in targets.items() if name != target and is_class(written[target])
        }
        self.descriptions = {name: prose(written[name]) for name in self.same_as}

    def _target(self, name: str) -> str:
        while (ref := self.by_name[name].get("$ref")) is not None:  # no circle: recursion was cut before
            name = str(ref).removeprefix(REF)
        return name

    def members(self, name: str) -> tuple[Member, ...]:
        """What an object declares, in the order of the description."""
        if name not in self._members:
            self._members[name] = tuple(self._declared(self.by_name[name]))
        return self._members[name]

    def _declared(self, schema: Schema) -> Iterator[Member]:
        wire_names, required = schema.get(WIRES) or {}, schema.get("required") or ()
        for key, part in (schema.get("properties") or {}).items():
            yield self.member(part, wire_names.get(key, key), is_required=key in required)

    def classes_in(self, name: str) -> list[str]:
        """The classes that an object holds directly: in its members, and in those that it does not declare."""
        types = [member.type for member in self.members(name)]
        return [model for kind in (*types, self.undeclared(name)) if kind for model in models_in(kind)]

    def member(self, schema: Schema, wire_name: str, *, is_required: bool) -> Member:
        """A member, or a part of an operation."""
        whole, kind = self.dereferenced(schema), self.type_of(schema)
        constant = kind.values[0] if is_required and isinstance(kind, Values) and kind.is_constant else None
        return Member(
            wire_name=wire_name,
            type=kind,
            schema=whole,
            is_required=is_required,
            default=schema.get(DEFAULT) if constant is None else constant,
            example=example(schema, whole),
            description=prose(schema, whole),
            is_read_only=bool(whole.get("readOnly")),
            is_write_only=bool(whole.get("writeOnly")),
            words=_words(whole.get("x-space-separated")),
        )

    def dereferenced(self, schema: Any) -> Schema:
        """The schema with references followed, and null as an alternative left out; flags hold wherever they stand."""
        seen: set[str] = set()
        flags: dict[str, Any] = {}
        while isinstance(schema, dict) and (inner := _without_null(schema)) is not None:
            flags |= {flag: schema[flag] for flag in _FLAGS if schema.get(flag)}
            name = str(inner.get("$ref", "")).removeprefix(REF)
            if name in seen:
                break
            if name:
                seen.add(name)
            schema = self.by_name.get(name) if name else inner
        whole = schema if isinstance(schema, dict) else {}
        return {**whole, **flags} if flags else whole

    # Types

    def type_of(self, schema: Any) -> Type:
        """The type of a normalised schema."""
        if not isinstance(schema, dict):
            return Anything()
        if (ref := schema.get("$ref")) is not None:
            return self.component(str(ref).removeprefix(REF))
        if schema.get("type") == "boolean":  # to the parser, this wins over all that stands beside it
            return Scalar(Kind.BOOLEAN, is_secret=_is_secret(schema))
        if "enum" in schema:
            return _values(schema, schema["enum"])
        if schema.get("anyOf") or schema.get("oneOf"):
            parts = [part for keyword in ("anyOf", "oneOf") for part in schema.get(keyword) or ()]
            kinds = [self.type_of(part) for part in parts]
            return _discriminated(kinds, schema[DISCRIMINATED]) if DISCRIMINATED in schema else union(kinds)
        return self._single_type(schema)

    def _single_type(self, schema: Schema) -> Type:
        """The type of a schema that is neither a reference, nor an enumeration, nor a union."""
        if schema.get("const") is not None:
            return _values(schema, [schema["const"]], is_constant=True)
        if schema.get("type") == "array":
            items = [*(schema.get("prefixItems") or ()), *([schema["items"]] if "items" in schema else ())]
            return ListOf(union(map(self.type_of, items)), list_bounds(schema))
        kind = SCALARS.get(schema.get("type", ""))
        if kind is Kind.STRING:
            kind = FORMATS.get(schema.get("format", ""), kind)
        return Scalar(kind, scalar_bounds(kind, schema), _is_secret(schema)) if kind else Anything(_is_secret(schema))

    def component(self, name: str) -> Type:
        """The type of a component."""
        name = self.same_as.get(name, name)
        if name not in self._types:
            self._types[name] = ModelRef(name)  # for an object that holds itself
            self._types[name] = self._component(name)
        return self._types[name]

    def _component(self, name: str) -> Type:
        schema = self.by_name[name]
        if "enum" in schema:
            return _values(schema, schema["enum"], name="" if INLINE in schema else name)
        if not is_class(schema):
            return self.type_of(schema)
        extra = self.undeclared(name)
        if self.is_map(name):
            return MapOf(extra or Anything())
        return ModelRef(name, is_secret=extra is not None and is_secret(extra))

    # Objects

    @cached_property
    def classes(self) -> list[str]:
        """The objects that need a class, in the order of the alphabet; one that declares no member is a `dict`."""
        objects = (name for name, schema in self.by_name.items() if is_class(schema) and TYPES not in schema)
        return sorted(name for name in objects if name not in self.same_as and not self.is_map(name))

    @cached_property
    def other_names(self) -> Mapping[str, list[str]]:
        """The names of each class beside its own, in the order of the alphabet."""
        names: dict[str, list[str]] = {}
        for name in sorted(self.same_as):
            names.setdefault(self.same_as[name], []).append(name)
        return names

    def enumerations(self) -> Iterator[str]:
        """The components that list their values, in the order of the alphabet."""
        yield from sorted(name for name, schema in self.by_name.items() if "enum" in schema and INLINE not in schema)

    def unions(self) -> Iterator[str]:
        """The components that are one of several types, in the order of the alphabet."""
        yield from sorted(name for name, schema in self.by_name.items() if schema.keys() & {*UNIONS})

    def undeclared(self, name: str) -> Type | None:
        """The type of the members that an object does not declare; None where the description says nothing of them."""
        values = self.by_name[name].get("additionalProperties")
        return self.type_of(values) if values else None

    def is_map(self, name: str) -> bool:
        """Whether the object declares no member: a `dict` says all that a class could.

        Unless it holds itself: a type has to have a name for that.
        """
        return self._declares_nothing(name) and name not in self._recursive_maps

    def _declares_nothing(self, name: str) -> bool:
        schema = self.by_name[name]
        return not schema.get("properties") and schema.get("additionalProperties") is not False

    @cached_property
    def _recursive_maps(self) -> set[str]:
        """The objects without members that hold themselves, through others of their kind."""
        maps = [name for name in self.by_name if is_class(self.by_name[name]) and self._declares_nothing(name)]
        values = {name: self.by_name[name].get("additionalProperties") for name in maps}
        held = {name: values.keys() & self._objects_in(values[name], set()) for name in maps}
        return within_themselves(held)

    def _objects_in(self, schema: Any, seen: set[str]) -> Iterator[str]:
        """The objects that a schema refers to, through lists, unions and aliases that were not `seen` before."""
        if not isinstance(schema, dict):
            return
        if name := str(schema.get("$ref", "")).removeprefix(REF):
            if name in seen:
                return
            seen.add(name)
            if is_class(self.by_name[name]):
                yield name
                return
            schema = self.by_name[name]
        for keyword in ("anyOf", "oneOf", "prefixItems"):
            for part in schema.get(keyword) or ():
                yield from self._objects_in(part, seen)
        yield from self._objects_in(schema.get("items"), seen)


def prose(*sources: Mapping[str, Any]) -> str:
    """The first description, after the word that tells callers to look for another way."""
    deprecated = "Deprecated." if any(source.get("deprecated") for source in sources) else ""
    description = next((str(source["description"]) for source in sources if source.get("description")), "")
    return f"{deprecated} {description}".strip()


def example(*sources: Mapping[str, Any]) -> Any:
    """The first example in them; None where there is none."""
    for source in sources:
        examples = source.get("examples")
        for value in (source.get("example"), *(examples if isinstance(examples, list) else ())):
            if value is not None:
                return value
    return None


def _values(schema: Schema, values: list[Any], *, name: str = "", is_constant: bool = False) -> Values:
    kind = {str: Kind.STRING, bool: Kind.BOOLEAN}.get(type(values[0]), Kind.INTEGER)
    return Values(tuple(values), kind, name, is_constant=is_constant, is_secret=_is_secret(schema))


def _discriminated(kinds: list[Type], discriminated: Schema) -> Type:
    """A union whose variants a member tells apart, and null, which is none of them.

    Without the discriminator where a variant is no class, since the parser refused it.
    """
    values: dict[str, list[str]] = discriminated["values"]
    variants = [*map(without_null, kinds[: len(values)])]
    if not all(map(_is_of_classes, variants)):
        return union(kinds)
    missing = (index for index, name in enumerate(values) if name in discriminated["missing"])
    discriminator = Discriminator(
        discriminated["member"], tuple(map(tuple, values.values())), tuple(missing), discriminated["base"] or ""
    )
    return union([Union(tuple(variants), discriminator), *([NULL] if any(map(is_nullable, kinds)) else [])])


def _is_of_classes(kind: Type) -> bool:
    """Whether a type is a class, or one of several that a member tells apart."""
    return isinstance(kind, ModelRef) or (isinstance(kind, Union) and kind.discriminator is not None)


def _words(extension: Any) -> Words | None:
    """What `x-space-separated` says: true, or a mapping with what each word has to be."""
    described = extension if isinstance(extension, dict) else {}
    return Words(described.get("pattern", ""), described.get("description", "")) if extension else None


def _is_secret(schema: Schema) -> bool:
    return bool(schema.get("format") == "password")


def _without_null(schema: Schema) -> Schema | None:
    """The schema itself if it is a reference, or its one alternative to null; None: it stands for itself."""
    if "$ref" in schema:
        return schema
    members = [part for part in schema.get("anyOf") or schema.get("oneOf") or () if part.get("type") != "null"]
    return members[0] if len(members) == 1 else None
