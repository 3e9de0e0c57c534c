"""The signatures of an operation: which arguments a call takes, where bodies of several kinds share some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup as Code

from codegen.parser.text import text

from .api import Argument, Body, Parameter, Security, Variant
from .types import Kind, Values, union
from .values import literal


def variants_of(
    name: str, bodies: Sequence[Body], parameters: Sequence[Parameter], security: Security
) -> tuple[Variant, ...]:
    """A signature for each of the objects that the body can be; none where it can be one only."""
    objects = {body.models: body for body in bodies if body.fields}
    if len(objects) < 2:
        return ()
    return tuple(
        Variant(
            name=body.models[0] if body.models else Code(name),
            description=body.description,
            arguments=_ordered([*body.fields, *(parameter.argument for parameter in parameters)]),
            security=next((own.security for own in body.security), security),
        )
        for body in objects.values()
    )


def arguments_of(
    variants: Sequence[Variant], bodies: Sequence[Body], parameters: Sequence[Parameter]
) -> tuple[Argument, ...]:
    """The arguments of the whole operation, each once."""
    if variants:
        own = _merged(variants)
    else:
        arguments = [argument for body in bodies for argument in (*body.fields, body.argument) if argument]
        own = _united(arguments) + _content_type(bodies)
    every = [*own, *(parameter.argument for parameter in parameters)]
    return _ordered({str(argument.name): argument for argument in every}.values())


def _ordered(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    return tuple(sorted(arguments, key=lambda argument: argument.default is not None))


def _content_type(bodies: Sequence[Body]) -> list[Argument]:
    """The choice among several media types of the body."""
    types = list(dict.fromkeys(body.content_type.get_untrusted_value() for body in bodies))
    if len(types) < 2:
        return []
    return [
        Argument(
            name=Code("content_type"),
            wire_name=text("Content-Type"),
            location=Code("body"),
            type=Values(tuple(types), Kind.STRING),
            default=Code(literal(types[0])),
            required=True,
            description=text("The media type that the body is sent in."),
            example=None,
        )
    ]


def _united(arguments: Iterable[Argument]) -> list[Argument]:
    """An argument that several media types take, with the types of all."""
    united: dict[str, Argument] = {}
    for argument in arguments:
        first = united.get(str(argument.name), argument)
        united[str(argument.name)] = replace(first, type=union([first.type, argument.type]))
    return list(united.values())


def _merged(variants: Iterable[Variant]) -> list[Argument]:
    """The arguments of all variants in one signature: each may be missing, some can be of several types."""
    takers: dict[str, list[tuple[Variant, Argument]]] = {}
    for variant in variants:
        for argument in variant.arguments:
            if argument.location == "body":
                takers.setdefault(str(argument.name), []).append((variant, argument))
    return [_shared(pairs) for pairs in takers.values()]


def _shared(takers: Sequence[tuple[Variant, Argument]]) -> Argument:
    """One argument for the variants that take it; where they describe it differently, each is named."""
    (_, first), *_ = takers
    texts = {variant.name: argument.description.get_untrusted_value() for variant, argument in takers}
    described = {name: words for name, words in texts.items() if words}
    if len({*described.values()}) > 1:
        words = " ".join(f"For `{name}`: {words}" for name, words in described.items())
    else:
        words = next(iter(described.values()), "")
    kind = union(argument.type for _, argument in takers)
    shared = replace(first, type=kind, required=False, description=text(words))
    return replace(shared, default=shared.missing)
