"""Types as Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    """A signature: enumerations are closed, bounds are left to the request."""
    REQUEST = "request"
    """What is sent: enumerations are closed, bounds are checked."""
    ANSWER = "answer"
    """What is received: enumerations and discriminated unions are open, bounds are left to the server."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes types as Python for one use; `qualified` turns the name of a class into how it is written there."""

    use: Use
    qualified: Callable[[str], str] = "models.{}".format

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
                return Union((closed, Scalar(kind.kind))) if self._is_open(kind) else closed
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

    def _is_open(self, kind: Values | Union) -> bool:
        """Whether answers may bring other values or variants than the description lists."""
        listed = not kind.is_constant if isinstance(kind, Values) else kind.is_discriminated
        return listed and self.use is Use.ANSWER

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
                return f"list[{self._bounded(items)}]"
            case MapOf(values):
                return f"dict[str, {self._bounded(values)}]"
            case ModelRef(name):
                return self.qualified(name)
            case Union():
                return self._union(kind)
            case Anything():
                return "Any"

    def _union(self, kind: Union) -> str:
        only = only_type(kind)
        if isinstance(only, Union):  # new variants may appear; the first that fits, since one at most of the others can
            parts = [*map(self._text, only.members), "UnknownVariant", *_none(kind)]
            return f'Annotated[{" | ".join(parts)}, Field(union_mode="left_to_right")]'
        write = self._text if only else self._bounded  # the bounds of one type stand beside the whole
        return " | ".join([*(write(member) for member in kind.members if member != NULL), *_none(kind)])


def _none(kind: Union) -> list[str]:
    return ["None"] if NULL in kind.members else []


def _simplified(members: Iterable[Type], *, is_open: bool) -> Type:
    """A union as Python writes it: anything is all there is, and the values without a name become one `Literal`."""
    whole = union(members, is_discriminated=is_open)
    if is_anything(whole):
        return Anything()
    lists = [part for part in alternatives(whole) if isinstance(part, Values) and not part.name]
    if len(lists) < 2:
        return whole
    values = {(type(value), value): value for part in lists for value in part.values}
    merged = replace(lists[0], values=tuple(values.values()))
    return union((merged if part in lists else part for part in alternatives(whole)), is_discriminated=is_open)
