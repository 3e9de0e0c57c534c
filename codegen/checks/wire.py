"""Texts that the client would send, or look for, where HTTP cannot carry them (RFC 9110, 5.1 and 5.5).

The form of paths and methods is that of keys, see `structure`.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.checks.defects import Defect, defect, left_out
from codegen.checks.servers import has_blanks
from codegen.description.document import Document, as_mapping
from codegen.description.http import essence, is_name, is_value, server_url
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.report.text import quoted

_MEDIA_TYPES = {"encoding": "contentType", "schema": "contentMediaType"}


def defects(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Media types, names and URLs that no request can have."""
    for node in objects:
        if node.kind in ("request-body", "response"):
            yield from _content(document, node)
        if node.kind == "response":
            yield from _headers(document, node)
        if node.kind == "parameter":
            yield from _parameter(document, node)
        if node.kind == "server":
            yield from _server(document, node)
        if (field := _MEDIA_TYPES.get(node.kind)) and isinstance(name := node.data.get(field), str):
            yield from _media_type(document, join(node.pointer, field), name)


def _content(document: Document, node: Node) -> Iterator[Defect]:
    """A body is read as one without the parameters of its media type, where these are at fault."""
    content = as_mapping(node.data.get("content"))
    for name in content:
        pointer, plain = join(node.pointer, "content", name), essence(name)
        if is_value("header", plain) and plain not in content:
            edits = {**left_out(pointer), join(node.pointer, "content", plain): content[name]}
            yield from _media_type(document, pointer, name, edits=edits, instead=f"it is read as {plain}")
        else:
            yield from _media_type(document, pointer, name)


def _media_type(
    document: Document,
    pointer: str,
    name: str,
    *,
    edits: dict[str, object] | None = None,
    instead: str = "it is left out",
) -> Iterator[Defect]:
    if not is_value("header", name):
        message, hint = (
            f"a header cannot carry {quoted(name)}",
            "a media type is `type/subtype`, such as application/json",
        )
        yield defect(document, pointer, "unknown-media-type", message, hint=hint, edits=edits, instead=instead)


def _headers(document: Document, response: Node) -> Iterator[Defect]:
    for name in as_mapping(response.data.get("headers")):
        if not is_name("header", name):
            pointer, message = join(response.pointer, "headers", name), "HTTP does not allow this name for a header"
            yield defect(document, pointer, "bad-parameter-name", message)


def _parameter(document: Document, parameter: Node) -> Iterator[Defect]:
    location, name = str(parameter.data.get("in")), parameter.data.get("name")
    if isinstance(name, str) and not is_name(location, name):
        pointer, message = join(parameter.pointer, "name"), f"HTTP does not allow this name for a {location}"
        yield defect(document, pointer, "bad-parameter-name", message, edits=left_out(parameter.pointer))


def _server(document: Document, server: Node) -> Iterator[Defect]:
    url = server_url(server.data) if isinstance(server.data.get("url"), str) else ""
    if has_blanks(url):
        message, hint = f"{quoted(url)} is not a URL", "write https://, the host, and the path"
        pointer = join(server.pointer, "url")
        yield defect(document, pointer, "bad-server", message, hint=hint, edits=left_out(server.pointer))
