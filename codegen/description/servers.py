"""Where operations are sent (OpenAPI 3.1, 4.8.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import urljoin

from codegen.description.http import is_absolute, server_url

#: Server Objects as written.
Servers: TypeAlias = Iterable[Mapping[str, Any]]


def shared_server(shared: Servers | None) -> str:
    """The base URL of a client: the first that is absolute; empty if none is."""
    return next((url for url in _urls(shared) if is_absolute(url)), "")


def own_server(own: Servers | None, shared: Servers | None) -> str:
    """The base URL of an operation with servers of its own; empty where it is that of the others.

    A relative URL is resolved against the shared one, since nobody knows where the description came from.
    """
    base, relative = shared_server(shared), next(_urls(own), "")
    try:
        url = urljoin(f"{base}/", relative).rstrip("/") if relative else ""
    except ValueError:  # no URL, such as `https://[`
        return ""
    return url if url.startswith("http") and url != base else ""


def _urls(described: Servers | None) -> Iterator[str]:
    return (server_url(server).rstrip("/") for server in described or ())
