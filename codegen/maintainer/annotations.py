"""Type annotations of two versions: which values each allows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from codegen.maintainer.versions import Change

#: Bounds that allow more values the smaller they are, and the larger they are.
_LOWER = {"min_length", "ge", "gt", "min_items"}
_UPPER = {"max_length", "le", "lt", "max_items"}
#: What changes say of a member that has another name on the wire.
RENAMED = "name on the wire"
#: Arguments that do not restrict the values.
_NO_BOUNDS = {"also", "secret", "required"}
#: Types whose values are all of another type, as type checkers have it.
_WIDER = {"UnknownInteger": "int", "UnknownString": "str", "int": "float"}
#: Of values of an answer that the description does not list: one that it lists later has been one of them.
_UNKNOWN = {"int": "UnknownInteger", "str": "UnknownString"}
#: Of what stands for one of the values that are listed beside it.
_OF_LISTED = {"EnumInteger", "EnumString"}
_WIDER_COLLECTIONS = {"dict": "Mapping", "list": "Sequence"}
#: A class of the description.
_MODEL = re.compile(r"(?:models\.)?(?!(?:Any|File|None|UnknownInteger|UnknownString|UnknownVariant)$)[A-Z]\w*")
#: Of an answer's variants that the description does not list; one that it lists later has been one of them.
_UNKNOWN_VARIANT = re.compile(r"_unknown\.\w+|UnknownVariant")


@dataclass(frozen=True)
class Annotation:
    """The types and constants of a union, and the bounds in `Annotated`."""

    alternatives: frozenset[str]
    bounds: Mapping[str, str] = field(default_factory=dict)
    is_secret: bool = False
    discriminators: Mapping[str, str] = field(default_factory=dict)
    """By variant of a union: the values of the member that tells it apart."""

    @classmethod
    def read(cls, text: str) -> Annotation:
        """Parse the source of an annotation."""
        node = ast.parse(text, mode="eval").body
        secret = any(isinstance(part, ast.keyword) and part.arg == "secret" for part in ast.walk(node))
        return cls(
            frozenset(_alternatives(node)) - _OF_LISTED, dict(_bounds(node)), secret, dict(_discriminators(node))
        )

    def __str__(self) -> str:
        return " | ".join(sorted(self.alternatives, key=lambda text: (text == "None", text)))

    def without(self, alternatives: set[str]) -> Annotation:
        """The same with fewer alternatives."""
        return replace(self, alternatives=self.alternatives - alternatives)

    def covers(self, other: Annotation, *, is_read: bool = False) -> bool:
        """Whether every value of `other`'s types is a value of these, bounds aside.

        `is_read`: callers read the value only, so a list of one type is one of a wider type, too.
        """
        return all(self._covers(alternative, is_read=is_read) for alternative in other.alternatives)

    def _covers(self, alternative: str, *, is_read: bool) -> bool:
        if alternative in self.alternatives or self.alternatives & {"Any", "object"}:
            return True
        constant = _type_of_constant(alternative)
        if {_WIDER.get(alternative), constant, _UNKNOWN.get(constant)} & self.alternatives:
            return True
        if _MODEL.fullmatch(alternative) and any(map(_UNKNOWN_VARIANT.fullmatch, self.alternatives)):
            return True
        return any(_holds(wide, alternative, is_read=is_read) for wide in self.alternatives)


def tightened(before: Annotation, after: Annotation) -> Iterator[tuple[str, bool]]:
    """Each change of a bound in words, and whether it excludes a value that was allowed."""
    for name in sorted({*before.bounds, *after.bounds}):
        old, new = before.bounds.get(name), after.bounds.get(name)
        if old == new:
            continue
        shown = name or RENAMED
        if new is None:
            yield f"`{shown}={old}` no longer applies", False
        elif old is None:
            yield f"`{shown}={new}` applies now", True
        else:
            yield f"`{shown}` is now {new}, was {old}", not _looser(name, old, new)


def type_changes(
    subject: str, what: str, before: str, after: str, *, accepts: bool, ignore_none: bool = False
) -> Iterator[Change]:
    """Changes of a type that callers pass (`accepts`) or receive; `what` it belongs to, if not to the subject.

    `ignore_none`: whether a value may be omitted is reported elsewhere.
    """
    if before == after or not before or not after:
        return
    ignored = {"None", "Unset"} if ignore_none else set[str]()
    old, new = (Annotation.read(text).without(ignored) for text in (before, after))
    yield from _differences(subject, what, old, new, accepts=accepts)


def _differences(subject: str, what: str, old: Annotation, new: Annotation, *, accepts: bool) -> Iterator[Change]:
    start = f"{what} " if what else ""
    if old.alternatives != new.alternatives:
        compatible = new.covers(old) if accepts else old.covers(new, is_read=True)
        yield Change(subject, f"{start}is now {new}, was {old}", breaking=not compatible)
    for text, tighter in tightened(old, new):
        yield Change(subject, f"for {what}, {text}" if what else text, breaking=tighter and accepts)
    for text in _values_that_differ(old.discriminators, new.discriminators):
        yield Change(subject, f"{start}{text}", breaking=True)
    yield from secret_changes(subject, start, old.is_secret, new.is_secret)


def _values_that_differ(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """The variants that another value of the discriminator stands for, in words."""
    for variant in sorted(old.keys() & new.keys()):
        if old[variant] != new[variant]:
            yield f"is a {variant} with {new[variant]} now, was with {old[variant]}"


def secret_changes(subject: str, start: str, before: bool, after: bool) -> Iterator[Change]:
    """Whether a value is hidden. Hiding one no longer is breaking: it would appear in logs."""
    if before and not after:
        yield Change(subject, f"{start}is no longer secret: repr and error messages show it", breaking=True)
    elif after and not before:
        yield Change(subject, f"{start}is secret now: repr and error messages hide it", breaking=False)


def _looser(name: str, old: str, new: str) -> bool:
    if name not in _LOWER | _UPPER:
        return False
    try:
        smaller = bool(ast.literal_eval(new) < ast.literal_eval(old))
    except (ValueError, TypeError):  # no plain numbers
        return False
    return smaller if name in _LOWER else not smaller


def _alternatives(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case ast.Subscript(value=ast.Name("Literal"), slice=inner):
            yield from map(ast.unparse, inner.elts if isinstance(inner, ast.Tuple) else [inner])
        case ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            yield from _alternatives(inner)
        case _:
            yield ast.unparse(node)


def _bounds(node: ast.expr) -> Iterator[tuple[str, str]]:
    """The arguments of `wire(…)` and `Field(…)`; the first of `wire`, the name on the wire, has the empty name."""
    for _, call in _annotated(node):
        if not _is_discriminated(call):
            yield from (("", ast.unparse(argument)) for argument in call.args)
            yield from _keywords(call)


def _discriminators(node: ast.expr) -> Iterator[tuple[str, str]]:
    """By variant of `Annotated[Cat | Dog, discriminated("kind", ["cat"], ["dog"])]`: the member, and its values."""
    for variants, call in _annotated(node):
        if _is_discriminated(call):
            member, *listed = map(ast.literal_eval, call.args)
            texts = (f"{member} {' or '.join(map(repr, values))}" for values in listed)
            yield from zip(_alternatives(variants), texts, strict=False)  # an unknown variant has no value


def _is_discriminated(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "discriminated"


def _annotated(node: ast.expr) -> Iterator[tuple[ast.expr, ast.Call]]:
    """The type and each call in every `Annotated[…]`."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(ast.Name("Annotated"), ast.Tuple([kind, *details])):
                yield from ((kind, call) for call in details if isinstance(call, ast.Call))


