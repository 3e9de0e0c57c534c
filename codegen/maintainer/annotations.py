"""Type annotations of two versions: which values each lets through, and within which bounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from .versions import Change

#: Of a bound, the values that let more through.
_LOWER = {"min_length", "ge", "gt", "min_items"}
_UPPER = {"max_length", "le", "lt", "max_items"}
#: What says nothing about the values that pass.
_SILENT = {"also", "secret", "required"}


@dataclass(frozen=True)
class Annotation:
    """What an annotation says: the types and constants of the union, and the bounds of `Annotated`."""

    alternatives: frozenset[str]
    bounds: Mapping[str, str] = field(default_factory=dict)
    is_secret: bool = False

    @classmethod
    def read(cls, text: str) -> Annotation:
        """Take an annotation apart, as it stands in the source."""
        node = ast.parse(text, mode="eval").body
        secret = any(isinstance(part, ast.keyword) and part.arg == "secret" for part in ast.walk(node))
        return cls(frozenset(_alternatives(node)), dict(_bounds(node)), secret)

    def __str__(self) -> str:
        return " | ".join(sorted(self.alternatives, key=lambda one: (one == "None", one)))

    def without(self, alternatives: set[str]) -> Annotation:
        """The same with fewer alternatives."""
        return replace(self, alternatives=self.alternatives - alternatives)

    def covers(self, other: Annotation) -> bool:
        """Whether every value that the types of `other` let through passes here too; bounds aside."""
        return all(self._covers(alternative) for alternative in other.alternatives)

    def _covers(self, alternative: str) -> bool:
        if alternative in self.alternatives or self.alternatives & {"Any", "object"}:
            return True
        if alternative == "int" and "float" in self.alternatives:  # as type checkers have it
            return True
        return _type_of_constant(alternative) in self.alternatives


def tightened(before: Annotation, after: Annotation) -> Iterator[tuple[str, bool]]:
    """What changed in the bounds, in words, and whether a value that passed before may not pass now."""
    for name in sorted({*before.bounds, *after.bounds}):
        old, new = before.bounds.get(name), after.bounds.get(name)
        if old == new:
            continue
        shown = name or "name on the wire"
        if new is None:
            yield f"`{shown}={old}` no longer holds", False
        elif old is None:
            yield f"`{shown}={new}` holds now", True
        else:
            yield f"`{shown}` is now {new}, was {old}", not _looser(name, old, new)


def type_changes(
    subject: str, what: str, before: str, after: str, *, accepts: bool, spare_none: bool = False
) -> Iterator[Change]:
    """What became of a type that callers hand in (`accepts`) or get; `what` it belongs to, if not to the subject.

    `spare_none`: that a value may be left out, or no longer may, is told already.
    """
    if before == after or not before or not after:
        return
    spared = {"None"} if spare_none else set[str]()
    old, new = (Annotation.read(text).without(spared) for text in (before, after))
    start = f"{what} " if what else ""
    if old.alternatives != new.alternatives:
        fine = new.covers(old) if accepts else old.covers(new)
        yield Change(subject, f"{start}is now {new}, was {old}", breaking=not fine)
    for text, tighter in tightened(old, new):
        yield Change(subject, f"for {what}, {text}" if what else text, breaking=tighter and accepts)
    yield from secret_changes(subject, start, old.is_secret, new.is_secret)


def secret_changes(subject: str, start: str, before: bool, after: bool) -> Iterator[Change]:
    """Whether texts hide a value. One that is hidden no longer breaks what relies on it: logs would show it."""
    if before and not after:
        yield Change(subject, f"{start}is no longer secret: a repr and an error's text show it", breaking=True)
    elif after and not before:
        yield Change(subject, f"{start}is secret now: no repr and no error's text shows it", breaking=False)


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
    """The keywords of `wire(…)` and `Field(…)`; the first argument of `wire`, under no name, is that on the wire."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name) and part.value.id == "Annotated":
            assert isinstance(part.slice, ast.Tuple)
            for call in part.slice.elts[1:]:
                if isinstance(call, ast.Call):
                    yield from (("", ast.unparse(argument)) for argument in call.args)
                    yield from _keywords(call)


def _keywords(call: ast.Call) -> Iterator[tuple[str, str]]:
    """Of a call; what holds for requests only (`sent`) stands in a mapping of its own."""
    for keyword in call.keywords:
        if keyword.arg == "sent" and isinstance(keyword.value, ast.Dict):
            for name, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                yield ast.literal_eval(name or ast.Constant("")), ast.unparse(value)
        elif keyword.arg not in _SILENT:
            yield keyword.arg or "", ast.unparse(keyword.value)


def _type_of_constant(alternative: str) -> str:
    """The type of a member of `Literal`; nothing for a type."""
    try:
        return type(ast.literal_eval(alternative)).__name__
    except ValueError:
        return ""
