"""Servers that the client cannot call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import is_absolute, is_loopback, server_url
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.report.diagnostics import Diagnostic


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Report servers that no client can call, and those that the client passes over."""
    for part in parts:
        if part.kind == "server":
            yield from _undescribed_variables(document, part)
        elif part.kind in ("openapi", "path-item", "operation") and (urls := _urls(part)):
            yield from _unencrypted(document, urls)
            if part.kind == "openapi":
                yield from _relative(document, urls)


def _undescribed_variables(document: Document, server: Node) -> Iterator[Diagnostic]:
    url, variables = server.data.get("url"), as_mapping(server.data.get("variables"))
    for name in dict.fromkeys(re.findall(r"{([^{}]*)}", url)) if isinstance(url, str) else ():
        if name not in variables:
            message, hint = f"`variables` of the server has no {name}", "describe it there, with a `default`"
            yield document.diagnostic(join(server.pointer, "url"), "bad-server", message, hint=hint)


def _unencrypted(document: Document, urls: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    """The client refuses to send a key where others on the network could read it."""
    pointer, url = next(((pointer, url) for pointer, url in urls if is_absolute(url)), ("", ""))
    if url.startswith("http:") and not _is_local(url):
        message = "the client sends nothing in plain http, except to a loopback address"
        yield document.diagnostic(pointer, "bad-server", message, hint="write https:")


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:  # not a URL
        return False


def _relative(document: Document, urls: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    pointer, first = urls[0]
    if not is_absolute(first):
        usable = next((url for _, url in urls if is_absolute(url)), "")
        instead = f"the client calls {usable}" if usable else "callers have to pass `base_url`"
        message = f"{first or 'this'} is relative to the URL of the description, which is not known: {instead}"
        yield document.diagnostic(pointer, "relative-server", message, hint="begin with https://")


def _urls(part: Node) -> list[tuple[str, str]]:
    """The servers that an object lists: the pointer and the URL of each."""
    servers = enumerate(as_list(part.data.get("servers")))
    return [
        (join(part.pointer, "servers", str(index), "url"), server_url(server))
        for index, server in servers
        if isinstance(server, dict) and isinstance(server.get("url"), str)
    ]
