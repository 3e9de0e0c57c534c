"""Where an API answers, as templates see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from codegen.description.http import is_absolute, server_url
from codegen.model.api import Server
from codegen.parser.text import text

#: Server Objects as written (OpenAPI 3.1, 4.8.5).
Servers = Iterable[Mapping[str, Any]]


def servers(described: Servers | None) -> Iterator[Server]:
    """The servers, without a slash at the end of their URLs."""
    for server in described or ():
        yield Server(text(server_url(server).rstrip("/")), text(server.get("description")))


def own_server(own: Servers | None, shared: Servers | None) -> str:
    """The base URL of an operation with servers of its own; empty where it is that of the others.

    A relative URL is resolved against the shared one, since nobody knows where the description came from.
    """
    base = next((url for url in _urls(shared) if is_absolute(url)), "")
    relative = next(_urls(own), "")
    url = urljoin(f"{base}/", relative).rstrip("/") if relative else ""
    return url if url.startswith("http") and url != base else ""


def _urls(described: Servers | None) -> Iterator[str]:
    return (server_url(server).rstrip("/") for server in described or ())
