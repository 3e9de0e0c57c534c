"""What examples pass to an operation, and what they do with its answer."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from codegen.model.api import Api, Argument, Field, Operation, Tag, Variant
from codegen.model.types import (
    NULL,
    Kind,
    ListOf,
    ModelRef,
    Scalar,
    Type,
    Values,
    alternatives,
    is_scalar,
    is_secret,
    only_type,
    union,
)
from codegen.render.filters import literal


def sample(argument: Argument) -> Markup:
    """The description's own example, else a value of the right type."""
    if argument.example is not None and isinstance(argument.example, str | int | float | bool):
        return literal(argument.example)
    if argument.has_default:
        return argument.default or Markup("None")
    match only_type(argument.type):
        case Values(values):
            return literal(values[0])
        case Scalar(kind):
            samples = {Kind.INTEGER: "1", Kind.NUMBER: "1.0", Kind.BOOLEAN: "True", Kind.STRING: f'"{argument.name}"'}
            return Markup(samples.get(kind, "..."))
    return Markup("...")


def uses(operation: Operation, api: Api, name: str = "result") -> list[Markup]:
    """The lines after a call that use its answer, by its name; none where there is nothing to use."""
    kind = union(operation.returns)
    return [] if kind == NULL else [*_uses(Markup(name), kind, api)]


def follow_up(operation: Operation, api: Api) -> tuple[Tag, Operation, Variant] | None:
    """The first call that needs nothing but secrets of the operation's answer, such as the exchange of its code."""
    secrets = _secrets_of_answer(operation, api)
    for tag, other in api.operations:
        for call in other.calls:
            needed = {argument.name for argument in call.arguments if argument.default is None}
            if other is not operation and needed and needed <= secrets:
                return tag, other, call
    return None


def _secrets_of_answer(operation: Operation, api: Api) -> set[Markup]:
    """The names under which `uses` hands them on."""
    match union(operation.returns):
        case ModelRef(name) if name in api.model:
            return {field.name for field in api.model[name].fields if field.secret and field.required}
    return set()


def _uses(value: Markup, kind: Type, api: Api, depth: int = 0) -> Iterator[Markup]:
    match kind:
        case ModelRef(name) if name in api.model and api.model[name].fields and depth < 2:
            yield from _uses_of_members(value, api.model[name].fields, api, depth)
        case ListOf(items) if not is_secret(items):
            yield Markup("for item in {}:").format(value)
            yield from (Markup("    {}").format(line) for line in _uses(Markup("item"), items, api, depth))
        case _ if is_secret(kind):
            yield _handed_on(Markup("secret"), value)
        case _ if is_scalar(kind, Kind.FILE) and NULL not in alternatives(kind):
            yield Markup("print(len({}))").format(value)
        case _:
            yield Markup("print({})").format(value)


def _uses_of_members(value: Markup, fields: tuple[Field, ...], api: Api, depth: int) -> Iterator[Markup]:
    """Take the required secrets, and print another member: the end of a life, else one that is always there."""
    secrets = [field for field in fields if field.secret and field.required]
    for field in secrets:
        yield _handed_on(field.name, _member(value, field.name))
    others = sorted((field for field in fields if not field.secret), key=_is_less_telling)
    if others:
        yield from _uses_of_member(value, others[0], api, depth)
    elif not secrets:
        yield Markup("print({})").format(value)


def _is_less_telling(field: Field) -> tuple[bool, bool]:
    return field.end is None, not field.required


def _uses_of_member(value: Markup, field: Field, api: Api, depth: int) -> Iterator[Markup]:
    """A member that may be absent is printed only."""
    if field.required and not field.end:
        yield from _uses(_member(value, field.name), field.type, api, depth + 1)
    else:
        yield Markup("print({})").format(_member(value, field.end or field.name))


def _member(value: Markup, name: Markup) -> Markup:
    return Markup("{}.{}").format(value, name)


def _handed_on(name: Markup, value: Markup) -> Markup:
    return Markup("{} = {}  # a secret: hand it on, log it nowhere").format(name, value)
