"""The types of values: a small closed set, built once from the schemas, asked by everything that follows.

`schemas.py` builds them, and `annotations.py` writes them as Python; nothing else turns a type into text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Any, TypeAlias


class Kind(Enum):
    """The scalars, each as Python writes it; a string format with a type of its own is in `FORMATS`, too."""

    BOOLEAN = "bool"
    INTEGER = "int"
    NUMBER = "float"
    STRING = "str"
    DATE = "datetime.date"
    DATE_TIME = "datetime.datetime"
    UUID = "uuid.UUID"
    FILE = "bytes"
    PATH = "Path"  # of the file that bytes went to
    NULL = "None"
    UNSET = "Unset"  # an argument that was left out, where None is a value
    UNKNOWN_INTEGER = "UnknownInteger"  # of an answer, where an enumeration does not list it
    UNKNOWN_STRING = "UnknownString"
    ENUM_INTEGER = "EnumInteger"  # an argument whose values are listed, as what they stand for
    ENUM_STRING = "EnumString"

    __hash__ = object.__hash__  # types are in many sets and caches, and that of `Enum` is slow


#: The scalar of each JSON Schema `type`.
SCALARS = {
    "boolean": Kind.BOOLEAN,
    "integer": Kind.INTEGER,
    "null": Kind.NULL,
    "number": Kind.NUMBER,
    "string": Kind.STRING,
}
#: The string formats with a Python type of their own.
FORMATS = {"binary": Kind.FILE, "date": Kind.DATE, "date-time": Kind.DATE_TIME, "uuid": Kind.UUID}

#: The modules that generated files import for these types.
MODULES = sorted({kind.value.partition(".")[0] for kind in Kind if "." in kind.value})

#: Keyword arguments of pydantic's `Field`.
Bounds: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of several words, which callers may pass one by one (`x-space-separated`)."""

    pattern: str = ""
    """What each word has to match; empty: nothing."""
    description: str = ""
    """What each word is."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number and the like."""

    kind: Kind
    bounds: Bounds = ()
    is_secret: bool = False
    words: Words | None = None
    """Of an argument that is a text of several words."""


@dataclass(frozen=True, slots=True)
class Values:
    """One of the values of an `enum` or `const`."""

    values: tuple[str | int | bool, ...]
    kind: Kind
    name: str = ""
    """The alias in `models`, if the enumeration is a component."""
    is_constant: bool = False
    """Whether it is a `const`; an `enum` may grow without a new version of the API, so answers keep it open."""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array."""

    items: Type
    bounds: Bounds = ()


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object that declares no member: a `dict`."""

    values: Type


