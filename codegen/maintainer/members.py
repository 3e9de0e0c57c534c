"""The members of two generated packages, as griffe reads them, in pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import griffe

from codegen.maintainer.twins import unwrap

Member: TypeAlias = griffe.Object | griffe.Alias
Owner: TypeAlias = griffe.Module | griffe.Class
Pair: TypeAlias = tuple[Member | None, Member]


def load(folder: Path) -> griffe.Module:
    """Read the package in `folder`, without importing it.

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
    if isinstance(models := module.members.get("models"), griffe.Module):
        _drop_constructors(models)
    return module


def _drop_constructors(models: griffe.Module) -> None:
    """Leave out what models print for type checkers beside their fields: a change is told of the field."""
    for member in models.members.values():
        if isinstance(member, griffe.Module):
            _drop_constructors(member)
        elif isinstance(member, griffe.Class):
            member.members.pop("__init__", None)


def separate_overloads(old: Owner, new: Owner) -> None:
    """Give each overload a name of its own, the same in both packages: griffe compares implementations only."""
    for name, new_member in list(new.members.items()):
        old_member = old.members.get(name)
        if isinstance(new_member, griffe.Function) and isinstance(old_member, griffe.Function):
            if old_member.overloads or new_member.overloads:
                del old.members[name], new.members[name]
                for before, after, label in _pair_overloads(name, old_member, new_member):
                    _add(old, before, label)
                    _add(new, after, label)
        elif isinstance(new_member, griffe.Module | griffe.Class) and isinstance(old_member, type(new_member)):
            separate_overloads(old_member, new_member)


def _pair_overloads(
    name: str, old: griffe.Function, new: griffe.Function
) -> Iterator[tuple[griffe.Function | None, griffe.Function | None, str]]:
    """Each old overload with the new one that shares most required arguments with it, and the name for both."""
    unpaired = list(new.overloads or [new])
    for overload in old.overloads or [old]:
        required = _required(overload)
        nearest = max(unpaired, key=lambda other: len(required & _required(other)), default=None)
        if nearest and required and not required & _required(nearest):
            nearest = None
        if nearest:
            unpaired.remove(nearest)
        yield overload, nearest, _label(name, overload)
    yield from ((None, overload, _label(name, overload)) for overload in unpaired)


def _label(name: str, overload: griffe.Function) -> str:
    return f"{name}({', '.join(sorted(_required(overload)))})"


def _required(function: griffe.Function) -> set[str]:
    return {parameter.name for parameter in function.parameters if parameter.required and parameter.name != "self"}


def _add(owner: Owner, function: griffe.Function | None, name: str) -> None:
    if function:
        function.name, function.parent = name, owner
        owner.members[name] = function


def pairs(old: Member, new: Member, seen: set[str] | None = None) -> Iterator[Pair]:
    """Every public member of the new package, and the constants behind clients and methods, with the old member."""
    seen = set() if seen is None else seen
    for name, member in new.all_members.items():
        target = target_of(member) if _is_compared(name, member) else None
        if target is None or target.path in seen:
            continue
        seen.add(target.path)
        before = target_of(old.all_members.get(name))
        yield before, target
        if before and not target.is_function and not target.is_attribute:
            yield from pairs(before, target, seen)


def subject_of(member: Member) -> str:
    """The name that callers write: class and member, or else the module."""
    path = member.path if member.is_alias else member.canonical_path
    owner: Member = member
    while not owner.is_module and owner.parent is not None:  # of what is inherited, not the module of the base
        owner = owner.parent
    start = len(owner.path) + 1
    return path[start:] or path.partition(".")[2] or path


def inherited_names(package: griffe.Module) -> dict[str, list[str]]:
    """What public classes inherit from bases that callers don't know: its names there, by its own path."""
    public = {owner.path: owner for owner in _public_classes(package, set())}
    names: dict[str, list[str]] = {}
    for owner in public.values():
        for name, member in owner.all_members.items():
            target = target_of(member) if _is_compared(name, member) else None
            if target and target.parent and target.parent.path not in public:
                names.setdefault(target.path, []).append(f"{subject_of(owner)}.{name}")
    return names


def _public_classes(owner: griffe.Object, seen: set[str]) -> Iterator[griffe.Class]:
    """The classes in a package, at any depth, that callers can name."""
    for name, member in owner.members.items():
        target = target_of(member) if _is_compared(name, member) else None
        if target and target.path not in seen and not target.is_function and not target.is_attribute:
            seen.add(target.path)
            if isinstance(target, griffe.Class):
                yield target
            yield from _public_classes(target, seen)


def _is_compared(name: str, member: Member) -> bool:
    """Whether callers rely on it; Python's own names and pydantic's are not theirs."""
    is_foreign = name == "model_config" or (name.startswith("__") and name != "__init__")
    return not is_foreign and (member.is_public or is_declaration(member))


def target_of(member: Member | None) -> griffe.Object | None:
    """The object that an alias stands for, if it is in the package."""
    if not isinstance(member, griffe.Alias):
        return member
    try:
        target = member.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    return target if isinstance(target, griffe.Object) else None


def is_declaration(member: Member) -> bool:
    """Whether it is a private constant that says something about clients or methods."""
    return is_operation(member) or is_settings(member)


def is_operation(member: Member) -> bool:
    """Whether it is the constant behind a method."""
    return isinstance(member, griffe.Attribute) and str(member.annotation).startswith("Operation[")


def is_settings(member: Member) -> bool:
    """Whether it is the constant behind the clients."""
    return isinstance(member, griffe.Attribute) and str(member.value).startswith("Description(")


def is_input(attribute: griffe.Attribute) -> bool:
    """Whether it is a field of a request, which callers set, and not one of an answer, which they read."""
    return isinstance(attribute.parent, griffe.Class) and any(
        str(base) == "RequestModel" for base in attribute.parent.bases
    )
