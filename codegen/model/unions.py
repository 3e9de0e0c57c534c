"""Unions that stand in many places: each has a name, so that it is written once, and one validator is built of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from codegen.naming.names import Names

from .annotations import Use
from .types import Type, Union, unions_in

#: Variants that the places of one union may spell out, all places taken together. Without a limit, a union whose
#: variants hold it would be written once for each variant.
_MOST_VARIANTS = 32
#: What ends the name of a union that is written for this use.
_ENDINGS = {Use.ANSWER: "", Use.REQUEST: "Request", Use.ARGUMENT: "Argument"}
#: Names that modules of models have already, without the underscore that these begin with.
_TAKEN = ("Union",)


class Place(NamedTuple):
    """Where a type stands."""

    use: Use
    name: str
    """As a class name: a union that is no component is called after its first place."""
    type: Type


def names_of_unions(places: Iterable[Place], name_of: Callable[[Union, str], str]) -> dict[Use, dict[Type, str]]:
    """The unions that get a name, by use; `name_of` is the name of the component, or the given one."""
    found: dict[tuple[Use, Union], list[str]] = {}
    for use, name, kind in places:
        for part in unions_in(kind):
            found.setdefault((use, part), []).append(name)
    taken = Names()
    for name in _TAKEN:
        taken.take(name)
    names: dict[Use, dict[Type, str]] = {use: {} for use in Use}
    for (use, part), own in found.items():
        if len(own) > 1 and len(own) * len(part.members) > _MOST_VARIANTS:
            names[use][part] = f"_{taken.take(name_of(part, own[0]) + _ENDINGS[use])}"
    return names


def inner_first(unions: Mapping[Type, str]) -> list[Type]:
    """The unions, each after those that are written within it."""
    return sorted(unions, key=lambda kind: len(unions_in(kind)))
