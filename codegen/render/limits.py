"""What a value has to be beside its type, as the documentation says it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup as Code

from codegen.model.types import NULL, UNSET, ListOf, MapOf, Scalar, Type, alternatives
from codegen.render.filters import code_cell

_NUMBER = {"ge": "at least", "gt": "over", "le": "at most", "lt": "under", "multiple_of": "a multiple of"}


def limits(kind: Type) -> Code:
    """The bounds of a type as notes in a cell of a table; of several types, each with its own."""
    parts = [part for part in alternatives(kind) if part not in (NULL, UNSET)]
    texts = [Code("[{}]").format(text) for part in parts for text in _limits(part)]
    return Code(", ").join(dict.fromkeys(texts))


def _limits(kind: Type) -> Iterator[Code]:
    match kind:
        case Scalar(bounds=bounds):
            yield from _texts(dict(bounds), "character")
            if kind.words and kind.words.pattern:
                yield Code("each word matches {}").format(code_cell(kind.words.pattern))
        case ListOf(items, bounds):
            yield from _texts(dict(bounds), "item")
            yield from _of_each(items)
        case MapOf(values):
            yield from _of_each(values)


def _of_each(kind: Type) -> Iterator[Code]:
    parts = (part for part in alternatives(kind) if part != NULL)
    yield from (Code("each {}").format(text) for part in parts for text in _limits(part))


def _texts(bounds: dict[str, object], unit: str) -> Iterator[Code]:
    least, most = bounds.get("min_length"), bounds.get("max_length")
    if least is not None or most is not None:
        yield Code(_length(least, most, unit))
    if "pattern" in bounds:
        yield Code("matches {}").format(code_cell(bounds["pattern"]))
    for name, words in _NUMBER.items():
        if name in bounds:
            yield Code(f"{words} {{}}").format(code_cell(repr(bounds[name])))


def _length(least: object, most: object, unit: str) -> str:
    if least == most:
        number, words = least, f"{least}"
    elif most is None:
        number, words = least, f"at least {least}"
    elif not least:
        number, words = most, f"at most {most}"
    else:
        number, words = most, f"{least} to {most}"
    return f"{words} {unit}{'' if number == 1 else 's'}"
