"""Where an API answers, as templates see it."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.description.http import server_url
from codegen.description.servers import Servers
from codegen.model.api import Server
from codegen.parser.text import text


def servers(described: Servers | None) -> Iterator[Server]:
    """The servers, without a slash at the end of their URLs."""
    for server in described or ():
        yield Server(text(server_url(server).rstrip("/")), text(server.get("description")))
