"""Servers that the client cannot call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import is_absolute, is_loopback, server_url
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean, misspelt

#: Schemes of URLs that are none of HTTP's, nor misspellings of these.
_OTHER_SCHEMES = ("ws", "wss", "ftp", "file", "grpc", "mqtt", "amqp", "kafka", "tcp")
#: What begins with a host, not with a path: `localhost`, a port, four numbers, or a domain.
_HOST = re.compile(r"(localhost|[\w.-]+:\d+|\d+(\.\d+){3}|[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,})(/|$)")


class _Server(NamedTuple):
    pointer: str
    """Where its URL stands."""
    url: str
    """With the defaults of its variables."""


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Report servers that no client can call, and those that the client passes over."""
    for part in parts:
        if part.kind == "server":
            yield from _variables(document, part)
        elif part.kind in ("openapi", "path-item", "operation") and (servers := _servers(part)):
            for server in servers:
                if not has_blanks(server.url):  # reported by check `wire`
                    yield from _malformed(document, server)
            yield from _unencrypted(document, servers)
            if part.kind == "openapi":
                yield from _relative(document, servers[0], servers)


# Variables


def _variables(document: Document, server: Node) -> Iterator[Diagnostic]:
    url, variables = server.data.get("url"), as_mapping(server.data.get("variables"))
    for name in dict.fromkeys(re.findall(r"{([^{}]*)}", url)) if isinstance(url, str) else ():
        if name not in variables:
            message = f"`variables` of the server has no {name}"
            hint = did_you_mean(name, variables) or "describe it there, with a `default`"
            yield document.diagnostic(join(server.pointer, "url"), "bad-server", message, hint=hint)
    for name, variable in variables.items():
        yield from _values(document, join(server.pointer, "variables", name), as_mapping(variable))


def _values(document: Document, pointer: str, variable: dict[str, object]) -> Iterator[Diagnostic]:
    """The default is one of the values, if these are listed (OpenAPI 3.1, 4.8.6)."""
    values, default = as_list(variable.get("enum")), variable.get("default")
    if values and "default" in variable and default not in values:
        hint = did_you_mean(str(default), map(str, values)) or f"`enum` has {', '.join(map(str, values[:5]))}"
        yield document.diagnostic(join(pointer, "default"), "bad-server", f"`enum` does not have {default}", hint=hint)
    seen = set[str]()
    for index, value in enumerate(map(str, values)):
        if value in seen:
            message = f"{value} is listed twice"
            yield document.diagnostic(join(pointer, "enum", str(index)), "bad-server", message, hint="leave it out")
        seen.add(value)


# URLs


def _malformed(document: Document, server: _Server) -> Iterator[Diagnostic]:
    if fault := _fault(server.url):
        message, hint = fault
        yield document.diagnostic(server.pointer, "bad-server", message, hint=hint)


def _fault(url: str) -> tuple[str, str] | None:
    """What is wrong with the URL of a server, and how to correct it; None if nothing is."""
    plain = re.sub(r"{[^{}]*}", "x", url)  # what has no default is reported already
    if "{" in plain or "}" in plain:
        return "the URL has a brace without its counterpart", "write each variable as {name}"
    if match := re.search("[?#].*", plain):
        return f"the URL of a server has no query and no fragment, but this has {match[0]}", "end it before that"
    return _fault_of_authority(plain) if is_absolute(plain) else _fault_of_scheme(plain)


def has_blanks(url: str) -> bool:
    """Whether a URL has blanks or control characters, which some parsers pass over (RFC 3986, 2)."""
    return re.search(r"[\x00-\x20\x7f]", url) is not None


def _fault_of_authority(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        is_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_host = False
    return None if is_host else (f"{url} is not a URL", "write https://, the host, and the path")


def _fault_of_scheme(url: str) -> tuple[str, str] | None:
    """A URL that begins neither with a scheme of HTTP's nor with a path."""
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)(:/?/?|//)(?=[^\d/])(.*)|", url)
    scheme, rest = (match[1] or "", match[3]) if match else ("", "")
    meant = scheme.lower() if scheme.lower() in ("http", "https") else misspelt(scheme, ("https", "http"))
    if meant and scheme.lower() not in _OTHER_SCHEMES:
        return f"{url} is no URL of HTTP", f"write {meant}://{rest}"
    if scheme and "://" in url:
        return f"the client calls servers by http and https, not by {scheme}", "write https://"
    if _HOST.match(url):
        host = re.split("[:/]", url, maxsplit=1)[0]
        return f"{url} has no scheme, so it is a path", f"write {'http' if is_loopback(host) else 'https'}://{url}"
    return None


def _unencrypted(document: Document, servers: list[_Server]) -> Iterator[Diagnostic]:
    """The client refuses to send a key where others on the network could read it."""
    pointer, url = next((server for server in servers if is_absolute(server.url)), ("", ""))
    if url.startswith("http:") and not _is_local(url):
        message = "the client sends nothing in plain http, except to a loopback address"
        yield document.diagnostic(pointer, "bad-server", message, hint="write https:")


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:  # not a URL
        return False


def _relative(document: Document, first: _Server, servers: list[_Server]) -> Iterator[Diagnostic]:
    if not is_absolute(first.url) and not _fault(first.url):
        usable = next((server.url for server in servers if is_absolute(server.url)), "")
        instead = f"the client calls {usable}" if usable else "callers have to pass `base_url`"
        message = f"{first.url or 'this'} is relative to the URL of the description, which is not known: {instead}"
        yield document.diagnostic(first.pointer, "relative-server", message, hint="begin with https://")


def _servers(part: Node) -> list[_Server]:
    """The servers that an object lists."""
    servers = enumerate(as_list(part.data.get("servers")))
    return [
        _Server(join(part.pointer, "servers", str(index), "url"), server_url(server))
        for index, server in servers
        if isinstance(server, dict) and isinstance(server.get("url"), str)
    ]
