"""Objects that fit several variants of a union (`anyOf`: JSON Schema 2020-12, core, 10.2.1.2), with the members of all.

Such an object is an instance of each of these classes, so that `isinstance` narrows its type to any of them.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from ._model import Model, RequestModel, RequestVariant, is_described_open

__all__ = ["agrees", "takes_others", "united"]

Classes: TypeAlias = tuple[type[Model], ...]

_MOST: Final = 100  # classes that answers may ask for in one process; an object beyond is one of its first variant
_made: dict[Classes, type[Model]] = {}


def takes_others(part: object) -> bool:
    """Whether the description lets an object of this class have members that it does not declare."""
    kind = type(part)
    if not issubclass(kind, Model) or kind in _made.values():
        return False
    return issubclass(kind, RequestVariant) or (
        not issubclass(kind, RequestModel) and kind.model_config.get("extra") != "forbid"
    )


def agrees(part: Model, others: Iterable[Model]) -> bool:
    """Whether the members that several classes declare have the same value in each."""
    return all(_agree(part, other) for other in others)


def _agree(first: Model, second: Model) -> bool:
    classes = type(first), type(second)
    if issubclass(*classes) or issubclass(*classes[::-1]):
        return False
    given = first.__pydantic_fields_set__ | second.__pydantic_fields_set__
    return all(_is_same(first, second, name) for name in given if all(name in kind.model_fields for kind in classes))


def _is_same(first: Model, second: Model, name: str) -> bool:
    wires = {type(part).model_fields[name].serialization_alias for part in (first, second)}
    values = [getattr(part, name) for part in (first, second)]
    return len(wires) == 1 and type(values[0]) is type(values[1]) and bool(values[0] == values[1])


def united(parts: Sequence[Model], extra: Mapping[str, Any]) -> Model:
    """One object of the classes of all parts; `extra` are the members that none of these declares."""
    kind = _class_of(tuple(map(type, parts))) if len(parts) > 1 else None
    if kind is None:
        return parts[0]
    members: dict[str, Any] = {}
    for part in reversed(parts):
        given = part.__pydantic_fields_set__
        members = {**vars(part), **members, **{name: item for name, item in vars(part).items() if name in given}}
    state = {
        "__dict__": {name: members[name] for part in parts for name in vars(part)},
        "__pydantic_extra__": dict(extra),
        "__pydantic_fields_set__": set[str]().union(*(part.__pydantic_fields_set__ for part in parts)),
        "__pydantic_private__": None,
    }
    return _restored(tuple(map(type, parts)), state)


def _restored(classes: Classes, state: dict[Any, Any]) -> Model:
    """The object with this state, also where another process had pickled it."""
    kind = _class_of(classes) or classes[0]
    whole = kind.__new__(kind)
    whole.__setstate__(state)
    return whole


def _class_of(classes: Classes) -> type[Model] | None:
    """The class that extends all these; None: there are too many already."""
    if classes not in _made and len(_made) < _MOST:
        _made.setdefault(classes, _new_class(classes))
    return _made.get(classes)


def _new_class(classes: Classes) -> type[Model]:
    extra = "allow" if all(map(is_described_open, classes)) else "ignore"
    namespace = {
        "__module__": classes[0].__module__,
        "__doc__": "An object that fits several variants of a union.",
        "__reduce__": lambda self: (_restored, (classes, BaseModel.__getstate__(self))),
        "_secret_names": frozenset[str]().union(*(kind._secret_names for kind in classes)),
    }
    name = " & ".join(kind.__name__ for kind in classes)
    kind: type[Model] = types.new_class(name, classes, {"extra": extra}, lambda body: body.update(namespace))
    for member, field in kind.model_fields.items():  # secret to any is secret
        field.repr = all(part.model_fields[member].repr for part in classes if member in part.model_fields)
    return kind
