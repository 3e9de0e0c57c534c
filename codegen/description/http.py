"""Facts of HTTP and OpenAPI. Those that the client needs too are defined in its own module `_http`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# A plain file of the template tree: `templates` and `templates/__package__` are namespace packages to Python.
from templates.__package__._http import (
    BODILESS as BODILESS_STATUSES,
    FORM,
    PER_CALL_HEADERS,
    USUAL_MEDIA_TYPES,
    MediaKind,
    default_explode,
    default_style,
    essence,
    is_loopback,
    is_name,
    is_value,
    may_lack_content,
    media_kind,
)

__all__ = [
    "BODILESS",
    "CASINGS",
    "FORM",
    "IGNORED_HEADERS",
    "METHODS",
    "PER_CALL_HEADERS",
    "USUAL_MEDIA_TYPES",
    "MediaKind",
    "answer_type",
    "default_explode",
    "default_style",
    "essence",
    "is_absolute",
    "is_loopback",
    "is_name",
    "is_value",
    "may_lack_content",
    "media_kind",
    "server_url",
]

#: The values of a header by which callers choose the casing of names in answers, whatever it is called.
CASINGS = frozenset({"camel", "kebab", "snake", "camelCase", "kebab-case", "snake_case"})

#: The fields of a path item that hold operations (OpenAPI 3.2, 4.8), in the order in which they are rendered.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

#: Statuses of answers without content, as keys of `responses`.
BODILESS = frozenset(map(str, BODILESS_STATUSES))

#: Header parameters that OpenAPI ignores, since other parts of the description state them (3.1, 4.8.12.1), and those
#: that follow from the body (RFC 9112, 6). In lower case.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization", "content-length", "transfer-encoding"})

#: The kinds of media types in the order in which the client prefers them in a response.
_PREFERENCE: tuple[MediaKind, ...] = ("json", "text", "bytes", "form", "multipart")


def answer_type(content: Iterable[str]) -> str:
    """The media type of a response that the client asks for; empty if the response has no content."""
    return min(content, key=lambda media_type: _PREFERENCE.index(media_kind(media_type)), default="")


def server_url(server: Mapping[str, Any]) -> str:
    """The URL of a Server Object with the defaults of its variables (OpenAPI 3.1, 4.8.5 and 4.8.6)."""
    url, variables = str(server["url"]), server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        if isinstance(variable, dict) and "default" in variable:
            url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url


def is_absolute(url: str) -> bool:
    """Whether a server's URL can be called without knowing where the description was found."""
    return url.startswith(("http://", "https://"))
