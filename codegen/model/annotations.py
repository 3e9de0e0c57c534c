"""Types as Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from markupsafe import Markup as Code

from .types import (
    NULL,
    Anything,
    Bounds,
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
    only_type,
    union,
)
from .values import literal

#: What an argument takes whose words callers may pass one by one, as in `scopes.py`.
_WORDS = "str | Scope | Iterable[str | Scope]"


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

    def annotation(self, kind: Type) -> Code:
        """The type, in a request with its bounds; also as a value, where type checkers have no `|` of `Annotated`."""
        used = self._used(kind)
        if isinstance(used, Union) and only_type(used) is None and any(map(self._is_annotated, used.members)):
            return Code(f"Union[{', '.join(map(self._bounded, used.members))}]")
        return Code(self._bounded(used))

    def _is_annotated(self, kind: Type) -> bool:
        return bool(bounds_of(kind)) or (isinstance(kind, Union) and kind.is_discriminated)

    def unbounded(self, kind: Type) -> Code:
        """The type without the bounds of the whole, which the field of a model carries itself."""
        return Code(self._text(self._used(kind)))

    def _used(self, kind: Type) -> Type:
        """The type with only that in it which the use asks for."""
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
            case Union(members):
                return _simplified(map(self._used, members), is_open=self._is_open(kind))
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

    def _is_open(self, kind: Union) -> bool:
        """Whether answers may bring other variants than the description lists, and arguments pass them on."""
        closed = Use.ARGUMENT if self.is_documentation else Use.REQUEST
        return kind.is_discriminated and self.use not in (closed, Use.REQUEST)

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
        only = only_type(kind)
        if isinstance(only, Union):  # new variants may appear; the first that fits, since one at most of the others can
            parts = [*map(self._text, only.members), "UnknownVariant", *_none(kind)]
            if self.use is Use.ARGUMENT:
                return " | ".join(parts)
            return f'Annotated[{" | ".join(parts)}, Field(union_mode="left_to_right")]'
        write = self._text if only else self._bounded  # the bounds of one type stand beside the whole
        return " | ".join([*(write(member) for member in kind.members if member != NULL), *_none(kind)])


def _none(kind: Union) -> list[str]:
    return ["None"] if NULL in kind.members else []


def _is_in(part: Type, whole: Type) -> bool:
    """Whether the union has a plain scalar that every value of this type is of."""
    wider = _WIDER.get(part.kind) if isinstance(part, Scalar) else None
    return wider is not None and Scalar(wider) in alternatives(whole)


def _simplified(members: Iterable[Type], *, is_open: bool) -> Type:
    """A union as Python writes it: anything is all there is, and the values without a name become one `Literal`."""
    whole = union(members, is_discriminated=is_open)
    if is_anything(whole):
        return Anything()
    whole = union((part for part in alternatives(whole) if not _is_in(part, whole)), is_discriminated=is_open)
    lists = [part for part in alternatives(whole) if isinstance(part, Values) and not part.name]
    if len(lists) < 2:
        return whole
    values = {(type(value), value): value for part in lists for value in part.values}
    merged = replace(lists[0], values=tuple(values.values()))
    return union((merged if part in lists else part for part in alternatives(whole)), is_discriminated=is_open)
