"""Models and enumerations as templates see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from markupsafe import Markup as Code

from codegen.naming.names import class_name, members, words
from codegen.parser.text import text

from .annotations import Use, Writer
from .api import MANY, SHARED, Alias, Field, Model, UnionAlias
from .schemas import Member, Schemas
from .types import (
    ModelRef,
    Type,
    Union,
    Values,
    bounds_of,
    is_nullable,
    is_secret,
    is_wider_as_argument,
    models_in,
    optional,
    unions_in,
    without_null,
)
from .unions import Place, inner_first, names_of_unions
from .values import default_of, literal

#: The module of the models that no operation reaches.
UNUSED = Code("_unused")
#: Fields in one module. Type checkers have their limits (pyright's is some 25,000), and so have readers.
LARGEST = 8_000


@dataclass
class ModelBuilder:
    """Builds models; learns from operations which of them are sent and which are received."""

    schemas: Schemas
    sent: dict[str, set[str]] = field(default_factory=dict)
    """The classes that a request can hold, by tag."""
    received: dict[str, set[str]] = field(default_factory=dict)
    """The classes that an answer can hold, by tag."""

    places: list[Place] = field(default_factory=list)
    """What operations send and receive that has unions in it."""

    def reach(self, kind: Type, names: set[str]) -> None:
        """Record the classes that a value can hold, at every depth."""
        pending = [*models_in(kind)]
        while pending:
            if (name := pending.pop()) not in names:
                names.add(name)
                pending += self.schemas.classes_in(name)

    def add(self, use: Use, kind: Type, tag: str) -> None:
        """Record what an operation under this tag sends or receives."""
        ways = self.sent if use is Use.REQUEST else self.received
        self.reach(kind, ways.setdefault(tag, set()))

    def names(self, kind: Type) -> tuple[Code, ...]:
        """The classes in a type."""
        return _names(kind)

    # Modules

    @cached_property
    def homes(self) -> dict[str, str]:
        """The module of each class where there are many: that of the one tag that needs it, `_shared` or `_unused`.

        Their names are private: a further operation can move a class. All can be had from `models`, whatever comes.
        """
        tags: dict[str, set[str]] = {}
        for names_by_tag in (self.sent, self.received):
            for tag, names in names_by_tag.items():
                for name in names:
                    tags.setdefault(name, set()).add(tag)
        single = {name: f"_{next(iter(users))}" for name, users in tags.items() if len(users) == 1}
        whole = {name: single.get(name, SHARED if name in tags else UNUSED) for name in self.schemas.classes}
        return {name: home for module in sorted({*whole.values()}) for name, home in self._cut(module, whole)}

    def _cut(self, module: str, homes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The classes of a module in the order of the alphabet, the next module where one is full."""
        fields = 0
        for name in (name for name in self.schemas.classes if homes[name] == module):
            fields += len(self.schemas.by_name[name].get("properties") or ())
            number = 1 + fields // LARGEST
            yield name, module if number == 1 else f"{module}__{number}"

    # Unions

    @cached_property
    def _all_places(self) -> list[Place]:
        return [*self.places, *self._places_in_classes()]

    @cached_property
    def _unions(self) -> dict[Union, None]:
        """Each once."""
        places = (place for place in self._all_places if place.use is not Use.ARGUMENT)
        return dict.fromkeys(part for place in places for part in unions_in(place.type))

    @cached_property
    def _beside_others(self) -> set[str]:
        """The classes of objects that can fit several variants of a union."""
        unions = (kind for kind in self._unions if kind.discriminator is None)
        groups = ([part.name for part in kind.members if isinstance(part, ModelRef)] for kind in unions)
        return {name for group in groups if len(group) > 1 for name in group}

    @cached_property
    def _secrets_beside(self) -> dict[str, set[str]]:
        """The secrets of other variants of a union, by the classes that may have any members."""
        secrets: dict[str, set[str]] = {}
        for kind in self._unions:
            names = [part.name for part in kind.members if isinstance(part, ModelRef)]
            whole = {secret for name in names for secret in self._secrets(name)}
            for name in names if whole else ():
                if self.schemas.undeclared(name):
                    declared = {member.wire_name for member in self.schemas.members(name)}
                    secrets.setdefault(name, set()).update(whole - declared)
        return secrets

    def _secrets(self, name: str) -> Iterator[str]:
        return (member.wire_name for member in self.schemas.members(name) if is_secret(member.type))

    @cached_property
    def union_names(self) -> Mapping[Use, Mapping[Type, str]]:
        """The names of the unions that have one, by use."""
        return names_of_unions(self._all_places, self._name_of_union)

    def _places_in_classes(self) -> Iterator[Place]:
        for name in self.schemas.classes:
            use = self._use(name)
            members = [member for member in self.schemas.members(name) if any(unions_in(member.type))]
            named = [(class_name([name, *words(member.wire_name)]), member.type) for member in members]
            yield from (Place(use, *pair) for pair in named)
            if extra := self.schemas.undeclared(name):
                yield Place(use, f"{name}Value", extra)
            if name in self._sent:
                yield from (Place(Use.ARGUMENT, *pair) for pair in named if is_wider_as_argument(pair[1]))

    def _name_of_union(self, kind: Union, name: str) -> str:
        base = kind.discriminator.base if kind.discriminator else ""
        return self._union_components.get(kind) or base or name

    @cached_property
    def _union_components(self) -> Mapping[Type, str]:
        return {without_null(self.schemas.component(name)): name for name in self.schemas.unions()}

    def unions(self) -> Iterator[UnionAlias]:
        """The unions that have a name, each after those within it."""
        for use, names in self.union_names.items():
            for kind in inner_first(names):
                home, elsewhere = self.homes_of_unions[names[kind]], set[str]()
                inner = {other: name for other, name in names.items() if other != kind}
                writer = Writer(use, self._qualified(home, elsewhere), names=inner)
                yield UnionAlias(
                    name=Code(names[kind]),
                    home=Code(home),
                    definition=writer.annotation(kind),
                    is_validated=use is not Use.ARGUMENT,
                    modules=tuple(map(Code, sorted(elsewhere))),
                )

    @cached_property
    def homes_of_unions(self) -> Mapping[str, str]:
        """The module of each union that has a name: that of its variants, of several the one that reaches them all."""
        homes = {}
        for kind, name in (pair for names in self.union_names.values() for pair in names.items()):
            groups = {self.homes[model].partition("__")[0] for model in models_in(kind)} - {SHARED}
            homes[name] = next(iter(groups), SHARED) if len(groups) < 2 else UNUSED
        return homes

    def _qualified(self, home: str, elsewhere: set[str]) -> Callable[[str], str]:
        """How the module `home` writes the name of a class or union; other modules that it needs go to `elsewhere`."""

        def qualified(name: str) -> str:
            other = self.homes.get(name) or self.homes_of_unions.get(name, SHARED)
            if len(self.schemas.classes) <= MANY or other == home:
                return name
            elsewhere.add(other)
            return f"{other}.{name}"

        return qualified

    # Classes

    @cached_property
    def _sent(self) -> set[str]:
        return set[str]().union(*self.sent.values())

    @cached_property
    def _received(self) -> set[str]:
        return set[str]().union(*self.received.values())

    def _use(self, name: str) -> Use:
        return Use.REQUEST if name in self._sent and name not in self._received else Use.ANSWER

    def all(self) -> Iterator[Model]:
        """Every model, by name."""
        yield from map(self.model, self.schemas.classes)

    def _base(self, name: str, use: Use, fields: Iterable[Field]) -> Code:
        if use is not Use.REQUEST:
            return Code("ExpiringModel" if any(one.end for one in fields) else "Model")
        is_closed = self.schemas.by_name[name].get("additionalProperties") is False
        return Code("RequestVariant" if name in self._beside_others and not is_closed else "RequestModel")

    def aliases(self) -> Iterator[Alias]:
        """The enumerations that have a name in the description."""
        for name in self.schemas.enumerations():
            kind = self.schemas.component(name)
            assert isinstance(kind, Values)
            yield Alias(Code(name), replace(kind, name=""), text(self.schemas.by_name[name].get("description")))

    def _other_names(self, name: str) -> Iterator[Alias]:
        for other in self.schemas.other_names.get(name, ()):
            yield Alias(Code(other), ModelRef(name), text(self.schemas.descriptions[other]))

    def model(self, name: str) -> Model:
        """One model."""
        schema, use, elsewhere = self.schemas.by_name[name], self._use(name), set[str]()
        is_sent, is_received = name in self._sent, name in self._received
        qualified = self._qualified(self.homes[name], elsewhere)
        writer, arguments = (Writer(each, qualified, names=self.union_names[each]) for each in (use, Use.ARGUMENT))
        fields = FieldBuilder(writer, arguments, is_sent, is_received)
        extra, built = self.schemas.undeclared(name), tuple(fields.build([*self.schemas.members(name)]))
        return Model(
            name=Code(name),
            home=Code(self.homes[name]),
            base=self._base(name, use, built),
            description=text(schema.get("description")),
            fields=built,
            extra=None if extra is None else fields.writer.annotation(extra),
            has_wider_arguments=is_sent and any(one.argument for one in built),
            is_closed=is_sent and is_received and schema.get("additionalProperties") is False,
            secret_names=tuple(map(text, sorted(self._secrets_beside.get(name, ())))),
            aliases=tuple(self._other_names(name)),
            modules=tuple(map(Code, sorted(elsewhere))),
        )


