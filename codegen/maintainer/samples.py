"""Calls of a package's operations with sample values: what a caller may pass, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from codegen.model.api import Api, Argument, Model, Operation
from codegen.model.texts import FORMATS, matching
from codegen.model.types import Anything, Kind, ListOf, MapOf, ModelRef, Scalar, Type, Union, Values

#: Texts that a style has to tell apart from its own signs; an argument that takes fewer is called with what it takes.
_TEXTS = ("text", "word", "a b", "a/b?c&d=e:f@g+h%i", "ü")
_NUMBERS = (1, 2, 3, 0, -1, 10, 100, 1000)
_SCALARS: Mapping[Kind, tuple[Any, ...]] = {
    Kind.BOOLEAN: (True, False),
    Kind.NUMBER: (1.5, 2, 0.25, -1, 100, 1000),
    Kind.DATE: (FORMATS["date"],),
    Kind.DATE_TIME: (FORMATS["date-time"], "2026-11-27T12:00:00.5+01:00"),
    Kind.UUID: (FORMATS["uuid"],),
    Kind.FILE: (b"file",),
    Kind.NULL: (None,),
    Kind.UNSET: (),
}
_ANYTHING: tuple[Any, ...] = ("text", 1, True, ["a", "b"], {"a": 1})
_MAX_DEPTH = 4
#: Values of one argument, beside those of an enumeration.
_MAX_VALUES = 24


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one operation."""

    attribute: str
    """Of the client."""
    method: str
    arguments: dict[str, Any]
    varied: str = ""
    """The argument that tells the call from the one with what is required."""


@dataclass(frozen=True, slots=True)
class OperationSamples:
    """The calls of one operation."""

    subject: str
    """As the report names it."""
    wire_names: dict[str, str]
    """The Python name of each parameter and each member of the body, by its name on the wire in lower case."""
    calls: list[Call]


def samples(api: Api) -> Iterator[OperationSamples]:
    """The calls of each operation."""
    for tag in api.tags:
        for operation in tag.operations:
            names = {
                argument.wire_name.get_untrusted_value().lower(): str(argument.name)
                for variant in operation.calls
                for argument in variant.arguments
            }
            calls = [
                Call(str(tag.attribute), str(operation.name), arguments, varied)
                for arguments, varied in _calls(api, operation)
            ]
            yield OperationSamples(f"{tag.prefix}Api.{operation.name}", names, calls)


def _calls(api: Api, operation: Operation) -> Iterator[tuple[dict[str, Any], str]]:
    """With what is required, with each value of each argument, and with everything; in each media type."""
    types = [str(kind.get_untrusted_value()) for kind in operation.content_types]
    for chosen in [{"content_type": kind} for kind in types] if len(types) > 1 else [{}]:
        for variant in operation.calls:
            values = {str(argument.name): _argument(api, operation, argument) for argument in variant.arguments}
            variations = _variations(
                values, [str(argument.name) for argument in variant.arguments if argument.required]
            )
            yield from ((chosen | arguments, varied) for arguments, varied in variations)


def _variations(values: Mapping[str, list[Any]], names: Iterable[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """With those of the names, which are required; with each value of each argument; with everything."""
    first = {name: several[0] for name, several in values.items() if several}
    required = {name: first[name] for name in names}
    yield required, ""
    for name, several in values.items():
        yield from ((required | {name: value}, name) for value in several)
    yield first, ""


def _argument(api: Api, operation: Operation, argument: Argument) -> list[Any]:
    example = argument.example
    examples = [example] if isinstance(example, str | int | float | list | dict) else []
    values = [*examples, *_values(api.model, argument.type)]
    encodings = (encoding for body in operation.bodies for encoding in body.encodings)
    types = {encoding.name: encoding.content_type.get_untrusted_value() for encoding in encodings}
    declared = types.get(argument.wire_name, "")
    return [_upload(value, declared) for value in values] if "," in declared or "*" in declared else values


def _upload(value: Any, declared: str) -> Any:
    """A value with its content type where the description leaves a choice, which is the caller's."""
    if isinstance(value, list):
        return [_upload(item, declared) for item in value]
    return ("file", value, declared.partition(",")[0].strip().replace("*", "x")) if isinstance(value, bytes) else value


def _values(models: Mapping[str, Model], kind: Type, depth: int = 0) -> list[Any]:
    """Values of a type, the plainest first."""
    match kind:
        case Values(values):
            return list(values)
        case Scalar():
            return _scalars(kind)
        case Anything():
            return list(_ANYTHING)
        case Union(members):
            return [value for member in members for value in _values(models, member, depth)]
        case _ if depth >= _MAX_DEPTH:
            return [[] if isinstance(kind, ListOf) else {}]
        case ListOf(items, bounds):
            return list(_lists(_values(models, items, depth + 1), dict(bounds)))
        case MapOf(items):
            several = _values(models, items, depth + 1)
            return [{"a": several[0], "b c": several[-1]}, {}] if several else [{}]
        case ModelRef(name):
            return list(islice(_objects(models, models[name], depth), _MAX_VALUES))


def _scalars(kind: Scalar) -> list[Any]:
    bounds = dict(kind.bounds)
    if kind.kind is Kind.STRING:
        return list(dict.fromkeys(_texts(bounds)))
    if kind.kind is Kind.INTEGER:
        near = [bounds[name] for name in ("ge", "le", "multiple_of") if name in bounds]
        return [*near, *_NUMBERS]
    return [*(bounds[name] for name in ("ge", "le") if name in bounds), *_SCALARS[kind.kind]]


def _texts(bounds: Mapping[str, Any]) -> Iterator[str]:
    if "pattern" in bounds:
        yield matching(bounds["pattern"])
    yield from (text.ljust(bounds.get("min_length", 0), "x")[: bounds.get("max_length")] for text in _TEXTS)
    yield ""


def _lists(items: list[Any], bounds: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Of two, of one, of the same twice, of none; as long as the bounds ask."""
    least = bounds.get("min_length", 0)
    if items:
        repeated = items * (least // len(items) + 2)
        yield repeated[: max(least, min(2, bounds.get("max_length", 2)))]
        yield from ([item] for item in items[:3])
        yield [items[0]] * max(2, least)
    yield []


def _objects(models: Mapping[str, Model], model: Model, depth: int) -> Iterator[dict[str, Any]]:
    """With everything, with what is required, and with each value of each member."""
    fields = [field for field in model.fields if not field.read_only]
    values = {str(field.wire_name.get_untrusted_value()): _values(models, field.type, depth + 1) for field in fields}
    required = {
        name: values[name][0]
        for field in fields
        if field.required and values[name := str(field.wire_name.get_untrusted_value())]
    }
    yield {name: several[0] for name, several in values.items() if several}
    yield required
    for name, several in values.items():
        yield from (required | {name: value} for value in several[1:])
