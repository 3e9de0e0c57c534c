"""Names that may be any text, so that no other check reports when they are misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import essence, media_kind
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, applied
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: The formats that have an effect: a type, or a value that is never shown.
_FORMATS = ("binary", "date", "date-time", "password", "uuid")
#: The media types that the client can encode, and others that resemble them but are no misspellings.
_MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_OTHER_MEDIA_TYPES = ("application/json5", "application/jsonl")


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report names that resemble one with a meaning, and required members that do not exist."""
    for node in nodes:
        if node.kind == "schema":
            yield from _misspelt_format(document, node)
            yield from _required_without_member(document, node)
        elif node.kind in ("request-body", "response", "parameter"):
            yield from _misspelt_media_types(document, node)


def _misspelt_format(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """`pasword` would show a secret."""
    name = schema.data.get("format")
    if not isinstance(name, str) or name in _FORMATS:
        return
    if hint := did_you_mean(name.lower().replace("_", "-"), _FORMATS, similarity=0.8):
        message = f"the format `{name}` has no effect"
        yield document.diagnostic(join(schema.pointer, "format"), "unknown-format", message, hint=hint)


def _misspelt_media_types(document: Document, node: Node) -> Iterator[Diagnostic]:
    """A body of an unknown media type would be sent as a file."""
    for name in as_mapping(node.data.get("content")):
        if media_kind(name) != "bytes" or essence(name) in _OTHER_MEDIA_TYPES:
            continue
        if hint := did_you_mean(essence(name), _MEDIA_TYPES, similarity=0.95):
            message = f"the client knows no {name}, so the content is bytes"
            yield document.diagnostic(join(node.pointer, "content", name), "unknown-media-type", message, hint=hint)


def _required_without_member(document: Document, schema: Node) -> Iterator[Diagnostic]:
    own, required = schema.data.get("properties"), as_list(schema.data.get("required"))
    if not isinstance(own, dict) or own.keys() >= set(map(str, required)) or not _lists_all_members(schema):
        return
    members = {name for part in applied(document, schema.data) for name in as_mapping(part.get("properties"))}
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in members:
            message = f"`properties` has no {name}, so this requires nothing"
            pointer = join(schema.pointer, "required", str(index))
            yield document.diagnostic(pointer, "not-rendered", message, hint=did_you_mean(name, members))


def _lists_all_members(schema: Node) -> bool:
    """Whether all members are known: a part of a union or of an `allOf` may require those of the others."""
    is_part = not set(IN_PLACE).isdisjoint(schema.pointer.split("/"))
    return not is_part and schema.data.keys().isdisjoint(("additionalProperties", "patternProperties"))
