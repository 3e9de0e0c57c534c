"""What the worst answers cost that a client takes: processor time and memory of a body within `max_response_size`."""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from contextlib import suppress
from types import GenericAlias
from typing import Any, NamedTuple, Union

from pydantic import ValidationError, create_model

from persona_oauth._model import Model
from persona_oauth._operation import Answer, Decoder

SIZE = 1024 * 1024
VARIANTS = 12


class Price(NamedTuple):
    """What one answer costs."""

    seconds: float
    """Of processor time."""
    bytes: int
    """Of memory, at most."""


class Left(Model):
    """A variant that holds the union."""

    down: Left | Right | None = None
    kids: list[Left | Right] | None = None


class Right(Model):
    """Another one."""

    down: Left | Right | None = None
    kids: list[Left | Right] | None = None


def variants(*, required: bool) -> Any:
    """A union of classes that differ in one member."""
    default = ... if required else None
    fields: list[dict[str, Any]] = [{f"v{number}": (int | None, default)} for number in range(VARIANTS)]
    models = [create_model(f"V{number}", __base__=Model, **field) for number, field in enumerate(fields)]
    return Union[tuple(models)]  # noqa: UP007 (of a variable number)


def bodies() -> dict[str, tuple[Any, str]]:
    """The type of an answer and an item of it, which is repeated as often as there is room."""
    deep = '{"down":' * 90 + "{}" + "}" * 90
    return {
        "empty objects": (list[Left], "{}"),
        "empty arrays": (list[list[int]], "[]"),
        "the last of 12 variants": (GenericAlias(list, (variants(required=True),)), f'{{"v{VARIANTS - 1}":1}}'),
        "all of 12 variants": (GenericAlias(list, (variants(required=False),)), '{"x":1}'),
        "none of 12 variants": (GenericAlias(list, (variants(required=True),)), "{}"),
        "a union in itself, 90 deep": (list[Left | Right], deep),
        "a union in itself, wide": (list[Left | Right], '{"kids":[{},{}]}'),
    }


def measure() -> dict[str, Price]:
    """Of each of them."""
    found = {}
    for name, (kind, item) in bodies().items():
        decoder = Decoder(Answer("200", "json", kind))
        count = (SIZE - 64) // max(len(item) + 1, decoder.size_of(item.encode()))
        content = f"[{','.join([item] * count)}]".encode()
        _decode(decoder, b"[]")  # makes the validator
        started = time.process_time()
        _decode(decoder, content)
        seconds = time.process_time() - started
        tracemalloc.start()
        _decode(decoder, content)
        found[name] = Price(seconds, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return found


def _decode(decoder: Decoder, content: bytes) -> Any:
    with suppress(ValidationError):
        return decoder.decode(content, {}, 0.0)


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
