"""Where an API answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from .api import Server
from .text import text


def servers(raw: list[dict[str, Any]] | None) -> Iterator[Server]:
    """Each with the defaults of its variables (OpenAPI 3.1, 4.8.6)."""
    for server in raw or ():
        url = str(server["url"])
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        yield Server(text(url.rstrip("/")), text(server.get("description")))


def own_server(raw: list[dict[str, Any]] | None, roots: list[dict[str, Any]] | None) -> str:
    """Where an operation answers that is not where the others are; else empty.

    A relative URL counts from that of the others, since nobody knows where the description came from.
    """
    usual = next((server.url.get_untrusted_value() for server in servers(roots)), "")
    own = next((server.url.get_untrusted_value() for server in servers(raw)), "")
    whole = urljoin(f"{usual}/", own).rstrip("/") if own else ""
    return whole if whole.startswith("http") and whole != usual else ""
