"""Where an API answers, and whether a client can call it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from codegen.description.document import Document
from codegen.description.http import is_loopback
from codegen.description.objects import Part
from codegen.description.pointers import join
from codegen.model.api import Server
from codegen.parser.text import text
from codegen.report.diagnostics import Diagnostic


def servers(raw: list[dict[str, Any]] | None) -> Iterator[Server]:
    """Each with the defaults of its variables (OpenAPI 3.1, 4.8.6)."""
    for server in raw or ():
        yield Server(text(_filled(server).rstrip("/")), text(server.get("description")))


def own_server(raw: list[dict[str, Any]] | None, roots: list[dict[str, Any]] | None) -> str:
    """Where an operation answers that is not where the others are; else empty.

    A relative URL counts from that of the others, since nobody knows where the description came from.
    """
    usual = next((server.url.get_untrusted_value() for server in servers(roots) if server.is_whole), "")
    own = next((server.url.get_untrusted_value() for server in servers(raw)), "")
    whole = urljoin(f"{usual}/", own).rstrip("/") if own else ""
    return whole if whole.startswith("http") and whole != usual else ""


def check(document: Document, parts: list[Part]) -> Iterator[Diagnostic]:
    """A finding for each server that no client can call, and for those that it passes over."""
    for part in parts:
        if part.kind == "server":
            yield from _undescribed(document, part)
        elif part.kind in ("openapi", "path-item", "operation") and (found := _listed(part)):
            yield from _open(document, found)
            if part.kind == "openapi":
                yield from _relative(document, found)


def _undescribed(document: Document, server: Part) -> Iterator[Diagnostic]:
    url, variables = server.data.get("url"), server.data.get("variables")
    for name in dict.fromkeys(re.findall(r"{([^{}]*)}", url)) if isinstance(url, str) else ():
        if not isinstance(variables, dict) or name not in variables:
            message, hint = f"`variables` of the server has no {name}", "describe it there, with a `default`"
            yield document.diagnostic(join(server.pointer, "url"), "bad-server", message, hint=hint)


def _open(document: Document, found: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    """The client refuses to send a key where anybody on the way could read it."""
    pointer, url = next((one for one in found if _is_whole(one[1])), ("", ""))
    if url.startswith("http:") and not _is_local(url):
        message = "the client sends nothing in plain http, except to a loopback address"
        yield document.diagnostic(pointer, "bad-server", message, hint="write https:")


def _relative(document: Document, found: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    usable = next((url for _, url in found if _is_whole(url)), "")
    for pointer, url in found[:1] if not _is_whole(found[0][1]) else ():
        instead = f"the client calls {usable}" if usable else "callers have to give a `base_url`"
        message = f"{url or 'this'} is relative to where the description is, which is not known: {instead}"
        yield document.diagnostic(pointer, "relative-server", message, hint="begin with https://")


def _listed(part: Part) -> list[tuple[str, str]]:
    """The servers of an object: pointer and URL of each."""
    given = part.data.get("servers")
    held = list(enumerate(given)) if isinstance(given, list) else []
    return [
        (f"{part.pointer}/servers/{index}/url", _filled(server))
        for index, server in held
        if isinstance(server, dict) and isinstance(server.get("url"), str)
    ]


def _filled(server: dict[str, Any]) -> str:
    url, variables = str(server["url"]), server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        if isinstance(variable, dict) and "default" in variable:
            url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url


def _is_whole(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:  # not a URL
        return False
