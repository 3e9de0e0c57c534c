"""From the description as written to the one that the parser reads.

Every object and enumeration gets a class name of our choosing by becoming a component; whatever is referenced from
elsewhere than `components/schemas` is put in place; `allOf` is merged. What is left is what the parser does well.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from codegen.description.document import Document, join
from codegen.naming.names import Names, class_name, identifier, words
from codegen.normalise import steps
from codegen.normalise.allof import beside_union, contradict, has_own_members, merge, said_beside
from codegen.normalise.discriminators import distinguish
from codegen.normalise.heirs import spread
from codegen.normalise.operations import Paths, Shape, parser_path, skeleton
from codegen.normalise.recursion import Cuts
from codegen.normalise.steps import INLINE, POINTER, REF, WIRES, Schema
from codegen.parser.reading import snake_case
from codegen.report.diagnostics import Diagnostic

#: Variants that unions may multiply to; each of them is a class.
_VARIANTS = 32


@dataclass(frozen=True, slots=True)
class Normalised:
    """A description for the parser, and the operations that it is not given whole."""

    document: Document
    shapes: tuple[Shape, ...]
    cuts: tuple[str, ...]
    """Where a type had to be cut off, see `Cuts`; pointers into the description as written."""
    crowded: tuple[str, ...]
    """Where unions in an `allOf` multiply to too many variants; pointers too."""
    untyped: tuple[str, ...]
    """Where `items` have no type beside them; pointers too."""
    numbered: tuple[tuple[str, str, str], ...]
    """Classes that could not have the name that they should: pointer, that name, theirs."""

    def warnings(self) -> Iterator[Diagnostic]:
        """What the client cannot say as the description does."""
        message = "this type holds itself without an object in between; here the client takes `Any`"
        for pointer in self.cuts:
            yield self.document.diagnostic(pointer, "recursive-type", message)
        for pointer in self.crowded:
            message = "these unions multiply to too many variants: the client knows only what stands beside them"
            yield self.document.diagnostic(pointer, "many-variants", message)
        for pointer in self.untyped:
            message = "`items` without `type` say nothing of a value that is no list, so it is `Any`"
            yield self.document.diagnostic(pointer, "no-type", message, hint="write `type: array`")
        for pointer, wanted, taken in self.numbered:
            message = f"another class is `{wanted}`, so this is `{taken}`; additions can change the number"
            yield self.document.diagnostic(pointer, "numbered-name", message)

    @property
    def schemas(self) -> dict[str, Schema]:
        """The components by class name."""
        found: dict[str, Schema] = self.document.data["components"]["schemas"]
        return found


def normalise(document: Document) -> Normalised:
    """The same description for the parser; the original is left alone."""
    components = Components(document)
    operations = Paths(document, components)
    untyped = list(operations.shapes())
    components.complete()
    shapes = [(pointer, operations.typed(shape)) for pointer, shape in untyped]
    spread(document, components.schemas, components.by_pointer)
    distinguish(components.schemas, components.by_pointer)
    cuts = Cuts(components.schemas)
    schemas = {name: _untangled(schema) for name, schema in cuts.all().items()}
    paths: dict[str, Any] = {}
    for number, (pointer, shape) in enumerate(shapes):
        paths.setdefault(parser_path(shape.path), {})[shape.method] = skeleton(shape, pointer, number)
    kept = {key: document.data.get(key) for key in ("openapi", "info")}
    data: dict[str, Any] = {**kept, "paths": paths, "components": {"schemas": schemas}}
    return Normalised(
        replace(document, data=data),
        tuple(shape for _, shape in shapes),
        tuple(cuts.made),
        tuple(dict.fromkeys(components.crowded)),
        tuple(dict.fromkeys(components.untyped)),
        tuple((pointer, *names) for pointer, names in components.numbered.items()),
    )


@dataclass
class Components:
    """The schemas of the description; grows as operations bring theirs."""

    document: Document
    schemas: dict[str, Schema] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    by_pointer: dict[str, str] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    numbered: dict[str, tuple[str, str]] = field(default_factory=dict)
    crowded: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = (self.document.data.get("components") or {}).get("schemas") or {}
        for name, taken in self.names.choose(given):
            self.by_pointer[join("#/components/schemas", name)] = taken
        self.complete()

    def complete(self) -> None:
        """Make the components that have been named so far; a loop, since a chain of references can be long."""
        while missing := [pointer for pointer, name in self.by_pointer.items() if name not in self.schemas]:
            for pointer in missing:
                self.component(pointer)

    def name_of(self, pointer: str) -> str:
        """The class name of the schema at `pointer`, which becomes a component."""
        if pointer not in self.by_pointer:
            self.by_pointer[pointer] = self.take(class_name(words(pointer)), pointer)
        return self.by_pointer[pointer]

    def take(self, name: str, pointer: str) -> str:
        """The class name, or one with a number, which is remembered: its users may see it change."""
        taken = self.names.take(name)
        if pointer and taken != name:
            self.numbered[pointer] = name, taken
        return taken

    def component(self, pointer: str) -> str:
        """As `name_of`, and the component is there."""
        name = self.name_of(pointer)
        if name not in self.schemas and pointer not in self.under_way:
            self.under_way.add(pointer)
            self.schemas[name] = {POINTER: pointer, **self.schema(self.document.at(pointer), pointer, name)}
            self.under_way.discard(pointer)
        return name

    def reference(self, raw: Schema) -> Schema:
        """A `$ref` to a component, whatever it led to; what stands beside it is kept for the templates."""
        beside = {key: value for key, value in raw.items() if key in steps.ANNOTATIONS}
        return {**beside, "$ref": REF + self.name_of(str(raw["$ref"]))}

    def schema(self, raw: Any, pointer: str, name: str) -> Schema:
        """The schema with its parts normalised; `name` is the class that it would be."""
        schema = steps.mend(raw)
        if "$ref" in schema:
            if steps.is_annotation_only({key: value for key, value in schema.items() if key != "$ref"}):
                return self.reference(schema)
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {"allOf": [{"$ref": schema["$ref"]}], **rest}
        if union := self.mixed(schema):
            whole = {key: value for key, value in schema.items() if key != union}
            schema = {**whole, "allOf": [{union: schema[union]}, *(schema.get("allOf") or ())]}
        if schema.get("allOf"):
            return {**self.merged(schema, pointer, name), POINTER: pointer}
        schema = self.told(schema, pointer)
        return {**schema, **dict(self.parts(schema, pointer, name)), POINTER: pointer}

    def told(self, schema: Schema, pointer: str) -> Schema:
        """Without `items` where nothing says that a value is a list: any value fits."""
        if "items" not in schema or schema.keys() & {"type", "anyOf", "oneOf", "enum", "const"}:
            return schema
        self.untyped.append(pointer)
        return {key: value for key, value in schema.items() if key != "items"}

    def parts(self, schema: Schema, pointer: str, name: str) -> Iterator[tuple[str, Any]]:
        for keyword in ("anyOf", "oneOf", "prefixItems"):
            if members := schema.get(keyword):
                at, options = join(pointer, keyword), self.options(members, name)
                given = zip(members, options, strict=True)
                yield keyword, [self.hoisted(part, join(at, str(i)), name, own) for i, (part, own) in enumerate(given)]
        if properties := schema.get("properties"):
            at = join(pointer, "properties")
            yield "properties", {key: self.hoisted(part, join(at, key), name, key) for key, part in properties.items()}
        if "items" in schema:
            yield "items", self.hoisted(schema["items"], join(pointer, "items"), name, "item")
        if isinstance(values := schema.get("additionalProperties"), dict):
            yield "additionalProperties", self.hoisted(values, join(pointer, "additionalProperties"), name, "value")

    def options(self, members: list[Any], name: str) -> list[str]:
        """What tells the members of a union apart: titles, or numbers. An object beside null has the union's own name.

        Unless a component has that: then the union is what is referred to.
        """
        is_component = any(self.by_pointer.get(pointer) == name for pointer in self.under_way)
        if not is_component and sum(part != {"type": "null"} for part in members) == 1:
            return [""] * len(members)
        titles = [part.get("title") if isinstance(part, dict) else None for part in members]
        return [one if isinstance(one, str) else f"option {number}" for number, one in enumerate(titles, start=1)]

    def hoisted(self, raw: Any, pointer: str, parent: str, part: str) -> Schema:
        """The schema, or a reference to the component that it becomes."""
        name = class_name([parent, *words(part)])
        return self.kept(self.schema(raw, pointer, name), name)

    def kept(self, schema: Schema, name: str) -> Schema:
        """A normalised schema, or a reference to the component that it becomes: objects and enumerations do."""
        if "$ref" in schema or not (steps.is_object(schema) or "enum" in schema):
            return schema
        beside = {key: schema[key] for key in steps.ANNOTATIONS & schema.keys()}
        return {**beside, "$ref": REF + self.keep(name, {**schema, INLINE: True} if "enum" in schema else schema)}

    def keep(self, name: str, schema: Schema) -> str:
        """Make a normalised schema a component; its name. What is referred to by its place is the same component."""
        pointer = str(schema.get(POINTER) or "")
        taken = self.by_pointer.get(pointer) or self.take(name, pointer)
        if pointer:
            self.by_pointer[pointer] = taken
        self.schemas.setdefault(taken, schema)
        return taken

    # allOf

    def merged(self, schema: Schema, pointer: str, name: str) -> Schema:
        """`allOf` as one schema: members of objects put together, a union in it distributed over the rest."""
        members = [
            self.whole(part, join(join(pointer, "allOf"), str(i)), name) for i, part in enumerate(schema["allOf"])
        ]
        beside = {key: value for key, value in schema.items() if key != "allOf"}
        outside = {key: value for key, value in beside.items() if key in steps.ANNOTATIONS}
        typed = [part for part in schema["allOf"] if not steps.is_annotation_only(part)]
        if len(typed) == 1 and "$ref" in typed[0] and not beside.keys() - steps.ANNOTATIONS:
            return self.reference({**typed[0], **said_beside(schema["allOf"]), **outside})
        if beside.keys() - steps.ANNOTATIONS:
            rest = {key: value for key, value in beside.items() if key not in steps.ANNOTATIONS}
            members.append(self.whole(rest, pointer, name))
        return {**self.told(self.distributed(members, pointer, name), pointer), **outside}

    def distributed(self, members: list[Schema], pointer: str, name: str) -> Schema:
        """JSON Schema: all of (A, any of (B, C)) is any of (all of (A, B), all of (A, C))."""
        choices = [self.choices(part) for part in members]
        unions = (part.get(keyword) or () for part in members for keyword in ("anyOf", "oneOf"))
        limit = max(_VARIANTS, *map(len, unions))
        combinations = list(itertools.islice(itertools.product(*choices), limit + 1))
        if len(combinations) > limit:
            self.crowded.append(pointer)
            combinations = []
        merged = [merge(combination) for combination in combinations if not contradict(combination)]
        if len(merged) < 2:
            return merged[0] if merged else merge(map(beside_union, members))
        named = [(part, class_name([name, "option", str(number)])) for number, part in enumerate(merged, start=1)]
        return {"anyOf": [self.kept(part, own) for part, own in named]}

    def mixed(self, schema: Schema) -> str:
        """The keyword of a union of objects that lack members which stand beside it; the parser would forget these."""
        for keyword in ("anyOf", "oneOf"):
            variants = [self.document.resolve(part) for part in schema.get(keyword) or ()]
            if variants and all(has_own_members(one) for one in variants):
                known = set.intersection(*({*one["properties"]} for one in variants))
                return keyword if (schema.get("properties") or {}).keys() - known else ""
        return ""

    def whole(self, raw: Any, pointer: str, name: str) -> Schema:
        """A member of `allOf` as written, with its reference followed and its own `allOf` merged."""
        schema = steps.mend(raw)
        if "$ref" in schema:
            target = str(schema["$ref"])
            # A schema that contains itself through allOf says nothing more there.
            return {} if target in self.under_way else self.known({"$ref": REF + self.component(target)})
        if schema.get("allOf"):
            return self.known(self.merged(schema, pointer, name))
        unions = {keyword: schema[keyword] for keyword in ("anyOf", "oneOf") if schema.get(keyword)}
        rest = {key: value for key, value in schema.items() if key not in unions}
        found = {**rest, **dict(self.parts(rest, pointer, name))}
        for keyword, members in unions.items():  # no classes yet: they are merged with what stands beside the union
            at, options = (
                join(pointer, keyword),
                [class_name([name, *words(own)]) for own in self.options(members, name)],
            )
            whole = [self.whole(part, join(at, str(i)), options[i]) for i, part in enumerate(members)]
            found[keyword] = whole
        return found

    def choices(self, schema: Schema, within: frozenset[object] = frozenset()) -> list[Schema]:
        """What a value can be, each with what stands beside the union; also where a member of it is a union.

        One that is the union itself adds nothing.
        """
        found = [beside_union(schema)]
        for keyword in ("anyOf", "oneOf"):
            parts = [part for part in schema.get(keyword) or () if part.get("$ref") not in within]
            held = [(self.known(part), within | {part["$ref"]} if "$ref" in part else within) for part in parts]
            options = [choice for part, around in held for choice in self.choices(part, around)]
            found = [merge([one, option]) if one else option for one in found for option in options] or found
        return found

    def known(self, schema: Schema) -> Schema:
        """A normalised schema with its reference followed."""
        seen: set[str] = set()
        while (ref := schema.get("$ref")) is not None and ref not in seen:
            seen.add(ref)
            name = str(ref).removeprefix(REF)
            if name not in self.schemas:
                self.component(next(pointer for pointer, taken in self.by_pointer.items() if taken == name))
            schema = self.schemas.get(name, {})
        return schema


def _untangled(schema: Schema) -> Schema:
    """Members whose Python names are one (`+1` and `-1`), also to the parser (`a[b]` and `ab`): it is given numbers."""
    properties = schema.get("properties") or {}
    if all(len({*map(spelt, properties)}) == len(properties) for spelt in (identifier, snake_case)):
        return schema
    wires = {f"member_{number}": name for number, name in enumerate(properties)}
    required = [given for given, name in wires.items() if name in (schema.get("required") or ())]
    given = {given: properties[name] for given, name in wires.items()}
    return {**schema, "properties": given, "required": required, WIRES: wires}
