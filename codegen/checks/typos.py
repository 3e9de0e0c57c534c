"""Names that may be any text, so that nothing else tells when one of them is misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.description.document import Document, as_mapping
from codegen.description.http import essence, media_kind
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, applied
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: The formats that something is made of: a type, or a value that no text shows.
_FORMATS = ("binary", "date", "date-time", "password", "uuid")
#: The media types that something is made of, and others that are so near to them and yet no mistakes.
_MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_OTHER_MEDIA_TYPES = ("application/json5", "application/jsonl")


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A finding for each that is nearly one with a meaning, and for each that leads nowhere."""
    for part in parts:
        if part.kind == "schema":
            yield from _near_format(document, part)
            yield from _required_in_vain(document, part)
        elif part.kind in ("request-body", "response", "parameter"):
            yield from _near_media_types(document, part)


def _near_format(document: Document, part: Node) -> Iterator[Diagnostic]:
    """`pasword` shows the secret that it was meant to hide."""
    name = part.data.get("format")
    if not isinstance(name, str) or name in _FORMATS:
        return
    if hint := did_you_mean(name.lower().replace("_", "-"), _FORMATS, similarity=0.8):
        yield document.diagnostic(join(part.pointer, "format"), "unknown-format", f"nothing knows `{name}`", hint=hint)


def _near_media_types(document: Document, part: Node) -> Iterator[Diagnostic]:
    """A body of an unknown type is a file."""
    content = part.data.get("content")
    for name in content if isinstance(content, dict) else ():
        if media_kind(name) != "bytes" or essence(name) in _OTHER_MEDIA_TYPES:
            continue
        if hint := did_you_mean(essence(name), _MEDIA_TYPES, similarity=0.95):
            pointer, message = join(join(part.pointer, "content"), name), f"nothing knows {name}: its content is bytes"
            yield document.diagnostic(pointer, "unknown-media-type", message, hint=hint)


def _required_in_vain(document: Document, part: Node) -> Iterator[Diagnostic]:
    """Only where all members are at hand: a part of a union or of an `allOf` may require those of the others."""
    own, required = part.data.get("properties"), part.data.get("required")
    if not (isinstance(own, dict) and isinstance(required, list)) or all(name in own for name in map(str, required)):
        return
    apart = set(IN_PLACE).isdisjoint(part.pointer.split("/"))
    if not apart or {"additionalProperties", "patternProperties"} & part.data.keys():
        return
    members = {name for schema in applied(document, part.data) for name in as_mapping(schema.get("properties"))}
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in members:
            message = f"`properties` has no {name}, so that nothing is required by this"
            pointer, hint = f"{part.pointer}/required/{index}", did_you_mean(name, members)
            yield document.diagnostic(pointer, "not-rendered", message, hint=hint)
