"""Fields that OpenAPI does not have, and fields that it has but the client is not made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.http import IGNORED_HEADERS, answer_type
from codegen.description.objects import Field, Node
from codegen.description.pointers import join
from codegen.description.schemas import applied, conditional_unions
from codegen.naming import packages
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: The extensions that are read here, each with the form of its value; a mapping has a form for each of its members:
#: a pattern, or what says why a text does not fit.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
Form = str | Callable[[str], str]
EXTENSIONS: dict[str, str | type[bool] | dict[str, Form]] = {
    "x-python": {"distribution": packages.distribution_fault, "package": packages.fault},
    "x-environment-variable": _NAME,
    "x-space-separated": bool,
    "x-waive": {},
}
#: What only a query can do (OpenAPI 3.1, 4.8.12.2).
_QUERY_ONLY = frozenset({"allowReserved", "allowEmptyValue"})
#: How alike an extension must be to one of ours before we doubt that it belongs to another tool.
_ALIKE = 0.75


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A finding for each field that is unknown, or that no template asks for."""
    yield from _words_in_vain(document, parts)
    yield from _other_answers(document, parts)
    for part in parts:
        yield from _ignored_header(document, part)
        # Nothing beside a `$ref` counts (OpenAPI 3.0, 4.7.23), but much is written there.
        for name in part.data:
            if name.startswith("x-"):
                yield from _extension(document, part, name)
            elif (field := part.fields.get(name)) is None:
                if not _is_named_freely(part):
                    yield _unknown(document, part, name)
            elif not _is_rendered(part, name, field) and _says_something(part, name):
                yield _not_rendered(document, part, name)


def _is_named_freely(part: Node) -> bool:
    return not part.fields


def _is_rendered(part: Node, name: str, field: Field) -> bool:
    if part.kind == "parameter" and name in _QUERY_ONLY:
        return bool(part.data.get("in") == "query")
    if name == "contentMediaType":  # a file, as OpenAPI 3.1 tells it
        return bool(part.data[name] == "application/octet-stream")
    if name in ("anyOf", "oneOf") and isinstance(part.data[name], list):  # which members go together is for the server
        return name not in conditional_unions(part.data)
    return field.is_used


def _not_rendered(document: Document, part: Node, name: str) -> Diagnostic:
    message = f"nothing in the client is made of `{name}`"
    hint = "x-waive: {not-rendered: the reason} beside it says that this is known"
    return document.diagnostic(join(part.pointer, name), "not-rendered", message, hint=hint)


def _says_something(part: Node, name: str) -> bool:
    """Whether the field differs from its absence."""
    return part.data[name] not in (None, False, [], {}) and (name != "minItems" or part.data[name] != 0)


def _unknown(document: Document, part: Node, name: str) -> Diagnostic:
    message = f"`{name}` is no field of OpenAPI's {part.kind} object"
    if part.is_reference:
        message = f"`{name}` beside a `$ref` is ignored"
    return document.diagnostic(join(part.pointer, name), "unknown-field", message, hint=did_you_mean(name, part.fields))


def _extension(document: Document, part: Node, name: str) -> Iterator[Diagnostic]:
    pointer, value = join(part.pointer, name), part.data[name]
    if name not in EXTENSIONS:
        if hint := did_you_mean(name, EXTENSIONS, _ALIKE):
            yield document.diagnostic(pointer, "unknown-extension", f"`{name}` is read by nothing here", hint=hint)
    elif isinstance(form := EXTENSIONS[name], str):
        yield from _malformed(document, pointer, value, form)
    elif isinstance(form, type):
        if not isinstance(value, form):
            yield document.diagnostic(pointer, "bad-extension", f"`{name}` is true or false")
    elif not isinstance(value, dict):
        yield document.diagnostic(pointer, "bad-extension", f"`{name}` is a mapping")
    else:
        for key in value if form else ():
            if key in form:
                yield from _malformed(document, join(pointer, key), value[key], form[key])
            else:
                message, hint = f"`{name}` has no `{key}`", did_you_mean(key, form)
                yield document.diagnostic(join(pointer, key), "unknown-extension", message, hint=hint)


def _ignored_header(document: Document, part: Node) -> Iterator[Diagnostic]:
    name = part.data.get("name")
    if part.kind == "parameter" and part.data.get("in") == "header" and str(name).lower() in IGNORED_HEADERS:
        message = f"the header {name} is no argument: other parts of the description decide what it says"
        yield document.diagnostic(join(part.pointer, "name"), "not-rendered", message)


def _other_answers(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Media types of an answer that the client does not ask for, where they are not the same in other words."""
    for part in parts:
        held = as_mapping(part.data.get("content")) if part.kind == "response" else {}
        content = {str(name): value for name, value in held.items()}
        asked = answer_type(content) if len(content) > 1 else next(iter(content), "")
        for name, value in content.items():
            if name != asked and as_mapping(value).get("schema") != as_mapping(content.get(asked)).get("schema"):
                message = f"the client asks for {asked} in place of this"
                yield document.diagnostic(join(join(part.pointer, "content"), name), "not-rendered", message)


def _words_in_vain(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Only a text that is an argument can come in parts: a parameter, or a member of a body."""
    joined = [part for part in parts if part.kind == "schema" and part.data.get("x-space-separated") is True]
    arguments = set(chain.from_iterable(_arguments(document, part) for part in parts)) if joined else set()
    for part in joined:
        if id(part.data) not in arguments or "string" not in _listed(part.data.get("type", "string")):
            yield _not_rendered(document, part, "x-space-separated")


def _arguments(document: Document, part: Node) -> Iterator[int]:
    """The identities of the schemas whose values a method takes."""
    if part.kind == "parameter":
        for holder in (part.data, *as_mapping(part.data.get("content")).values()):
            yield from map(id, applied(document, as_mapping(holder).get("schema")))
    elif part.kind == "media-type" and re.search("/requestBod(y|ies)/", part.pointer):
        for schema in applied(document, part.data.get("schema")):
            for member in as_mapping(schema.get("properties")).values():
                yield from map(id, applied(document, member))


def _listed(kinds: Any) -> list[Any]:
    return kinds if isinstance(kinds, list) else [kinds]


def _malformed(document: Document, pointer: str, value: object, form: Form) -> Iterator[Diagnostic]:
    """It becomes a name on other systems, which take no other characters."""
    if isinstance(form, str):
        fault = "" if re.fullmatch(form, str(value)) else f"this is no name of the form {form}"
    else:
        fault = form(str(value))
    if fault or not isinstance(value, str):
        yield document.diagnostic(pointer, "bad-extension", fault or "this is no text")
