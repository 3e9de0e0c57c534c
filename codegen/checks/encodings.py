"""How values are written: encodings of parts that there are not, and styles for values of other types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.checks.typos import is_no_media_type
from codegen.description.document import Document, as_mapping
from codegen.description.http import media_kind
from codegen.description.objects import Node
from codegen.description.pointers import join, tokens
from codegen.description.schemas import applied, types_of
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import Hints

#: The types whose values a style can write (OpenAPI 3.1, 4.8.12.3; the client writes lists as deep objects, too, as
#: many servers read them). The other styles write values of every type.
_TYPES = {
    "deepObject": frozenset({"array", "object"}),
    "spaceDelimited": frozenset({"array", "object"}),
    "pipeDelimited": frozenset({"array", "object"}),
}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report encodings and styles that are about nothing."""
    hints = Hints()
    for node in nodes:
        if node.kind == "parameter":
            yield from _undefined_style(document, node, node.data.get("schema"))
        elif node.kind == "media-type" and "encoding" in node.data:
            yield from _encodings(document, node, hints)


def _encodings(document: Document, media_type: Node, hints: Hints) -> Iterator[Diagnostic]:
    pointer, name = join(media_type.pointer, "encoding"), tokens(media_type.pointer)[-1]
    if media_kind(name) not in ("form", "multipart") and "/mediaTypes/" not in pointer and not is_no_media_type(name):
        message, hint = f"only forms have encodings, but this is {name}", "leave it out"
        yield document.diagnostic(pointer, "bad-encoding", message, hint=hint)
        return
    parts = list(applied(document, media_type.data.get("schema")))
    members = {key: member for part in parts for key, member in as_mapping(part.get("properties")).items()}
    is_open = not parts or any(part.get("additionalProperties") not in (None, False) for part in parts)
    for key, encoding in as_mapping(media_type.data["encoding"]).items():
        if key in members:
            part = Node("encoding", join(pointer, key), as_mapping(encoding))
            yield from _undefined_style(document, part, members[key])
        elif not is_open:
            message, hint = f"the form has no part {key}", hints.did_you_mean(key, members) or "leave it out"
            yield document.diagnostic(join(pointer, key), "bad-encoding", message, hint=hint)


def _undefined_style(document: Document, node: Node, schema: Any) -> Iterator[Diagnostic]:
    style = node.data.get("style")
    writable = _TYPES.get(style) if isinstance(style, str) else None
    types = [types_of(part) for part in applied(document, schema)] if writable else []
    described = frozenset[str]().union(*types)
    if writable and described and not described & writable:
        message = f"the style {style} writes no {' or '.join(sorted(described))}"
        yield document.diagnostic(join(node.pointer, "style"), "bad-style", message, hint="leave it out")
