"""Checks of arguments and answers: what does not fit, said without the value, which may be a secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, GetPydanticSchema, TypeAdapter, ValidationError

from ._model import sets_in_order
from ._stack import with_room
from ._text import shown
from ._values import as_described
from .errors import InvalidRequestError

__all__ = [
    "TAGGED",
    "UNTAGGED",
    "adapter_of",
    "built",
    "explain",
    "invalid_argument",
    "misfit",
    "path_of",
    "plain",
    "validate",
]

# Texts of these kinds of pydantic errors quote only the description; any other may quote the value.
_SAFE_KINDS = frozenset({
    "missing", "extra_forbidden", "json_invalid", "literal_error", "enum", "string_too_short", "string_too_long",
    "string_pattern_mismatch", "too_short", "too_long", "greater_than", "greater_than_equal", "less_than",
    "less_than_equal", "multiple_of", "finite_number", "int_from_float",
})  # fmt: skip


#: How pydantic's paths name choices of a union that errors leave out: `UNTAGGED`, with or without more behind it, and
#: `TAGGED`, after which a tag follows.
UNTAGGED = "\0"
TAGGED = "\0tagged"
_KEY = "[key]"  # how pydantic's path to a key of a map ends, behind the key
#: These, and what pydantic calls a choice that is no class: how it is validated.
_CHOICE = re.compile(
    r"\0|(?:json-or-python|lax-or-strict|function-\w+|chain|nullable|(?:tagged-)?union|list|dict)\[.*\]\Z", re.DOTALL
)


def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """The validator of a type; a model brings its own settings."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return built(kind)
    whole: Any = Annotated[
        kind, GetPydanticSchema(lambda source, handler: as_described(sets_in_order(handler(source))))
    ]
    return built(whole)


def built(kind: Any) -> TypeAdapter[Any]:
    """The validator of a type, ready for use from any depth of the stack."""

    def build() -> TypeAdapter[Any]:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        adapter.rebuild()  # does nothing unless a model put it off
        return adapter

    return with_room(build)


def invalid_argument(argument: str, reason: str) -> InvalidRequestError:
    """The error for an argument, by Python name."""
    return InvalidRequestError(f"{argument}: {reason}" if argument else reason, argument=argument or None)


def plain(text: str) -> str:
    """The characters of a text: `str()` and f-strings write the name of a member where its class is `(str, Enum)`."""
    return str.__str__(text)


def explain(
    error: ValidationError,
    names: Mapping[str | None, str] | None = None,
    redact: Callable[[str], str] = lambda text: text,
) -> tuple[str, str]:
    """Path of the first field that does not fit, and why; never its value. `names` says how its start is called.

    Keys of a map are parts of the path: they are bounded, and `redact` takes secrets out of them.
    """
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    # The error of another choice says more: that the discriminator is missing, or what it has to be.
    first = next((detail for detail in errors if not detail["type"].startswith("union_tag")), errors[0])
    kind = first["type"]
    quotable = kind in _SAFE_KINDS or kind.endswith("_type")
    reason = first["msg"] if quotable else kind.replace("_", " ")
    path = _without_choices([str(part) for part in first["loc"]])
    if names and path:
        path[0] = names.get(path[0], path[0])
    return path_of(map(redact, path)), reason[:1].lower() + reason[1:]


def path_of(parts: Iterable[str]) -> str:
    """The path to a value, for messages, whoever named the keys on it."""
    return shown(".".join(shown(part, 64) for part in parts), 512)


def _without_choices(path: list[str]) -> list[str]:
    tags = {index + 1 for index, part in enumerate(path) if part == TAGGED}
    names = [part for index, part in enumerate(path) if not _CHOICE.match(part) and index not in tags]
    return names[:-1] if names[-1:] == [_KEY] else names


def misfit(adapter: TypeAdapter[Any], value: object) -> str:
    """Why the value does not fit; empty: it does."""
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return explain(error)[1]
    return ""


def validate(
    adapter: TypeAdapter[Any], value: object, argument: str, names: Mapping[str | None, str] | None = None
) -> Any:
    """The value as the description has it.

    Raises:
        InvalidRequestError: naming the argument, or what `names` makes of the first part of the path below it.
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        path, reason = explain(error, names)
    except RecursionError:
        path, reason = "", "nests too deeply"
    # Raised outside of the handler: pydantic's error, which holds the value, must not be chained.
    raise invalid_argument(".".join(filter(None, (argument, path))), reason)
