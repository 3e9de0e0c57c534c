"""Types as Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache

from markupsafe import Markup as Code

from codegen.naming.names import unknown_variant

from .types import (
    NULL,
    Anything,
    Bounds,
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
    alternatives,
    bounds_of,
    is_anything,
    is_nullable,
    models_in,
    only_type,
    union,
    without_null,
)
from .values import literal

#: What an argument takes whose words callers may pass one by one, as in `scopes.py`.
_WORDS = "str | Scope | Iterable[str | Scope]"


#: Types with `|` between them: to Python's parser, each is nested in the next, and it does not nest thousands.
_MOST_BARS = 100


class Use(Enum):
    """What a type is written for."""

    ARGUMENT = "argument"
    """A signature: any sequence is a list, enumerations are closed, bounds are left to the request."""
    REQUEST = "request"
    """What is sent: enumerations are closed, bounds are checked."""
    ANSWER = "answer"
    """What is received: enumerations and discriminated unions are open, bounds are left to the server."""


#: What an enumeration takes beside its values, by use: answers bring new ones, arguments come as members of an `Enum`.
_BESIDE_VALUES = {
    (Use.ANSWER, Kind.INTEGER): Kind.UNKNOWN_INTEGER,
    (Use.ANSWER, Kind.STRING): Kind.UNKNOWN_STRING,
    (Use.ARGUMENT, Kind.INTEGER): Kind.ENUM_INTEGER,
    (Use.ARGUMENT, Kind.STRING): Kind.ENUM_STRING,
}
_WIDER = {beside: kind for (_, kind), beside in _BESIDE_VALUES.items()}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes types as Python for one use; `qualified` turns the name of a class into how it is written there.

    `is_documentation`: leave out what only type checkers need to tell new values from listed ones.
    """

    use: Use
    qualified: Callable[[str], str] = "models.{}".format
    is_documentation: bool = False
    names: Mapping[Type, str] = field(default_factory=dict)
    """Of unions that have one for this use, see `unions.py`."""

    def annotation(self, kind: Type) -> Code:
        """The type, in a request with its bounds; also as a value, where type checkers have no `|` of `Annotated`."""
        used = self._used(kind)
        members = [] if only_type(used) == used or self._has_bounds_as_a_whole(used) else alternatives(used)
        if any(map(self._is_annotated, members)):
            # A component may be called Union, but no name of a description begins with an underscore.
            return Code(f"_Union[{', '.join(map(self._bounded, members))}]")
        return Code(self._bounded(used))

    def _has_bounds_as_a_whole(self, kind: Type) -> bool:
        """Whether it is one type, and perhaps null, with bounds that stand beside both."""
        only = only_type(kind)
        return only is not None and not self._is_told_apart(only)

    def _is_annotated(self, kind: Type) -> bool:
        return bool(bounds_of(kind)) or self._is_told_apart(kind)

    def unbounded(self, kind: Type) -> Code:
        """The type without the bounds of the whole, which the field of a model carries itself."""
        return Code(self._text(self._used(kind)))

    def _used(self, kind: Type) -> Type:
        """The type with only that in it which the use asks for, and by its name, if it has one for this use."""
        name = self.names.get(without_null(kind)) if self.names and isinstance(kind, Union) else None
        if name is None:
            is_plain = not self.names and self.use is not Use.REQUEST
            return _used_once(self.use, self.is_documentation, kind) if is_plain else self._used_parts(kind)
        return union([ModelRef(name), *([NULL] if is_nullable(kind) else ())])

    def _used_parts(self, kind: Type) -> Type:
        match kind:
            case Scalar(scalar, bounds):
                return Scalar(scalar, self._used_bounds(bounds), words=self._taken_words(kind))
            case Values():
                closed = replace(kind, is_secret=False)
                return closed if kind.is_constant else union([closed, *self._beside_values(kind.kind)])
            case ListOf(items, bounds):
                return ListOf(self._used(items), self._used_bounds(bounds))
            case MapOf(values):
                return MapOf(self._used(values))
            case ModelRef(name):
                return ModelRef(name)
            case Union(discriminator=Discriminator()):
                return kind
            case Union(members):
                return _simplified(map(self._used, members))
            case Anything():
                return Anything()

    def _used_bounds(self, bounds: Bounds) -> Bounds:
        return bounds if self.use is Use.REQUEST else ()

    def _taken_words(self, kind: Scalar) -> Words | None:
        """All words alike: what they have to be is checked in the request."""
        return Words() if kind.words and self.use is Use.ARGUMENT else None

    def _beside_values(self, kind: Kind) -> Iterator[Type]:
        """What an enumeration takes that may have other values tomorrow."""
        if self.is_documentation:
            yield from [Scalar(kind)] if self.use is Use.ANSWER else []
        elif self.use is not Use.REQUEST:
            yield Scalar(_BESIDE_VALUES.get((self.use, kind), kind))

    def _is_told_apart(self, kind: Type) -> bool:
        is_validated = not (self.use is Use.ARGUMENT or self.is_documentation)
        return isinstance(kind, Union) and kind.discriminator is not None and is_validated

    def _bounded(self, kind: Type) -> str:
        bounds = ", ".join(f"{name}={literal(value)}" for name, value in bounds_of(kind))
        return f"Annotated[{self._text(kind)}, Field({bounds})]" if bounds else self._text(kind)

    def _text(self, kind: Type) -> str:
        match kind:
            case Scalar(Kind.FILE) if self.use is not Use.ANSWER:
                return "File"
            case Scalar(scalar):
                return _WORDS if kind.words else scalar.value
            case Values(values, name=name):
                return self.qualified(name) if name else f"Literal[{', '.join(map(literal, values))}]"
            case ListOf(items):
                return f"{self._list}[{self._bounded(items)}]"
            case MapOf(values):
                return f"{self._map}[str, {self._bounded(values)}]"
            case ModelRef(name):
                return self.qualified(name)
            case Union():
                return self._union(kind)
            case Anything():
                return "Any"

    @property
    def _list(self) -> str:
        """In a signature, a type that is covariant: a `list[Cat]` is no `list[Cat | Dog]`."""
        return "Sequence" if self.use is Use.ARGUMENT else "list"

    @property
    def _map(self) -> str:
        return "Mapping" if self.use is Use.ARGUMENT else "dict"

    def _union(self, kind: Union) -> str:
        if kind.discriminator is not None:
            return self._told_apart(kind, kind.discriminator)
        write = self._text if only_type(kind) else self._bounded  # the bounds of one type stand beside the whole
        return self._one_of([*(write(member) for member in kind.members if member != NULL), *_none(kind)])

    def _one_of(self, parts: list[str]) -> str:
        is_long = len(parts) > _MOST_BARS and not self.is_documentation
        return f"_Union[{', '.join(parts)}]" if is_long else " | ".join(parts)

    def _told_apart(self, kind: Union, discriminator: Discriminator) -> str:
        """Answers may bring other variants than the description lists, and arguments pass them on."""
        if not self._is_told_apart(kind):
            classes = dict.fromkeys(self.qualified(name) for name in models_in(kind))
            return self._one_of([*classes, *self._unknown_variant(discriminator)])
        variants = [*map(self._text, kind.members), *self._unknown_variant(discriminator)]
        is_nested = any(isinstance(member, Union) for member in kind.members)
        parts = f"_Union[{', '.join(variants)}]" if is_nested else self._one_of(variants)
        values = (f"[{', '.join(map(literal, own))}]" for own in discriminator.values)
        missing = [f"missing={list(discriminator.missing)}"] if discriminator.missing else []
        return f"Annotated[{parts}, discriminated({', '.join([literal(discriminator.member), *values, *missing])})]"

    def _unknown_variant(self, discriminator: Discriminator) -> Iterator[str]:
        """What stands beside the variants: of an answer, a class whose discriminator type checkers can narrow by."""
        if self.use is Use.ANSWER:
            yield "UnknownVariant" if self.is_documentation else f"_unknown.{unknown_variant(discriminator.member)}"
        elif self.use is Use.ARGUMENT and not self.is_documentation:
            yield "UnknownVariant"


@cache  # many members are of few types; of requests, equal types can differ in how bounds are written: 1 and 1.0
def _used_once(use: Use, is_documentation: bool, kind: Type) -> Type:
    return Writer(use, is_documentation=is_documentation)._used_parts(kind)


def _none(kind: Union) -> list[str]:
    return ["None"] if NULL in kind.members else []


def _is_in(part: Type, whole: Type) -> bool:
    """Whether the union has a plain scalar that every value of this type is of."""
    wider = _WIDER.get(part.kind) if isinstance(part, Scalar) else None
    return wider is not None and Scalar(wider) in alternatives(whole)


def _simplified(members: Iterable[Type]) -> Type:
    """A union as Python writes it: anything is all there is, and the values without a name become one `Literal`."""
    whole = union(members)
    if is_anything(whole):
        return Anything()
    whole = union(part for part in alternatives(whole) if not _is_in(part, whole))
    lists = [part for part in alternatives(whole) if isinstance(part, Values) and not part.name]
    if len(lists) < 2:
        return whole
    values = {(type(value), value): value for part in lists for value in part.values}
    merged = replace(lists[0], values=tuple(values.values()))
    return union(merged if part in lists else part for part in alternatives(whole))
