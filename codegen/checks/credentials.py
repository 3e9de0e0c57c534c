"""Credentials that go where nobody expects it, or come from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.operations import operations
from codegen.description.pointers import join
from codegen.description.security import named_schemes
from codegen.description.servers import own_server, shared_server
from codegen.report.diagnostics import Diagnostic

_EXTENSION = "x-environment-variable"


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report servers that get credentials of another one, and environment variables that are not of this API."""
    yield from _other_hosts(document)
    schemes = [node for node in nodes if node.kind == "security-scheme" and _EXTENSION in node.data]
    names = _names(document) if schemes else []
    for scheme in schemes:
        variable = str(scheme.data[_EXTENSION])
        if not _is_of_api(variable, names):
            message = f"nothing in its name says that {variable} is a secret of this API, which is sent its value"
            hint = "begin with the name of the API, such as PETS_API_KEY for Pets"
            yield document.diagnostic(join(scheme.pointer, _EXTENSION), "foreign-variable", message, hint=hint)


def _other_hosts(document: Document) -> Iterator[Diagnostic]:
    shared, everywhere = _servers(document.data), document.data.get("security")
    base = shared_server(shared)
    for operation in operations(document):
        url = own_server(_servers(operation.data) or _servers(operation.item), shared)
        is_secured = any(named_schemes(operation.data.get("security", everywhere), operation.pointer))
        if base and url.startswith("https:") and is_secured and _origin(url) != _origin(base):
            message = f"this operation sends the credentials for {_host(base)} to {_host(url)}"
            hint = "write `security: []` if it needs none"
            pointer = join(operation.pointer, "servers") if _servers(operation.data) else operation.pointer
            yield document.diagnostic(pointer, "credentials-elsewhere", message, hint=hint)


def _servers(owner: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [server for server in as_list(owner.get("servers")) if isinstance(as_mapping(server).get("url"), str)]


def _origin(url: str) -> tuple[str, str]:
    """Scheme, host and port."""
    try:
        parts = urlsplit(url)
    except ValueError:  # not a URL, which is told elsewhere
        return "", ""
    return parts.scheme, parts.netloc.lower()


def _host(url: str) -> str:
    return _origin(url)[1]


def _names(document: Document) -> list[str]:
    """What the API is called: its title, its package, its hosts; in lower case, without what joins words."""
    own, title = as_mapping(document.data.get("x-python")), as_mapping(document.data.get("info")).get("title")
    hosts = [_host(str(server["url"])) for server in _servers(document.data)]
    return [_letters(str(name)) for name in (title, own.get("package"), own.get("distribution"), *hosts) if name]


def _is_of_api(variable: str, names: list[str]) -> bool:
    """Whether the variable begins with what the API is called, or with a part of that."""
    first = _letters(variable.lstrip("_").partition("_")[0])
    return len(first) > 1 and any(first in name for name in names)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
