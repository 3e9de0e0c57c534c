"""Schemas as written to schemas for the parser."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.equality import are_equal
from codegen.description.graphs import inner_first
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, OTHER_MEMBERS, children
from codegen.naming.names import class_name, words
from codegen.normalise import allof
from codegen.normalise.components import Components
from codegen.normalise.findings import Finding
from codegen.normalise.intersection import Intersection, discriminator_of, with_origin
from codegen.normalise.markers import NAME, POINTER, REF, Schema
from codegen.normalise.polymorphism import ancestors, direct_bases, listed_heirs
from codegen.normalise.steps import (
    ANNOTATIONS,
    NULL,
    UNIONS,
    annotations_of,
    has_no_class,
    is_annotation_only,
    restrictions_of,
    simplify,
    without,
)

#: The keywords whose schemas are merged where several parts of an `allOf` have one for the same value.
_HOLDERS = ("properties", "items", "additionalProperties")


@dataclass
class SchemaReader:
    """Normalises schemas, and makes components of those that need a class name."""

    document: Document
    components: Components = field(default_factory=Components)
    findings: list[Finding] = field(default_factory=list)
    merged: allof.MergedMembers = field(init=False)
    _is_deferred: bool = False
    """Whether parts become no components yet: they are merged before."""
    _ancestors: dict[str, set[str]] = field(default_factory=dict)
    """By the pointers of components."""
    _heirs: dict[str, list[bool]] = field(default_factory=dict)
    """By the pointers of schemas, see `listed_heirs`."""
    _in_progress: set[str] = field(default_factory=set)
    """Pointers of the components that are being read."""
    _nullable: dict[str, tuple[Schema, str] | None] = field(default_factory=dict)
    """By the pointers of components, see `_beside_null`."""

    def __post_init__(self) -> None:
        """Bound what `allOf` copies by the length of the description."""
        self.merged = allof.MergedMembers.of_text(self.document.places.size)

    def read_components(self) -> None:
        """Read the description's own components."""
        schemas = (self.document.data.get("components") or {}).get("schemas") or {}
        self.components.choose_names({name: join("#/components/schemas", name) for name in schemas})
        self.read_missing()

    def read_missing(self) -> None:
        """Read the components that are referred to; a loop, since a chain of references can be long.

        Each after those that it extends, since such a chain can be long, too.
        """
        while missing := self.components.missing():
            extended = {pointer: [*direct_bases(self.document, pointer)] for pointer in missing}
            for pointer in inner_first(extended, partial(filter, extended.__contains__)):
                self.component(pointer)

    def component(self, pointer: str) -> str:
        """Read the schema at `pointer` as a component; return its class name."""
        name, schemas = self.components.name_of(pointer), self.components.schemas
        if name not in schemas and pointer not in self._in_progress:
            self._in_progress.add(pointer)
            is_deferred, self._is_deferred = self._is_deferred, False
            raw, at = self._beside_null(pointer) or (self.document.at(pointer), pointer)
            schemas[name] = {POINTER: pointer, **self.schema(raw, at, name)}
            self._in_progress.discard(pointer)
            self._is_deferred = is_deferred
        return name

    def _beside_null(self, pointer: str) -> tuple[Schema, str] | None:
        """Of a component that is null or one other schema: that schema and its place; references add the null.

        So an object or an enumeration that may be null has the component's name.
        """
        if pointer not in self._nullable:
            self._nullable[pointer] = _beside_null(self.document.at(pointer), pointer)
        return self._nullable[pointer]

    def dereference(self, schema: Schema) -> Schema:
        """A normalised schema with its reference followed."""
        seen: set[str] = set()
        while (ref := schema.get("$ref")) is not None and ref not in seen:
            seen.add(ref)
            name = str(ref).removeprefix(REF)
            if name not in self.components.schemas and (pointer := self.components.pointer_of(name)):
                self.component(pointer)
            schema = self.components.schemas.get(name, {})
        return schema

    def promote(self, raw: Any, pointer: str, parent: str, part: str, *, is_shared: bool = False) -> Schema:
        """Normalise a schema within the class `parent`; an object or enumeration becomes a component.

        One that is shared, since other parts of an `allOf` describe the same value, does not before it is merged.
        """
        name = "" if has_no_class(raw) else class_name([parent, *words(part)])
        was_deferred, self._is_deferred = self._is_deferred, self._is_deferred or is_shared
        schema, is_deferred = self.schema(raw, pointer, name), self._is_deferred
        self._is_deferred = was_deferred
        if is_deferred:
            return {**schema, NAME: name} if name and parent and "$ref" not in schema else schema
        return self.components.promote_if_named(schema, name)

    def schema(self, raw: Any, pointer: str, name: str) -> Schema:
        """Normalise a schema and its parts; `name` is its class name if it becomes a component."""
        schema = simplify(raw)
        if "$ref" in schema:
            rest = without(schema, "$ref")
            if is_annotation_only(rest):
                return self._reference(schema)
            schema = {"allOf": [{"$ref": schema["$ref"]}], **rest}
        schema = self._drop_inherited(schema, pointer)
        if union := allof.union_beside_members(schema, self.document.resolve):
            schema = {**without(schema, union), "allOf": [{union: schema[union]}, *(schema.get("allOf") or ())]}
        if schema.get("allOf"):
            whole = self._all_of(schema, pointer, name)
            return {**(whole if self._is_deferred else self.components.settle(whole)), POINTER: pointer}
        schema = self._drop_untyped_items(schema, pointer)
        return {**schema, **dict(self._parts(schema, pointer, name)), POINTER: pointer}

    def _drop_inherited(self, schema: Schema, pointer: str) -> Schema:
        """What stands beside a union whose variants all extend it, so that each has it by itself."""
        heirs = self._listed_heirs(pointer) if schema.keys() & {*UNIONS} else []
        kept = ANNOTATIONS | {*UNIONS, "discriminator"}
        return {key: value for key, value in schema.items() if key in kept} if heirs and all(heirs) else schema

    def _listed_heirs(self, pointer: str) -> list[bool]:
        if pointer not in self._heirs:
            self._heirs[pointer] = listed_heirs(self.document, pointer)
        return self._heirs[pointer]

    def _reference(self, raw: Schema) -> Schema:
        """A `$ref` to the target's component, with its sibling annotations."""
        reference = {"$ref": REF + self.components.name_of(str(raw["$ref"]))}
        is_nullable = self._beside_null(str(raw["$ref"])) is not None
        return {**annotations_of(raw), **({"anyOf": [reference, NULL]} if is_nullable else reference)}

    def _drop_untyped_items(self, schema: Schema, pointer: str) -> Schema:
        """`items` alone restrict arrays and allow any other value, so they say nothing about the type."""
        if "items" not in schema or schema.keys() & {"type", "anyOf", "oneOf", "enum", "const"}:
            return schema
        message = "`items` without `type` restricts lists only, so the type is `Any`"
        self.findings.append(Finding(pointer, "no-type", message, "write `type: array`"))
        return without(schema, "items")

    def _parts(
        self, schema: Schema, pointer: str, name: str, shared: Collection[str] = ()
    ) -> Iterator[tuple[str, Any]]:
        """The keywords that hold schemas, normalised; `shared` are the pointers of those that are merged later."""

        def promote(part: Any, at: str, own: str) -> Schema:
            return self.promote(part, pointer + at, name, own, is_shared=at in shared)

        for keyword in (*UNIONS, "prefixItems"):
            if members := schema.get(keyword):
                at, names = join(pointer, keyword), self._variant_names(members, name)
                variants = enumerate(zip(members, names, strict=True))
                yield keyword, [self.promote(part, join(at, str(i)), name, own) for i, (part, own) in variants]
        if properties := schema.get("properties"):
            yield (
                "properties",
                {key: promote(part, join("", "properties", key), key) for key, part in properties.items()},
            )
        if "items" in schema:
            yield "items", promote(schema["items"], "/items", "item")
        if isinstance(values := schema.get("additionalProperties"), dict):
            yield "additionalProperties", promote(values, "/additionalProperties", "value")

    def _variant_names(self, variants: list[Any], name: str) -> list[str]:
        """What the class names of a union's variants end in: their titles, else numbers.

        An object beside null only has the name of the union, unless that is a component, which has the name already.
        """
        is_component = any(self.components.by_pointer.get(pointer) == name for pointer in self._in_progress)
        if not is_component and sum(variant != NULL for variant in variants) == 1:
            return [""] * len(variants)
        titles = [variant.get("title") if isinstance(variant, dict) else None for variant in variants]
        return [title if isinstance(title, str) else f"option {number}" for number, title in enumerate(titles, start=1)]

    # allOf

    def _all_of(self, schema: Schema, pointer: str, name: str, shared: Collection[str] = ()) -> Schema:
        """`allOf` as one schema: members of objects merged, a union in it distributed over the rest."""
        beside = without(schema, "allOf")
        outside, rest = annotations_of(beside), restrictions_of(beside)
        if not rest and (reference := allof.only_reference(schema["allOf"])):
            return self._reference({**reference, **allof.beside_references(schema["allOf"]), **outside})
        places = [(part, join(pointer, "allOf", str(index))) for index, part in enumerate(schema["allOf"])]
        once = [
            place
            for index, place in enumerate(places)
            if not any(are_equal(place[0], part) for part, _ in places[:index])
        ]
        parts = self._within_bounds([*once, *([(rest, pointer)] if rest else [])], pointer)
        shared = {*shared, *self._described_twice([part for part, _ in parts])}
        members = [self._expand_allof_member(part, at, name, shared) for part, at in parts]
        return {**self._drop_untyped_items(self._distribute(members, pointer, name), pointer), **outside}

    def _within_bounds(self, parts: list[tuple[Any, str]], pointer: str) -> list[tuple[Any, str]]:
        """The parts of `allOf` with their places; without references, where those add too many members.

        Then a value may have any others, or a request could not have those.
        """
        if self.merged.take([[*self._applied(part)] for part, _ in parts]):
            return parts
        message = "`allOf` repeats too many members of other schemas in this description, so here they are not typed"
        self.findings.append(Finding(pointer, "many-members", message, "let fewer schemas extend each other"))
        own = [(part, at) for part, at in parts if isinstance(part, dict) and "$ref" not in part]
        others = {"type": "object", "additionalProperties": True}
        return [*((without(part, *OTHER_MEMBERS), at) for part, at in own), (others, pointer)]

    def _described_twice(self, parts: list[Any]) -> Iterator[str]:
        """The pointers, such as `/properties/a`, of what several parts of an `allOf` have a schema for."""
        seen: set[str] = set()
        for part in parts if len(parts) > 1 else ():
            described = {*self._described(part)}
            yield from described & seen
            seen |= described

    def _described(self, raw: Any) -> Iterator[str]:
        """What a part of `allOf` has schemas for, also in its variants."""
        return (pointer for schema in self._applied(raw) for pointer, _ in children(schema, _HOLDERS))

    def _applied(self, raw: Any) -> Iterator[Schema]:
        """A part of `allOf`, or what it refers to, followed by its variants and the parts of its own `allOf`."""
        if isinstance(raw, dict) and "$ref" in raw:
            target = str(raw["$ref"])
            schema = {} if target in self._in_progress else self.dereference({"$ref": REF + self.component(target)})
            yield schema
            if not any(self._listed_heirs(target)):
                yield from (self.dereference(part) for _, part in children(schema, UNIONS))
        else:
            yield as_mapping(raw)
            for _, part in children(raw, IN_PLACE):
                yield from self._applied(part)

    def _expand_allof_member(self, raw: Any, pointer: str, name: str, shared: Collection[str] = ()) -> Schema:
        """Normalise a member of `allOf`, with its reference followed and its own `allOf` merged.

        It becomes no component, nor do the variants of its union: they are merged with the other members first.
        """
        schema = simplify(raw)
        if "$ref" in schema:
            target = str(schema["$ref"])
            if any(self._listed_heirs(target)):  # they extend what stands beside `oneOf`
                own = without(self.document.at(target), *UNIONS)
                return self._expand_allof_member(own, target, self.components.name_of(target))
            # A schema that contains itself through allOf adds nothing there.
            if target in self._in_progress:
                return {}
            expanded = self.dereference({"$ref": REF + self.component(target)})
            return {"anyOf": [expanded, NULL]} if self._beside_null(target) else expanded
        if schema.get("allOf"):
            return self.dereference(self._all_of(schema, pointer, name, shared))
        unions = {keyword: schema[keyword] for keyword in UNIONS if schema.get(keyword)}
        rest = without(schema, *unions)
        expanded = {**rest, **dict(self._parts(rest, pointer, name, shared))}
        for keyword, variants in unions.items():
            at, names = join(pointer, keyword), self._variant_names(variants, name)
            expanded[keyword] = [
                self._expand_variant(part, join(at, str(i)), class_name([name, *words(own)]), shared)
                for i, (part, own) in enumerate(zip(variants, names, strict=True))
            ]
        return expanded

    def _expand_variant(self, raw: Any, pointer: str, name: str, shared: Collection[str]) -> Schema:
        schema = self._expand_allof_member(raw, pointer, name, shared)
        if not isinstance(raw, dict) or "$ref" not in raw:
            return schema
        return with_origin(schema, {"$ref": self.components.name_of(str(raw["$ref"]))})

    def _distribute(self, members: list[Schema], pointer: str, name: str) -> Schema:
        """The members of `allOf` as one schema, or as a union where they hold unions."""
        intersection = Intersection(self.components, self.dereference, self._is_heir)
        variants = allof.alternatives(members, intersection, name)
        if variants is None or intersection.has_too_many_variants:
            message = "these unions multiply to too many variants, so only what stands beside them is typed"
            self.findings.append(Finding(pointer, "many-variants", message))
        if not variants:
            variants = [intersection.merge(map(allof.beside_union, members), name)]
        self._tell_contradictions(intersection, pointer)
        if intersection.is_too_deep:
            message = "members of these parts nest too deeply to be merged, so the last counts there"
            self.findings.append(Finding(pointer, "not-rendered", message))
        discriminator = discriminator_of(members) if any(member.keys() & {*UNIONS} for member in members) else {}
        if len(variants) == 1 and not discriminator:
            return variants[0]
        variants = [without(variant, "discriminator") for variant in variants] if discriminator else variants
        return {"anyOf": [*_with_names(variants, name)], **discriminator}

    def _is_heir(self, heir: str, base: str) -> bool:
        """Whether one class extends the other by `allOf`."""
        pointers = [self._pointer_of(reference.removeprefix(REF)) for reference in (heir, base)]
        if pointers[0] not in self._ancestors:
            self._ancestors[pointers[0]] = ancestors(self.document, pointers[0])
        return pointers[1] in self._ancestors[pointers[0]]

    def _pointer_of(self, name: str) -> str:
        return str(self.components.schemas.get(name, {}).get(POINTER) or self.components.pointer_of(name))

    def _tell_contradictions(self, intersection: Intersection, pointer: str) -> None:
        for path, reason, at in dict.fromkeys(intersection.contradictions):
            member = f"`{'.'.join(path)}`" if path else "it"
            message = f"parts of `allOf` contradict each other: {member} cannot be both {reason}; the last counts"
            place = at if at.startswith(f"{pointer}/") else pointer
            self.findings.append(Finding(place, "contradiction", message))


def _with_names(variants: list[Schema], name: str) -> Iterator[Schema]:
    """The variants of a union, each with the name of the class that it may become; references have one."""
    for number, variant in enumerate(variants, start=1):
        yield variant if "$ref" in variant else {**variant, NAME: class_name([name, "option", str(number)])}


def _beside_null(raw: Any, pointer: str) -> tuple[Schema, str] | None:
    """The one schema that stands beside null in the schema at `pointer`, and its place; None: it is another schema."""
    schema = simplify(raw)
    keyword = next(iter(restrictions_of(schema)), "")
    variants = schema[keyword] if keyword in UNIONS and len(restrictions_of(schema)) == 1 else []
    others = [(index, variant) for index, variant in enumerate(variants) if variant != NULL]
    if len(variants) != 2 or len(others) != 1 or not isinstance(others[0][1], dict) or "$ref" in others[0][1]:
        return None
    index, variant = others[0]
    return {**annotations_of(schema), **variant}, join(pointer, keyword, str(index)) if keyword in raw else pointer
