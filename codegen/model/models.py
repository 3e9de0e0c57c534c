"""Models and enumerations as templates see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from markupsafe import Markup as Code

from codegen.model.annotations import Annotator, is_nullable
from codegen.model.api import MANY, SHARED, Alias, Field, Model
from codegen.model.bounds import constraints
from codegen.model.schemas import Models
from codegen.model.values import default_of, literal
from codegen.naming.names import casings, members
from codegen.normalise.markers import INLINE, TYPES, WIRES
from codegen.parser.reading import ConstProperty, ModelProperty, Property
from codegen.parser.text import text

#: The module of the models that no operation reaches.
UNUSED = Code("_unused")
#: Fields in one module. Type checkers have their limits (pyright's is some 25,000), and so have readers.
LARGEST = 8_000

#: A property of a model: its name on the wire, what the parser made of it, its schema.
Member: TypeAlias = tuple[str, Property, Any]


@dataclass
class Translator:
    """Translates models; learns from operations which of them are sent and which are received."""

    models: Models
    sent: dict[str, set[str]] = field(default_factory=dict)
    received: dict[str, set[str]] = field(default_factory=dict)

    def reach(self, prop: Property, found: set[str]) -> None:
        """Record the models that a request (or an answer) of a tag can hold, at every depth."""
        wanted = list(self.models.held_by(prop))
        while wanted:
            model = wanted.pop()
            if model.class_info.name not in found:
                found.add(model.class_info.name)
                wanted += [held for part in self.parts(model) for held in self.models.held_by(part)]

    def parts(self, model: ModelProperty) -> list[Property | None]:
        """Whatever a model holds: its members, and the values of the members that it does not know by name."""
        return [*self.models.members(model), self.models.whole(model).additional_properties]

    def names(self, prop: Property) -> tuple[Code, ...]:
        """The classes that a value of this property can hold."""
        return tuple(Code(model.class_info.name) for model in self.models.held_by(prop))

    @cached_property
    def homes(self) -> dict[str, str]:
        """The module of each class where there are many: that of the one tag that needs it, `_shared` or `_unused`.

        Their names are private: a further operation can move a class. All can be had from `models`, whatever comes.
        """
        tags: dict[str, set[str]] = {}
        for found in (self.sent, self.received):
            for tag, names in found.items():
                for name in names:
                    tags.setdefault(name, set()).add(tag)
        single = {name: f"_{next(iter(found))}" for name, found in tags.items() if len(found) == 1}
        whole = {name: single.get(name, SHARED if name in tags else UNUSED) for name in self.needed}
        return {name: home for module in sorted({*whole.values()}) for name, home in self._cut(module, whole)}

    def _cut(self, module: str, homes: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The classes of a module in the order of the alphabet, the next module where one is full."""
        fields = 0
        for name in (name for name in self.needed if homes[name] == module):
            fields += len(self.models.members(self.models.by_name[name]))
            number = 1 + fields // LARGEST
            yield name, module if number == 1 else f"{module}__{number}"

    @cached_property
    def needed(self) -> list[str]:
        """The objects that need a class; one of which no member is known by name is a `dict`."""
        schemas = self.models.schemas
        classes = sorted((name, model) for name, model in self.models.by_name.items() if TYPES not in schemas[name])
        return [name for name, model in classes if not self.models.is_map(model)]

    def all(self) -> Iterator[Model]:
        """Every model, by name."""
        sent, received = (set().union(*found.values()) for found in (self.sent, self.received))
        for name in self.needed:
            missing = tuple(flag for flag, names in (("readOnly", sent), ("writeOnly", received)) if name in names)
            yield self.model(name, missing, split=len(self.needed) > MANY)

    def aliases(self) -> Iterator[Alias]:
        """The enumerations that have a name in the description."""
        for name, schema in sorted(self.models.schemas.items()):
            if "enum" in schema and INLINE not in schema:
                yield Alias(Code(name), Code(self.models.enumeration(name)), text(schema.get("description")))

    def model(self, name: str, missing: tuple[str, ...], *, split: bool) -> Model:
        """One model; `missing` are the flags of members that its values lack on one of their ways."""
        model = self.models.by_name[name]
        request = missing == ("readOnly",)
        home = self.homes[name]
        elsewhere: set[str] = set()

        def written(other: str) -> str:
            if not split or (place := self.homes.get(other, SHARED)) == home:
                return other
            elsewhere.add(place)
            return f"{place}.{other}"

        annotator = Annotator(self.models, written, request=request)
        found = list(self.members(model))
        names = members(wire for wire, _, _ in found)
        fields = tuple(self.field(names[one[0]], one, annotator, {*names}, missing) for one in found)
        return Model(
            name=Code(name),
            home=Code(home),
            base=Code("RequestModel" if request else "Model"),
            description=text(model.description),
            fields=fields,
            extra=self.extra_type(model, annotator),
            modules=tuple(map(Code, sorted(elsewhere))),
        )

    def extra_type(self, model: ModelProperty, annotator: Annotator) -> Code | None:
        """The type of the members that are not known by name; None where they are ignored."""
        schema = self.models.schema(model).get("additionalProperties")
        if not schema:
            return None
        values = self.models.whole(model).additional_properties
        write = annotator.constrained if annotator.request else annotator.plain
        return Code(write(values, schema) if values else "Any")

    def field(
        self, name: str, member: Member, annotator: Annotator, wires: set[str], missing: tuple[str, ...]
    ) -> Field:
        wire, prop, schema = member
        whole = self.models.resolved(schema)
        annotation = annotator.items(prop, schema)
        default = default_of(prop, schema, sent=whole if annotator.request else None)
        required = prop.required and not any(whole.get(flag) for flag in missing)
        if not required and default is None:
            default = "None"
            annotation += "" if is_nullable(prop) or annotation == "Any" else " | None"
        if required and not annotator.request:
            default = None  # an answer that lacks it does not fit the description
        always = ["required=True"] if required and default is not None and not isinstance(prop, ConstProperty) else []
        return Field(
            name=Code(name),
            wire=text(wire),
            casings=tuple(text(casing) for casing in casings(wire) if casing not in wires),
            annotation=Code(annotation),
            constraints=Code(", ".join([*always, *_checked(constraints(prop, whole), missing)])),
            nullable=not prop.required and is_nullable(prop),
            read_only=bool(whole.get("readOnly")),
            default=None if default is None else Code(default),
            required=required,
            secret=self.is_secret(whole),
            description=text(prose(schema, whole)),
            models=self.names(prop),
        )

    def is_secret(self, schema: Any, seen: frozenset[int] = frozenset()) -> bool:
        """Whether a text is marked as a password, or any that a list, a map or a union can hold."""
        whole = self.models.resolved(schema)
        if not whole or id(schema) in seen:  # as it is held; `resolved` may make another one each time
            return False
        inner = [whole.get("items"), whole.get("additionalProperties")]
        inner += [one for key in ("allOf", "anyOf", "oneOf") for one in whole.get(key) or ()]
        return whole.get("format") == "password" or any(self.is_secret(one, seen | {id(schema)}) for one in inner)

    def members(self, model: ModelProperty) -> Iterator[Member]:
        """A model's properties in the order of the description, each with its name on the wire and its schema."""
        schema = self.models.schema(model)
        wires = schema.get(WIRES) or {}
        props = {prop.name.get_untrusted_value(): prop for prop in self.models.members(model)}
        for name, part in (schema.get("properties") or {}).items():
            yield wires.get(name, name), props[name], part


def _checked(found: Iterable[tuple[str, Any]], missing: tuple[str, ...]) -> Iterator[str]:
    """The constraints of a field, which hold for requests only: a class that answers have, too, keeps them apart."""
    if missing == ("readOnly",):
        yield from (f"{name}={literal(value)}" for name, value in found)
    elif "readOnly" in missing:
        pairs = [f"{literal(name)}: {literal(value)}" for name, value in found]
        if pairs:
            yield f"sent={{{', '.join(pairs)}}}"


def prose(*sources: dict[str, Any]) -> str:
    """The first description, after the word that tells callers to look for another way."""
    deprecated = "Deprecated." if any(source.get("deprecated") for source in sources) else ""
    description = next((str(source["description"]) for source in sources if source.get("description")), "")
    return f"{deprecated} {description}".strip()
