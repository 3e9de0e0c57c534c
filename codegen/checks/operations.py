"""What an operation should have, and what it must have only once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from codegen.description.document import Document, join, tokens
from codegen.description.objects import Part
from codegen.normalise.operations import HTTP_NAMES, media_kind
from codegen.report.diagnostics import Diagnostic


def check(document: Document, parts: list[Part]) -> Iterator[Diagnostic]:
    """All findings about operations and their paths."""
    operations = [part for part in parts if part.kind == "operation" and part.pointer.startswith("#/paths/")]
    for rule in _RULES:
        for operation in operations:
            yield from rule(document, operation)
    yield from _repeated(document, operations)
    yield from _same_paths(document)
    for part in parts:
        yield from _repeated_parameters(document, part)
        yield from _unfit_name(document, part)
        yield from _nameless(document, part)


def _identified(document: Document, operation: Part) -> Iterator[Diagnostic]:
    if not operation.data.get("operationId"):
        yield document.diagnostic(operation.pointer, "no-operation-id", "the operation has no operationId")


def _summarised(document: Document, operation: Part) -> Iterator[Diagnostic]:
    if not operation.data.get("summary"):
        yield document.diagnostic(operation.pointer, "no-summary", "the operation has no summary")


def _tagged(document: Document, operation: Part) -> Iterator[Diagnostic]:
    tags = operation.data.get("tags")
    if not tags or not isinstance(tags, list):
        yield document.diagnostic(operation.pointer, "no-tag", "the operation has no tag")
        return
    known = [tag.get("name") for tag in _list(document.data.get("tags")) if isinstance(tag, dict)]
    for index, tag in enumerate(tags):
        if known and tag not in known:
            pointer = f"{operation.pointer}/tags/{index}"
            yield document.diagnostic(pointer, "undeclared-tag", f"`tags` of the description does not list {tag}")


def _fails_somehow(document: Document, operation: Part) -> Iterator[Diagnostic]:
    statuses = operation.data.get("responses")
    if statuses and isinstance(statuses, dict) and not any(status[:1] in ("4", "5", "d") for status in statuses):
        message = "the operation declares no answer of 4xx, 5xx or `default`"
        yield document.diagnostic(join(operation.pointer, "responses"), "no-error-answer", message)


def _secured(document: Document, operation: Part) -> Iterator[Diagnostic]:
    if "security" not in operation.data and "security" not in document.data:
        message, hint = "nothing says how to authenticate", "`security: []` says that there is no need to"
        yield document.diagnostic(operation.pointer, "no-security", message, hint=hint)


def _fits_path(document: Document, operation: Part) -> Iterator[Diagnostic]:
    """OpenAPI 3.1, 4.8.12.2: each template expression has its parameter, and each such parameter its expression."""
    _, path, method = tokens(operation.pointer)
    item = document.data["paths"][path]
    declared = dict(_path_parameters(document, item.get("parameters"), join("#/paths", path)))
    declared |= dict(_path_parameters(document, operation.data.get("parameters"), operation.pointer))
    templates = re.findall(r"{([^{}]*)}", path)
    for name in dict.fromkeys(templates):
        if templates.count(name) > 1:
            yield document.diagnostic(join("#/paths", path), "path-parameter", f"{{{name}}} stands twice in the path")
        if name not in declared:
            message = f"the path has {{{name}}}, and {method} no parameter of that name `in: path`"
            yield document.diagnostic(operation.pointer, "path-parameter", message)
    for name, pointer in declared.items():
        if name not in templates:
            message = f"{name} is a parameter `in: path`, and {path} has no {{{name}}}"
            yield document.diagnostic(pointer, "path-parameter", message)


_RULES: tuple[Callable[[Document, Part], Iterator[Diagnostic]], ...] = (
    _identified,
    _summarised,
    _tagged,
    _fails_somehow,
    _secured,
    _fits_path,
)


def _path_parameters(document: Document, given: Any, pointer: str) -> Iterator[tuple[str, str]]:
    for index, parameter in enumerate(_list(given)):
        resolved = document.mapping(parameter)
        if resolved.get("in") == "path" and isinstance(name := resolved.get("name"), str):
            yield name, f"{pointer}/parameters/{index}"


def _repeated(document: Document, operations: list[Part]) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for operation in operations:
        name = operation.data.get("operationId")
        if isinstance(name, str) and first.setdefault(name, operation.pointer) != operation.pointer:
            _, path, method = tokens(first[name])
            message = f"{method.upper()} {path} has the operationId {name} already"
            yield document.diagnostic(join(operation.pointer, "operationId"), "duplicate-operation-id", message)


def _same_paths(document: Document) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    paths = document.data.get("paths")
    for path in paths if isinstance(paths, dict) else ():
        if (other := first.setdefault(re.sub(r"{[^{}]*}", "{}", path), path)) != path:
            yield document.diagnostic(join("#/paths", path), "duplicate-path", f"to a server, this is {other}")


def _repeated_parameters(document: Document, part: Part) -> Iterator[Diagnostic]:
    given = part.data.get("parameters") if part.kind in ("path-item", "operation") else None
    seen = set[tuple[str, str]]()
    for index, parameter in enumerate(_list(given)):
        resolved = document.mapping(parameter)
        key = (str(resolved.get("in")), str(resolved.get("name")))
        if key in seen:
            message = f"the parameter {key[1]} in {key[0]} stands here twice"
            yield document.diagnostic(f"{part.pointer}/parameters/{index}", "duplicate-parameter", message)
        seen.add(key)


def _unfit_name(document: Document, part: Part) -> Iterator[Diagnostic]:
    place, name = part.data.get("in"), part.data.get("name")
    known = part.kind in ("parameter", "security-scheme") and isinstance(name, str)
    if known and not re.fullmatch(HTTP_NAMES.get(str(place), "(?s:.*)"), str(name)):
        message = f"no {place} can have this name in HTTP"
        yield document.diagnostic(join(part.pointer, "name"), "bad-parameter-name", message)


def _nameless(document: Document, part: Part) -> Iterator[Diagnostic]:
    """Forms whose parts have no names; a text may be a form that the caller encodes."""
    held = part.data.get("content") if part.kind == "request-body" else None
    for media_type, raw in document.mapping(held).items():
        taken = {"form": ("object", "string"), "multipart": ("object",)}.get(media_kind(str(media_type)))
        schema = document.mapping(document.mapping(raw).get("schema"))
        given = schema.get("type")
        if taken and isinstance(given, str) and given not in taken and "properties" not in schema:
            pointer = join(join(join(part.pointer, "content"), str(media_type)), "schema")
            message = f"a form is an object, and this is of type {given}"
            yield document.diagnostic(pointer, "nameless-form", message)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
