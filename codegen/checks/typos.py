"""Names that may be any text, so that nothing else tells when one of them is misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from codegen.description.document import Document, join
from codegen.description.objects import Part
from codegen.normalise.operations import media_kind
from codegen.report.diagnostics import Diagnostic

#: The formats that something is made of: a type, or a value that no text shows.
_FORMATS = ("binary", "date", "date-time", "password", "uuid")
#: The media types that something is made of, and others that are so near to them and yet no mistakes.
_MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_OTHER_MEDIA_TYPES = ("application/json5", "application/jsonl")
_DEPTH = 8  # a schema may hold itself


def check(document: Document, parts: list[Part]) -> Iterator[Diagnostic]:
    """A finding for each that is nearly one with a meaning, and for each that leads nowhere."""
    for part in parts:
        if part.kind == "schema":
            yield from _near_format(document, part)
            yield from _required_in_vain(document, part)
        elif part.kind in ("request-body", "response", "parameter"):
            yield from _near_media_types(document, part)


def suggestion(name: str, known: Iterable[str], alike: float = 0.7) -> str:
    """A hint, if a known name is like this one."""
    return _suggestion(name, tuple(known), alike)


@cache  # a description says `int32` a thousand times
def _suggestion(name: str, known: tuple[str, ...], alike: float) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=alike)
    return f"did you mean {close[0]}?" if close else ""


def _near_format(document: Document, part: Part) -> Iterator[Diagnostic]:
    """`pasword` shows the secret that it was meant to hide."""
    name = part.data.get("format")
    if not isinstance(name, str) or name in _FORMATS:
        return
    if hint := suggestion(name.lower().replace("_", "-"), _FORMATS, alike=0.8):
        yield document.diagnostic(join(part.pointer, "format"), "unknown-format", f"nothing knows `{name}`", hint=hint)


def _near_media_types(document: Document, part: Part) -> Iterator[Diagnostic]:
    """A body of an unknown type is a file."""
    content = part.data.get("content")
    for name in content if isinstance(content, dict) else ():
        essence = name.partition(";")[0].strip().lower()
        if media_kind(name) != "bytes" or essence in _OTHER_MEDIA_TYPES:
            continue
        if hint := suggestion(essence, _MEDIA_TYPES, alike=0.95):
            pointer, message = join(join(part.pointer, "content"), name), f"nothing knows {name}: its content is bytes"
            yield document.diagnostic(pointer, "unknown-media-type", message, hint=hint)


def _required_in_vain(document: Document, part: Part) -> Iterator[Diagnostic]:
    """Only where all members are at hand: a part of a union or of an `allOf` may require those of the others."""
    own, required = part.data.get("properties"), part.data.get("required")
    if not (isinstance(own, dict) and isinstance(required, list)) or all(name in own for name in map(str, required)):
        return
    apart = {"allOf", "anyOf", "oneOf"}.isdisjoint(part.pointer.split("/"))
    if not apart or {"additionalProperties", "patternProperties"} & part.data.keys():
        return
    members = set(_members(document, part.data))
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in members:
            message = f"`properties` has no {name}, so that nothing is required by this"
            pointer, hint = f"{part.pointer}/required/{index}", suggestion(name, members)
            yield document.diagnostic(pointer, "not-rendered", message, hint=hint)


def _members(document: Document, schema: Any, depth: int = 0) -> Iterator[str]:
    """The names of all that an object of this schema can have."""
    with suppress(LookupError):  # which the checks of references tell
        schema = document.resolve(schema)
    if not isinstance(schema, dict) or depth > _DEPTH:
        return
    members = schema.get("properties")
    yield from members if isinstance(members, dict) else ()
    for keyword in ("allOf", "anyOf", "oneOf"):
        inner = schema.get(keyword)
        for one in inner if isinstance(inner, list) else ():
            yield from _members(document, one, depth + 1)