def _keywords(call: ast.Call) -> Iterator[tuple[str, str]]:
    """The bounds in a call; those of requests only are in the mapping `sent`."""
    for keyword in call.keywords:
        if keyword.arg == "sent" and isinstance(keyword.value, ast.Dict):
            for name, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                yield ast.literal_eval(name or ast.Constant("")), ast.unparse(value)
        elif keyword.arg not in _NO_BOUNDS:
            yield keyword.arg or "", ast.unparse(keyword.value)


def _holds(wide: str, narrow: str, *, is_read: bool) -> bool:
    """Whether `Sequence[…]` or `Mapping[…]` takes a `list[…]` or `dict[…]`, or another one of its own kind.

    `is_read`: so do `list[…]` and `dict[…]`.
    """
    match ast.parse(wide, mode="eval").body, ast.parse(narrow, mode="eval").body:
        case ast.Subscript(ast.Name(outer), wide_items), ast.Subscript(ast.Name(inner), narrow_items):
            takes = (_WIDER_COLLECTIONS.get(inner), inner) if is_read else (_WIDER_COLLECTIONS.get(inner, inner),)
            is_wider = outer in takes and (is_read or outer in _WIDER_COLLECTIONS.values())
            held = [Annotation.read(_values(items)) for items in (wide_items, narrow_items)]
            return is_wider and held[0].covers(held[1], is_read=is_read)
    return False


def _values(items: ast.expr) -> str:
    """What a list or a map holds; the keys of a map are texts."""
    return ast.unparse(items.elts[-1] if isinstance(items, ast.Tuple) else items)


def _type_of_constant(alternative: str) -> str:
    """The type of a constant in `Literal`; empty for anything else."""
    try:
        return type(ast.literal_eval(alternative)).__name__
    except ValueError:
        return ""
