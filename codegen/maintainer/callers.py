"""What callers see of a changed package: griffe's breaking changes, and with them types, additions and errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import griffe

from codegen.maintainer.annotations import type_changes
from codegen.maintainer.declarations import (
    distribution_changes,
    is_operation,
    is_settings,
    operation_changes,
    settings_changes,
)
from codegen.maintainer.twins import unwrap
from codegen.maintainer.versions import Change
from codegen.naming.names import TWIN

Member = griffe.Object | griffe.Alias
Pair = tuple[Member | None, Member]

_KINDS = {
    griffe.BreakageKind.PARAMETER_MOVED: "its argument `{name}` has moved",
    griffe.BreakageKind.PARAMETER_REMOVED: "its argument `{name}` was removed",
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: "its argument `{name}` is {new.kind.value} now, was {old.kind.value}",
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: "the default of `{name}` is now {new.default}, was {old.default}",
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "its argument `{name}` must be given now",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "new argument `{name}`, which must be given",
    griffe.BreakageKind.OBJECT_REMOVED: "was removed",
    griffe.BreakageKind.OBJECT_CHANGED_KIND: "is a {new.value} now, was a {old.value}",
    griffe.BreakageKind.CLASS_REMOVED_BASE: "has fewer base classes than before",
}


def compare(before: Path, after: Path) -> list[Change]:
    """All changes between the packages in two folders, each told once for a method and its twins."""
    old, new = load(before), load(after)
    unfold(old, new)
    changes = [_told(breakage) for breakage in griffe.find_breaking_changes(old, new) if breakage.kind in _KINDS]
    pairs = list(walk(old, new, set()))
    for pair in pairs:
        changes += _differences(*pair)
    changes += distribution_changes(before, after)
    if old.name != new.name:
        changes.append(Change(new.name, f"the package is called so now, was {old.name}", breaking=True))
    return _told_once(changes, [_subject(member) for _, member in pairs if member.is_function])


def load(folder: Path) -> griffe.Module:
    """The package in `folder`, read but not imported.

    Raises:
        LookupError: There is none.
    """
    names = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    if not names:
        raise LookupError(f"no package in {folder.name}/")
    loader = griffe.GriffeLoader(search_paths=[folder], allow_inspection=False)
    module = loader.load(names[0])
    loader.resolve_aliases(implicit=True)
    assert isinstance(module, griffe.Module)
    unwrap(module)
    return module


def unfold(old: griffe.Module | griffe.Class, new: griffe.Module | griffe.Class) -> None:
    """Put overloads beside each other, each under a name of its own: griffe compares the implementation only."""
    for name, new_member in list(new.members.items()):
        old_member = old.members.get(name)
        if isinstance(new_member, griffe.Function) and isinstance(old_member, griffe.Function):
            if old_member.overloads or new_member.overloads:
                _unfold(name, old, old_member, new, new_member)
        elif isinstance(new_member, griffe.Module | griffe.Class) and isinstance(old_member, type(new_member)):
            unfold(old_member, new_member)


def _unfold(
    name: str,
    old: griffe.Module | griffe.Class,
    old_function: griffe.Function,
    new: griffe.Module | griffe.Class,
    new_function: griffe.Function,
) -> None:
    left = list(new_function.overloads or [new_function])
    del old.members[name], new.members[name]
    for overload in old_function.overloads or [old_function]:
        label = f"{name}({', '.join(sorted(_required(overload)))})"
        _place(old, overload, label)
        nearest = max(left, key=lambda other: len(_required(overload) & _required(other)), default=None)
        if nearest and (_required(overload) & _required(nearest) or not _required(overload)):
            left.remove(nearest)
            _place(new, nearest, label)
    for overload in left:
        _place(new, overload, f"{name}({', '.join(sorted(_required(overload)))})")


def _place(owner: griffe.Module | griffe.Class, function: griffe.Function, label: str) -> None:
    function.name, function.parent = label, owner
    owner.members[label] = function


def _required(function: griffe.Function) -> set[str]:
    return {parameter.name for parameter in function.parameters if parameter.required and parameter.name != "self"}


def walk(old: Member, new: Member, seen: set[str]) -> Iterator[Pair]:
    """Every public thing of the new package with its old self, and the constants behind clients and methods."""
    for name, member in new.all_members.items():
        before = old.all_members.get(name)
        hidden = name == "model_config" or (name.startswith("__") and name != "__init__")  # pydantic's, Python's own
        if hidden or not (member.is_public or _is_declaration(member)):
            continue
        target, before = _target(member), _target(before) if before else None
        if target is None or target.path in seen:
            continue
        seen.add(target.path)
        yield before, target
        if before and not target.is_function and not target.is_attribute:
            yield from walk(before, target, seen)


def _is_declaration(member: Member) -> bool:
    return is_operation(member) or is_settings(member)


def _target(member: Member) -> griffe.Object | None:
    """What an alias stands for, where that is in the package."""
    if not isinstance(member, griffe.Alias):
        return member
    try:
        target = member.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    return target if isinstance(target, griffe.Object) else None


def _differences(old: Member | None, new: Member) -> Iterable[Change]:
    match old, new:
        case griffe.Attribute(), griffe.Attribute() if is_operation(new):
            return operation_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if is_settings(new):
            return settings_changes(old, new)
        case None, _:
            return [] if _is_declaration(new) else [_added(new)]
        case griffe.Function(), griffe.Function():
            return _function_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if new.parent is not None and new.parent.is_class:
            return _attribute_changes(old, new)
        case griffe.Attribute(), griffe.Attribute() if str(new.annotation) == "TypeAlias":
            return _alias_changes(old, new)
    return []


def _added(new: Member) -> Change:
    if new.is_function:
        what = "overload" if "(" in new.name else "method"
    elif new.is_attribute:
        what = "field" if new.parent and new.parent.is_class else "name"
    else:
        what = str(new.kind.value)
    if isinstance(new, griffe.Attribute) and _is_input(new) and new.value is None:
        return Change(_subject(new), "new field, which must be given", breaking=True)
    return Change(_subject(new), f"new {what}", breaking=False)


def _function_changes(old: griffe.Function, new: griffe.Function) -> Iterator[Change]:
    before = {parameter.name: parameter for parameter in old.parameters}
    for parameter in new.parameters:
        earlier, name = before.get(parameter.name), parameter.name
        if earlier is None:
            if not parameter.required:
                yield Change(_subject(new), f"new argument `{name}`, which may be left out", breaking=False)
            continue
        if earlier.required and not parameter.required:
            yield Change(_subject(new), f"its argument `{name}` may be left out now", breaking=False)
        texts = _texts(earlier.annotation, parameter.annotation)
        told = earlier.required != parameter.required
        yield from type_changes(_subject(new), f"its argument `{name}`", *texts, accepts=True, ignore_none=told)
    before_type, after_type = _texts(old.returns, new.returns)
    if new.name.partition("(")[0].endswith(TWIN):  # told in the words of its twin, and so only once
        before_type, after_type = (text.removeprefix("ApiResponse[") for text in (before_type, after_type))
        if before_type.endswith("]") and after_type.endswith("]"):
            before_type, after_type = before_type[:-1], after_type[:-1]
    yield from type_changes(_subject(new), "what it returns", before_type, after_type, accepts=False)


def _attribute_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    accepts, texts = _is_input(new), _texts(old.annotation, new.annotation)
    told = (old.value is None) != (new.value is None)
    yield from type_changes(_subject(new), "", *texts, accepts=accepts, ignore_none=told)
    before, after = (None if value is None else str(value) for value in (old.value, new.value))
    if before == after or new.annotation is None:
        return
    if after is None:
        yield Change(_subject(new), "must be given now" if accepts else "is always there now", breaking=accepts)
    elif before is None:
        yield Change(_subject(new), f"may be left out now, for {after}", breaking=not accepts)
    else:
        yield Change(_subject(new), f"its default is now {after}, was {before}", breaking=True)


def _alias_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    """A type may stand in requests as in answers, so that more values break the one and fewer the other."""
    before, after = _texts(old.value, new.value)
    if before != after:
        yield Change(_subject(new), f"is now {after}, was {before}", breaking=True)


def _texts(before: griffe.Expr | str | None, after: griffe.Expr | str | None) -> tuple[str, str]:
    return ("" if before is None else str(before), "" if after is None else str(after))


def _is_input(attribute: griffe.Attribute) -> bool:
    """Whether it is a field of a request, which callers set, and not one of an answer, which they read."""
    return isinstance(attribute.parent, griffe.Class) and any(
        str(base) == "RequestModel" for base in attribute.parent.bases
    )


def _told(breakage: griffe.Breakage) -> Change:
    old, new = breakage.old_value, breakage.new_value
    name = getattr(old if old is not None else new, "name", "")
    return Change(_subject(breakage.obj), _KINDS[breakage.kind].format(name=name, old=old, new=new), breaking=True)


def _subject(member: Member) -> str:
    """As callers write it: class and member, or the module where there is neither."""
    path = member.path if member.is_alias else member.canonical_path
    module = member if member.is_module else member.module
    start = len(module.path) + 1
    return path[start:] or path.partition(".")[2] or path


def _told_once(changes: list[Change], methods: list[str]) -> list[Change]:
    """One of `AsyncX.method`, `X.method_with_http_info` and `X.method`, and one for all overloads, if all are alike."""
    known = set(changes)
    twins = ((change, replace(change, subject=_plain(change.subject))) for change in changes)
    found = {twin if twin in known else change for change, twin in twins}
    overloads: dict[str, set[str]] = {}
    for method in methods:
        overloads.setdefault(method.partition("(")[0], set()).add(method)
    told = set[Change]()
    for change in found:
        name = change.subject.partition("(")[0]
        alike = all(replace(change, subject=overload) in found for overload in overloads.get(name, {change.subject}))
        told.add(replace(change, subject=name) if alike else change)
    return sorted(told, key=lambda change: (not change.breaking, change.subject, change.text))


def _plain(subject: str) -> str:
    return subject.removeprefix("Async").replace(TWIN, "")