@dataclass(frozen=True, slots=True)
class FieldBuilder:
    """Builds the fields of one model, whose values go the given ways."""

    writer: Writer
    writer_of_arguments: Writer
    is_sent: bool
    is_received: bool

    def build(self, declared: list[Member]) -> Iterator[Field]:
        """The fields, in the order of the description."""
        names = members(member.wire_name for member in declared)
        return (self.field(member, names) for member in declared)

    def field(self, member: Member, names: Mapping[str, str]) -> Field:
        """A field; `names` are those of all, by their names on the wire."""
        is_required = member.is_required and not self._can_lack(member)
        kind, default = self._type_and_default(member, is_required=is_required)
        return Field(
            name=Code(names[member.wire_name]),
            wire_name=text(member.wire_name),
            type=kind,
            annotation=self.writer.unbounded(kind),
            argument=self.writer_of_arguments.unbounded(kind) if is_wider_as_argument(kind) else None,
            documented=_documented(self.writer.use, kind),
            constraints=Code(
                ", ".join(self._constraints(member, is_required=is_required, has_default=default is not None))
            ),
            nullable=not member.is_required and is_nullable(member.type),
            read_only=member.is_read_only,
            default=default,
            required=is_required,
            secret=is_secret(member.type),
            description=text(member.description),
            models=_names(member.type),
            end=self._end(member, names),
        )

    def _end(self, member: Member, names: Mapping[str, str]) -> Code | None:
        """The attribute that says when the lifetime is over that an answer's member gives; no member's name."""
        end = member.schema.get("x-lifetime")
        return None if end is None or end in names.values() or self._is_request else Code(end)

    def _type_and_default(self, member: Member, *, is_required: bool) -> tuple[Type, Code | None]:
        default = default_of(member.type, member.default, is_sent=self._is_request)
        if is_required and self.is_sent and member.is_read_only:
            return member.type, Code("from_server()")
        if is_required:
            return member.type, default if self._is_request else None  # an answer that lacks it does not fit
        if default is None:
            return optional(member.type), Code("None")
        return member.type, default

    @property
    def _is_request(self) -> bool:
        return self.writer.use is Use.REQUEST

    def _can_lack(self, member: Member) -> bool:
        """Whether answers have no such member, or requests, where only they have the class: it goes the other way."""
        return member.is_write_only if self.is_received else self.is_sent and member.is_read_only

    def _constraints(self, member: Member, *, is_required: bool, has_default: bool) -> Iterator[str]:
        """What is checked in requests only; the class of an answer, too, keeps it apart.

        A required member may have a default all the same: a constant, which no caller needs to give, or a proposal.
        """
        if (
            self._is_request
            and is_required
            and has_default
            and not (isinstance(member.type, Values) and member.type.is_constant)
        ):
            yield "required=True"
        yield from self._bounds(member.type, is_required=is_required)

    def _bounds(self, kind: Type, *, is_required: bool) -> Iterator[str]:
        bounds = bounds_of(kind)
        if is_required and not self._is_request and is_secret(kind) and "min_length" in dict(bounds):
            yield "min_length=1"  # a credential: an answer with an empty one is of no use
        if self._is_request:
            yield from (f"{name}={literal(value)}" for name, value in bounds)
        elif self.is_sent and bounds:
            yield f"sent={{{', '.join(f'{literal(name)}: {literal(value)}' for name, value in bounds)}}}"


@cache
def _documented(use: Use, kind: Type) -> Code:
    return Writer(use, str, is_documentation=True).unbounded(kind)


@cache
def _names(kind: Type) -> tuple[Code, ...]:
    """The classes in a type: a union of hundreds of them stands in many members."""
    return tuple(map(Code, models_in(kind)))
