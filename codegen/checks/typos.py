"""Names that may be any text, so that no other check reports when they are misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from codegen.description.document import Document, as_mapping
from codegen.description.formats import FORMATS
from codegen.description.http import essence, is_name, is_value
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import misspelt, nearest

#: Names of formats that others use, which resemble those in the registry but are no misspellings.
_OTHER_FORMATS = frozenset("url urls urn ulid uid guid int uint ip data bytes unix-time number integer string".split())

#: The top-level types of media types (IANA). Those that begin with `x-` are private.
_TOP_LEVEL = "application audio chemical example font haptics image message model multipart text video".split()
#: Media types that others are misspellings of.
_MEDIA_TYPES = (
    "application/json application/x-www-form-urlencoded multipart/form-data text/plain application/octet-stream "
    "application/xml text/xml text/html text/csv text/css text/markdown text/event-stream application/pdf "
    "application/zip application/gzip application/yaml application/problem+json application/problem+xml "
    "application/json-patch+json application/merge-patch+json application/hal+json application/ld+json "
    "application/vnd.api+json application/graphql application/javascript application/x-ndjson application/json-seq "
    "multipart/mixed multipart/related image/png image/jpeg image/gif image/svg+xml image/webp audio/mpeg video/mp4"
).split()
#: Those that resemble others but are no misspellings.
_OTHER_MEDIA_TYPES = (
    "application/json5 application/jsonl application/jsonp application/ndjson application/x-json text/json "
    "application/x-yaml text/x-yaml text/yaml image/jpg image/pjpeg image/jp2 audio/mp4 audio/mp3 video/mpeg "
    "application/x-gzip application/x-zip application/xhtml+xml text/x-markdown application/x-javascript"
).split()
_NO_MISSPELLINGS = frozenset({"*", *_MEDIA_TYPES, *_OTHER_MEDIA_TYPES})
#: What people write in place of a media type.
_SHORT_NAMES = {
    **{essence.rpartition("/")[2]: essence for essence in reversed(_MEDIA_TYPES)},
    "text": "text/plain",
    "binary": "application/octet-stream",
    "form": "application/x-www-form-urlencoded",
}

#: HTTP's authentication schemes (IANA), in lower case.
_SCHEMES = (
    "basic bearer digest dpop gnap hoba mutual negotiate oauth privatetoken scram-sha-1 scram-sha-256 vapid concealed"
).split()


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report names that resemble one with a meaning."""
    for node in nodes:
        if node.kind == "schema":
            yield from _misspelt_format(document, node)
            yield from _misspelt_media_type(document, node, "contentMediaType")
        elif node.kind in ("request-body", "response", "parameter"):
            for name in as_mapping(node.data.get("content")):
                yield from _media_type(document, join(node.pointer, "content", name), name)
        elif node.kind == "encoding":
            yield from _misspelt_media_type(document, node, "contentType")
        elif node.kind == "security-scheme":
            yield from _misspelt_scheme(document, node)


def _misspelt_format(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """`pasword` would show a secret."""
    name = schema.data.get("format")
    if not isinstance(name, str) or name in FORMATS or name.lower() in _OTHER_FORMATS:
        return
    if meant := _format(name):
        message = f"the format `{name}` has no effect"
        yield document.diagnostic(join(schema.pointer, "format"), "unknown-format", message, hint=_hint(meant))


@cache
def _format(name: str) -> str:
    return misspelt(name, FORMATS)


def _misspelt_media_type(document: Document, node: Node, field: str) -> Iterator[Diagnostic]:
    """Report the first of the media types in a field, which may be a list with commas (OpenAPI 3.1, 4.8.15)."""
    names = node.data.get(field)
    for name in names.split(",") if isinstance(names, str) else ():
        if found := list(_media_type(document, join(node.pointer, field), name.strip())):
            yield found[0]
            return


def _media_type(document: Document, pointer: str, name: str) -> Iterator[Diagnostic]:
    """A body of an unknown media type would be sent as a file."""
    if not is_value("header", name):  # reported by check `wire`
        return
    problem, meant = _media_type_problem(essence(name))
    if problem:
        hint = _hint(meant) or "a media type is `type/subtype`, such as application/json"
        yield document.diagnostic(pointer, "unknown-media-type", f"{name or 'this'} {problem}", hint=hint)


def is_no_media_type(name: str) -> bool:
    """Whether this is reported as the name of a media type."""
    return bool(_media_type_problem(essence(name))[0])


@cache
def _media_type_problem(name: str) -> tuple[str, str]:
    """What is wrong with the name of a media type, and what was meant; both empty: nothing, nobody knows."""
    top_level, slash, subtype = name.partition("/")
    if name in _NO_MISSPELLINGS or subtype == "*":
        return "", ""
    meant = misspelt(name, _MEDIA_TYPES) or _SHORT_NAMES.get(name, "")
    if not slash or not is_name("header", f"{top_level}{subtype}"):
        return "is no media type", meant or name.replace(",", ";") * ("," in name)
    if top_level not in _TOP_LEVEL and not top_level.startswith("x-"):
        return "is no media type: there is no such top-level type", meant or _with_top_level(top_level, subtype)
    return ("is no media type that is known", meant) if meant else ("", "")


def _with_top_level(name: str, subtype: str) -> str:
    """The media type with the top-level type that was meant; empty if none is near."""
    top_level = misspelt(name, _TOP_LEVEL) or nearest(name, _TOP_LEVEL)
    return f"{top_level}/{subtype}" if top_level else ""


def _misspelt_scheme(document: Document, node: Node) -> Iterator[Diagnostic]:
    """The client would send nothing."""
    if node.data.get("type") == "http" and is_no_scheme(name := node.data.get("scheme")):
        message = f"HTTP has no authentication scheme {name}"
        hint = _hint(_meant_scheme(str(name))) or "the client knows basic and bearer"
        yield document.diagnostic(join(node.pointer, "scheme"), "unknown-http-scheme", message, hint=hint)


def is_no_scheme(name: object) -> bool:
    """Whether something cannot be the name of an authentication scheme, or is a misspelling of one."""
    is_known = not isinstance(name, str) or name.lower() in _SCHEMES
    return not is_known and (not is_name("header", str(name)) or bool(_meant_scheme(str(name))))


def _meant_scheme(name: str) -> str:
    return next((word for word in name.lower().split() if word in _SCHEMES), "") or misspelt(name, _SCHEMES)


def _hint(meant: str) -> str:
    return f"did you mean {meant}?" if meant else ""