@dataclass(frozen=True, slots=True)
class ModelRef:
    """An object with a class of its own."""

    name: str
    is_secret: bool = False
    """Whether the members that it does not declare are secrets."""


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The member whose value tells the variants of a union apart (OpenAPI 3.1, 4.8.25)."""

    member: str
    """Its name on the wire."""
    values: tuple[tuple[str, ...], ...]
    """Of each variant, in the order of the union."""
    missing: tuple[int, ...] = ()
    """The variants that an object without the member can be."""
    base: str = ""
    """The class that the union stands for, where its subtypes extend that by `allOf`."""


@dataclass(frozen=True, slots=True)
class Union:
    """One of several types. With a discriminator, its members are classes, or unions with another one."""

    members: tuple[Type, ...]
    discriminator: Discriminator | None = None
    _hash: int = field(init=False, compare=False, repr=False)
    """Kept: a union of hundreds of variants is looked up wherever it stands."""

    def __post_init__(self) -> None:
        """Compute the hash."""
        object.__setattr__(self, "_hash", hash((self.members, self.discriminator)))

    def __hash__(self) -> int:
        """Of what makes two unions equal."""
        return self._hash


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""

    is_secret: bool = False


Type: TypeAlias = Scalar | Values | ListOf | MapOf | ModelRef | Union | Anything

NULL = Scalar(Kind.NULL)
UNSET = Scalar(Kind.UNSET)


def union(members: Iterable[Type]) -> Type:
    """One type for several, each of them once; the type itself where there is one only."""
    flat = tuple(dict.fromkeys(part for member in members for part in alternatives(member)))
    return flat[0] if len(flat) == 1 else Union(flat)


@cache  # hundreds of arguments are an optional text
def optional(kind: Type, missing: Scalar = NULL) -> Type:
    """The type, or what stands for a value that was left out; anything is that, too."""
    return kind if is_anything(kind) else union([kind, missing])


def alternatives(kind: Type) -> tuple[Type, ...]:
    """The members of a union, or the type itself. Variants that one member tells apart stay together."""
    return kind.members if isinstance(kind, Union) and kind.discriminator is None else (kind,)


@cache
def is_nullable(kind: Type) -> bool:
    """Whether `null` is one of the values that the type names."""
    return NULL in alternatives(kind)


@cache
def only_type(kind: Type) -> Type | None:
    """The one type beside null; None where there are several."""
    if not isinstance(kind, Union):
        return None if kind == NULL else kind
    parts = [part for part in alternatives(kind) if part != NULL]
    return parts[0] if len(parts) == 1 else None


@cache
def is_anything(kind: Type) -> bool:
    """Whether every value fits."""
    return any(isinstance(part, Anything) for part in alternatives(kind))


def is_scalar(kind: Type, *kinds: Kind) -> bool:
    """Whether the one type beside null is a scalar of one of these kinds."""
    only = only_type(kind)
    return isinstance(only, Scalar) and only.kind in kinds


def words_of(kind: Type) -> Words | None:
    """What the words of a text have to be that callers may pass one by one; of several such texts, those of either."""
    texts = [part.words for part in alternatives(kind) if isinstance(part, Scalar) and part.words]
    if len({*texts}) < 2:
        return texts[0] if texts else None
    pattern = "|".join(f"(?:{words.pattern})" for words in texts)
    return Words(pattern, " or ".join(filter(None, (words.description for words in texts))))


@cache
def is_secret(kind: Type) -> bool:
    """Whether any value of the type must not be seen (`format: password`), at any depth."""
    match kind:
        case ListOf(inner) | MapOf(inner):
            return is_secret(inner)
        case Union(members):
            return any(map(is_secret, members))
        case _:
            return kind.is_secret


@cache
def models_in(kind: Type) -> tuple[str, ...]:
    """The names of the classes in a type, in the order in which they stand there."""
    match kind:
        case ModelRef(name):
            return (name,)
        case ListOf(inner) | MapOf(inner):
            return models_in(inner)
        case Union(members):
            return tuple(name for member in members for name in models_in(member))
        case _:
            return ()


@cache
def without_null(kind: Type) -> Type:
    """The type without null, where it is one of several."""
    is_nullable_union = isinstance(kind, Union) and NULL in kind.members
    return union(part for part in alternatives(kind) if part != NULL) if is_nullable_union else kind


@cache
def unions_in(kind: Type) -> tuple[Union, ...]:
    """The unions in a type that hold objects, outer ones first, without null."""
    match kind:
        case ListOf(inner) | MapOf(inner):
            return unions_in(inner)
        case Union(members, discriminator=Discriminator()):
            return (kind, *(inner for member in members for inner in unions_in(member)))
        case Union():
            whole = without_null(kind)
            inner_ones = (inner for part in alternatives(whole) for inner in unions_in(part))
            if isinstance(whole, Union) and whole.discriminator is None and models_in(whole) and not is_anything(whole):
                return (whole, *inner_ones)
            return tuple(inner_ones)
        case _:
            return ()


def is_wider_as_argument(kind: Type) -> bool:
    """Whether callers may pass more than what it is read as: any sequence, any mapping, a member of an `Enum`."""
    match kind:
        case ListOf(inner) | MapOf(inner):
            return not is_scalar(inner, Kind.FILE)
        case Union(members):
            return any(map(is_wider_as_argument, members))
        case _:
            return isinstance(kind, Values) and not kind.is_constant


def bounds_of(kind: Type) -> Bounds:
    """The bounds that stand beside the whole type: those of the one type that it is apart from null."""
    only = only_type(kind)
    return only.bounds if isinstance(only, (Scalar, ListOf)) else ()


def space_separated(kind: Type, words: Words) -> Type:
    """The type with its one text taken word by word; the same type where it is no text."""
    if not is_scalar(kind, Kind.STRING):
        return kind
    return union(
        replace(part, words=words) if isinstance(part, Scalar) and part != NULL else part for part in alternatives(kind)
    )
