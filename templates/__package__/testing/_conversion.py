"""Texts from the wire as Python values: parameters and forms have texts where JSON has types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NewType, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json

from .._checks import adapter_of, misfit
from .._http import is_json
from .._model import File, Upload, fields_of
from .._operation import decode_text
from .._styles import UnfitError, plain, text

__all__ = ["Part", "Repeated", "alternatives", "converted", "is_file", "is_list", "is_object", "members_of"]

#: The texts that JSON reads as these types (RFC 8259, 3 and 6).
_FORMS: Final[dict[Any, re.Pattern[str]]] = {
    bool: re.compile("true|false"),
    int: re.compile(r"-?(0|[1-9][0-9]*)"),
    float: re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
}
_UNIONS: Final = (Union, UnionType)
_DEEPEST: Final = 16  # levels of what is read as a member of a union


class Repeated(list[Any]):
    """What a form has under one name, in its order; once, unless the type is a list."""


class Part(Upload):
    """A part of a multipart body: a file, or a text or JSON by its type."""

    def value(self) -> Any:
        """JSON where its type says so, else text."""
        content = self.read()
        with suppress(ValueError):
            if is_json(self.content_type):
                return from_json(content)
        return decode_text(content, {"content-type": self.content_type})


#: What a structure was converted to, by the identities of type and structure, which it keeps alive.
_Done = dict[tuple[int, int], tuple[Any, Any, Any]]


def converted(kind: Any, raw: Any, done: _Done | None = None) -> Any:
    """The value that texts stand for by a type. What fits no type stays as it is, to be refused by the check.

    A structure is converted once to each type: unions that contain themselves ask for it once for each way to it.
    """
    done = {} if done is None else done
    if not isinstance(raw, (dict, list, Part)):
        return _converted(kind, raw, done)
    if (key := (id(kind), id(raw))) not in done:
        done[key] = kind, raw, _converted(kind, raw, done)
    return done[key][2]


def _converted(kind: Any, raw: Any, done: _Done) -> Any:
    if is_file(kind):
        return raw[0] if isinstance(raw, Repeated) and len(raw) == 1 else raw
    origin = get_origin(kind)
    if origin is Annotated:
        return converted(get_args(kind)[0], raw, done)
    if isinstance(kind, NewType):
        return converted(kind.__supertype__, raw, done)
    if isinstance(raw, Repeated):
        return _repeated(kind, raw, done)
    if isinstance(raw, Part):
        return _of_part(kind, raw, done)
    if origin in _UNIONS:
        return _chosen(get_args(kind), raw, done)
    return _scalar(kind, raw) if isinstance(raw, str) else _structure(kind, raw, done)


def _of_part(kind: Any, part: Part, done: _Done) -> Any:
    if any(map(is_file, alternatives(kind))):
        return part
    return part.value() if is_json(part.content_type) else converted(kind, part.value(), done)


def _repeated(kind: Any, values: Repeated, done: _Done) -> Any:
    """A list of the values if the type can be one, else the only one."""
    if is_list(kind) and not (len(values) == 1 and _is_json_list(values[0])):
        lists = next((part for part in alternatives(kind) if get_origin(part) is list), list[Any])
        return [converted(get_args(lists)[0], value, done) for value in values]
    return converted(kind, values[0] if len(values) == 1 else [*values], done)


def _is_json_list(value: Any) -> bool:
    return isinstance(value, Part) and is_json(value.content_type) and isinstance(value.value(), list)


def _structure(kind: Any, raw: Any, done: _Done) -> Any:
    if isinstance(raw, dict) and get_origin(kind) is list and all(map(str.isdecimal, raw)):
        raw = [raw[position] for position in sorted(raw, key=int)]  # of a list of objects, whose positions are names
    if isinstance(raw, list) and get_origin(kind) is list:
        return [converted(get_args(kind)[0], item, done) for item in raw]
    if isinstance(raw, dict):
        types, others = members_of(kind)
        return {name: converted(types.get(name, others), value, done) for name, value in raw.items()}
    return [converted(Any, item, done) for item in raw] if isinstance(raw, list) else raw


def members_of(kind: Any) -> tuple[Mapping[str, Any], Any]:
    """The types of the members of an object by their names on the wire, and that of any others."""
    if get_origin(kind) is dict:
        return {}, get_args(kind)[1]
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return {}, Any
    return _members(kind)


@cache  # so that each member's type is one object, which `converted` and `_adapter` know by its identity
def _members(model: type[BaseModel]) -> tuple[Mapping[str, Any], Any]:
    types = {info.serialization_alias or name: info.rebuild_annotation() for name, info in fields_of(model).items()}
    return types, _undeclared(model)


def _undeclared(model: type[BaseModel]) -> Any:
    with suppress(NameError, TypeError):
        extra = get_type_hints(model, include_extras=True).get("__pydantic_extra__")
        return get_args(extra)[1] if get_origin(extra) is dict else Any
    return Any


# Scalars


def _scalar(kind: Any, raw: str) -> Any:
    """What a text stands for; the text itself for what is a text, such as a date."""
    if get_origin(kind) is Literal:
        return next((value for value in get_args(kind) if text(value) == raw), raw)
    if kind is NoneType:
        return None if raw == "" else raw
    is_structure = _is_structure(kind)
    if is_structure or (kind in _FORMS and _FORMS[kind].fullmatch(raw)):
        with suppress(ValueError):
            value = from_json(raw)
            if is_structure == isinstance(value, (dict, list)):
                return value
    return [converted(get_args(kind)[0], raw)] if get_origin(kind) is list else raw


def _is_structure(kind: Any) -> bool:
    return get_origin(kind) in (list, dict) or (isinstance(kind, type) and issubclass(kind, BaseModel))


def _chosen(members: Iterable[Any], raw: Any, done: _Done) -> Any:
    """As the member of a union that fits: one that is written in the same way, else any; a text and null come last.

    Raises:
        RecursionError: It nests too deeply.
    """
    if _depth(raw) > _DEEPEST:  # each level is checked within each level above it
        raise RecursionError
    ranked = sorted(members, key=lambda member: (member is NoneType, _is_text(member)))
    fitting = [value for member in ranked for value in [converted(member, raw, done)] if _fits(member, value)]
    same = (value for value in fitting if not isinstance(raw, str) or _written(value) == raw)
    return next(same, fitting[0] if fitting else raw)


def _depth(value: Any) -> int:
    """How deeply lists and objects nest; 0: it is neither."""
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)


def _is_text(member: Any) -> bool:
    return any(part is str or part is Any for part in alternatives(member))


def _fits(member: Any, value: Any) -> bool:
    return not misfit(_adapter(member), value)


def _written(value: Any) -> str:
    with suppress(UnfitError):
        return text(plain(value))
    return ""


_adapters: dict[int, tuple[Any, TypeAdapter[Any]]] = {}  # by identity: what `Annotated` holds need not have a hash


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if id(kind) not in _adapters:
        _adapters[id(kind)] = kind, adapter_of(kind)
    return _adapters[id(kind)][1]


# Shapes


def is_file(kind: Any) -> bool:
    """Whether it is `File`, perhaps with bounds."""
    return get_origin(kind) is Annotated and get_args(kind)[1] == get_args(File)[1]


def is_list(kind: Any) -> bool:
    """Whether a value of the type can be a list."""
    return any(get_origin(part) is list or part is Any for part in alternatives(kind))


def is_object(kind: Any) -> bool:
    """Whether a value of the type can be an object."""
    return any(
        get_origin(part) is dict or part is Any or (isinstance(part, type) and issubclass(part, BaseModel))
        for part in alternatives(kind)
    )


def alternatives(kind: Any) -> Iterator[Any]:
    """The members of a union, or the type itself."""
    if is_file(kind):
        yield kind
    elif get_origin(kind) is Annotated:
        yield from alternatives(get_args(kind)[0])
    elif isinstance(kind, NewType):
        yield from alternatives(kind.__supertype__)
    elif get_origin(kind) in _UNIONS:
        for member in get_args(kind):
            yield from alternatives(member)
    else:
        yield kind
