"""Facts of HTTP and OpenAPI: legal names and values, kinds of media types, default styles, loopback hosts.

The generator imports this module too, so it imports nothing of the package and only the standard library.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, Literal, TypeAlias

__all__ = [
    "BODILESS",
    "FORM",
    "PER_CALL_HEADERS",
    "USUAL_MEDIA_TYPES",
    "MediaKind",
    "default_explode",
    "default_style",
    "essence",
    "is_json",
    "is_loopback",
    "is_name",
    "is_value",
    "may_lack_content",
    "media_kind",
]

MediaKind: TypeAlias = Literal["json", "form", "multipart", "text", "bytes"]

BODILESS: Final = frozenset({204, 205, 304})
"""Statuses of answers without content, whatever is described (RFC 9110, 15.3.5, 15.3.6 and 15.4.5)."""

FORM: Final = "application/x-www-form-urlencoded"

PER_CALL_HEADERS: Final = frozenset({"content-type", "content-length", "transfer-encoding", "idempotency-key"})
"""Made from the operation and its arguments, for each call, so that no client sets them for all; in lower case."""

USUAL_MEDIA_TYPES: Final = {"json": "application/json", "text": "text/plain", "bytes": "application/octet-stream"}
"""The media type of an answer whose description names none, by how its body is read."""

# Header names are tokens (RFC 9110, 5.6.2). Cookie names may have any cookie-octet but `=` (RFC 6265, 4.1.1): servers
# use names such as `a[b]`, which are no tokens.
_NAMES = {
    "header": re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
    "cookie": re.compile(r"[!#-+\--:<>-\[\]-~]+"),
}
# Header values are visible ASCII, blanks only between (RFC 9110, 5.5; other characters have no agreed encoding). Cookie
# values are cookie-octets (RFC 6265, 4.1.1), and commas, which the style `form` puts between items.
_VALUES = {
    "header": re.compile(r"(?:[!-~]+(?:[ \t]+[!-~]+)*)?"),
    "cookie": re.compile(r"[!#-:<-\[\]-~]*"),
}


def is_name(location: str, name: str) -> bool:
    """Whether HTTP allows this name of a header or cookie; in other locations any name is fine."""
    return location not in _NAMES or _NAMES[location].fullmatch(name) is not None


def is_value(location: str, value: str) -> bool:
    """Whether HTTP allows this value of a header or cookie; in other locations values are percent-encoded."""
    return location not in _VALUES or _VALUES[location].fullmatch(value) is not None


def essence(media_type: str) -> str:
    """The media type in lower case without its parameters: `text/plain` for `Text/Plain; charset=utf-8`."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether the media type is JSON by its name or its suffix (RFC 6839, 3.1)."""
    return essence(media_type).endswith(("/json", "+json"))


def media_kind(media_type: str) -> MediaKind:
    """How a body of this media type is read and written; a wildcard is JSON, as most descriptions that use one mean."""
    name = essence(media_type)
    if name == FORM:
        return "form"
    if name.startswith("multipart/"):
        return "multipart"
    if is_json(name) or name in ("", "*/*", "application/*"):
        return "json"
    return "text" if name.startswith("text/") or name.endswith(("xml", "yaml", "/graphql")) else "bytes"


def default_style(location: str) -> str:
    """The style of a parameter whose description names none (OpenAPI 3.1, 4.8.12.2)."""
    return "form" if location in ("query", "cookie") else "simple"


def default_explode(style: str) -> bool:
    """The `explode` of a parameter whose description has none (OpenAPI 3.1, 4.8.12.2)."""
    return style == "form"


def may_lack_content(method: str, status: str) -> bool:
    """Whether an answer with a body may be one without: ranges and `default` cover 204 and 205 (RFC 9110, 15.3.5).

    That is how servers confirm what was asked of them; GET and QUERY ask for the content itself.
    """
    return not status.isdecimal() and method not in ("GET", "QUERY")


def is_loopback(host: str) -> bool:
    """Whether only this machine can answer at the host, so that a request may do without TLS."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
