"""What changed for the callers of a package: griffe's breaking changes, and types, additions and errors besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import griffe

from codegen.maintainer.annotations import type_changes
from codegen.maintainer.declarations import distribution_changes, operation_changes, settings_changes, spelled_out
from codegen.maintainer.members import (
    Member,
    inherited_names,
    is_declaration,
    is_input,
    is_operation,
    is_settings,
    load,
    pairs,
    separate_overloads,
    subject_of,
)
from codegen.maintainer.versions import Change
from codegen.naming.names import TWIN

_TEXTS = {
    griffe.BreakageKind.PARAMETER_MOVED: "its argument `{name}` has moved",
    griffe.BreakageKind.PARAMETER_REMOVED: "its argument `{name}` was removed",
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: "its argument `{name}` is {new.kind.value} now, was {old.kind.value}",
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: "the default of `{name}` is now {new.default}, was {old.default}",
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "its argument `{name}` is required now",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "new required argument `{name}`",
    griffe.BreakageKind.OBJECT_REMOVED: "was removed",
    griffe.BreakageKind.OBJECT_CHANGED_KIND: "is a {new.value} now, was a {old.value}",
    griffe.BreakageKind.CLASS_REMOVED_BASE: "has fewer base classes than before",
}


def compare(before: Path, after: Path) -> list[Change]:
    """All changes between the packages in two folders, each reported once for a method and its twins.

    Raises:
        LookupError: A folder has no package.
    """
    old, new = load(before), load(after)
    separate_overloads(old, new)
    names = {**inherited_names(old), **inherited_names(new)}
    changes: list[Change] = []
    for breakage in griffe.find_breaking_changes(old, new):
        if _is_told(breakage):
            changes += _renamed([_breaking(breakage)], breakage.obj, names)
    methods: list[str] = []
    for earlier, member in pairs(old, new):
        changes += _renamed(_changes(earlier, member), member, names)
        methods += names.get(member.path, [subject_of(member)]) if member.is_function else []
    changes += distribution_changes(before, after)
    if old.name != new.name:
        changes.append(Change(new.name, f"is the package's name now, was {old.name}", breaking=True))
    return _merge_twins(changes, methods)


def _renamed(changes: Iterable[Change], member: Member, names: Mapping[str, list[str]]) -> Iterator[Change]:
    """The changes of a member, each under all names by which callers know it."""
    own = subject_of(member)
    for change in changes:
        known = names.get(member.path, [own]) if change.subject == own else [change.subject]
        yield from (replace(change, subject=name) for name in known)


def _is_told(breakage: griffe.Breakage) -> bool:
    """Whether it matters to callers: `None` and `UNSET` both leave an argument out."""
    if breakage.kind is griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT:
        return {str(breakage.old_value.default), str(breakage.new_value.default)} != {"None", "UNSET"}
    return breakage.kind in _TEXTS


def _breaking(breakage: griffe.Breakage) -> Change:
    old, new = breakage.old_value, breakage.new_value
    name = getattr(old if old is not None else new, "name", "")
    return Change(subject_of(breakage.obj), _TEXTS[breakage.kind].format(name=name, old=old, new=new), breaking=True)


def _changes(old: Member | None, new: Member) -> Iterable[Change]:
    """The changes of one member that griffe does not report."""
    match old, new:
        case griffe.Attribute(), griffe.Attribute() if is_operation(new):
            return operation_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if is_settings(new):
            return settings_changes(old, new)
        case None, _:
            return [] if is_declaration(new) else [_added(new)]
        case griffe.Function(), griffe.Function():
            return _function_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if new.parent is not None and new.parent.is_class:
            return _field_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if str(new.annotation) == "TypeAlias":
            return _alias_changes(old, new)
    return []


def _added(new: Member) -> Change:
    if isinstance(new, griffe.Attribute) and is_input(new) and new.value is None:
        return Change(subject_of(new), "new required field", breaking=True)
    if new.is_function:
        kind = "overload" if "(" in new.name else "method"
    elif new.is_attribute:
        kind = "field" if new.parent and new.parent.is_class else "name"
    else:
        kind = str(new.kind.value)
    return Change(subject_of(new), f"new {kind}", breaking=False)


def _function_changes(old: griffe.Function, new: griffe.Function) -> Iterator[Change]:
    before = {parameter.name: parameter for parameter in old.parameters}
    for parameter in new.parameters:
        if parameter.name in before:
            yield from _parameter_changes(subject_of(new), before[parameter.name], parameter)
        elif not parameter.required:
            yield Change(subject_of(new), f"new optional argument `{parameter.name}`", breaking=False)
    returns = [_returned(function) for function in (old, new)]
    yield from type_changes(subject_of(new), "what it returns", *returns, accepts=False)


def _parameter_changes(subject: str, old: griffe.Parameter, new: griffe.Parameter) -> Iterator[Change]:
    if old.required and not new.required:
        yield Change(subject, f"its argument `{new.name}` is optional now", breaking=False)
    annotations = _text(old.annotation), _text(new.annotation)
    ignore_none = old.required != new.required
    yield from type_changes(subject, f"its argument `{new.name}`", *annotations, accepts=True, ignore_none=ignore_none)


def _returned(function: griffe.Function) -> str:
    """The type that a method returns; of a twin, that of the method, so that both have the same change."""
    text = _text(function.returns)
    is_twin = function.name.partition("(")[0].endswith(TWIN)
    return text.removeprefix("ApiResponse[").removesuffix("]") if is_twin and text.startswith("ApiResponse[") else text


def _field_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    accepts, annotations = is_input(new), [spelled_out(_text(field.annotation), field.module) for field in (old, new)]
    ignore_none = (old.value is None) != (new.value is None)
    yield from type_changes(subject_of(new), "", *annotations, accepts=accepts, ignore_none=ignore_none)
    before, after = (None if value is None else str(value) for value in (old.value, new.value))
    if before == after or new.annotation is None:
        return
    if after is None:
        yield Change(subject_of(new), "is required now" if accepts else "is always present now", breaking=accepts)
    elif before is None:
        yield Change(subject_of(new), f"is optional now, with the default {after}", breaking=not accepts)
    else:
        yield Change(subject_of(new), f"its default is now {after}, was {before}", breaking=True)


def _alias_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    """Any change breaks: a request with fewer values and an answer with more break callers, and both may use it."""
    before, after = _text(old.value), _text(new.value)
    if before != after:
        yield Change(subject_of(new), f"is now {after}, was {before}", breaking=True)


def _text(expression: griffe.Expr | str | None) -> str:
    return "" if expression is None else str(expression)


def _merge_twins(changes: list[Change], methods: list[str]) -> list[Change]:
    """Report a change of `X.method`, its twin and `AsyncX.method` once, and one of all overloads for the method."""
    unique = set(changes)
    synchronous = {change: replace(change, subject=_without_twin(change.subject)) for change in changes}
    merged = {change if twin not in unique else twin for change, twin in synchronous.items()}
    overloads: dict[str, set[str]] = {}
    for method in methods:
        overloads.setdefault(method.partition("(")[0], set()).add(method)
    reported = set[Change]()
    for change in merged:
        name = change.subject.partition("(")[0]
        siblings = {replace(change, subject=overload) for overload in overloads.get(name, {change.subject})}
        reported.add(replace(change, subject=name) if siblings <= merged else change)
    return sorted(reported, key=lambda change: (not change.breaking, change.subject, change.text))


def _without_twin(subject: str) -> str:
    return subject.removeprefix("Async").replace(TWIN, "")
