"""What an operation should have, and what it must have only once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import is_name, media_kind
from codegen.description.objects import Node
from codegen.description.operations import Operation, effective_parameters, listed_parameters, operations
from codegen.description.pointers import join
from codegen.report.diagnostics import Diagnostic


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """All findings about operations and their paths."""
    rendered = list(operations(document))
    for rule in _RULES:
        for operation in rendered:
            yield from rule(document, operation)
    yield from _repeated(document, rendered)
    yield from _same_paths(document)
    for part in parts:
        yield from _repeated_parameters(document, part)
        yield from _unfit_name(document, part)
        yield from _nameless(document, part)


def _identified(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if not operation.data.get("operationId"):
        yield document.diagnostic(operation.pointer, "no-operation-id", "the operation has no operationId")


def _summarised(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if not operation.data.get("summary"):
        yield document.diagnostic(operation.pointer, "no-summary", "the operation has no summary")


def _tagged(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    tags = operation.data.get("tags")
    if not tags or not isinstance(tags, list):
        yield document.diagnostic(operation.pointer, "no-tag", "the operation has no tag")
        return
    known = [tag.get("name") for tag in as_list(document.data.get("tags")) if isinstance(tag, dict)]
    for index, tag in enumerate(tags):
        if known and tag not in known:
            pointer = f"{operation.pointer}/tags/{index}"
            yield document.diagnostic(pointer, "undeclared-tag", f"`tags` of the description does not list {tag}")


def _fails_somehow(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    statuses = operation.data.get("responses")
    if statuses and isinstance(statuses, dict) and not any(status[:1] in ("4", "5", "d") for status in statuses):
        message = "the operation declares no answer of 4xx, 5xx or `default`"
        yield document.diagnostic(join(operation.pointer, "responses"), "no-error-answer", message)


def _secured(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if "security" not in operation.data and "security" not in document.data:
        message, hint = "nothing says how to authenticate", "`security: []` says that there is no need to"
        yield document.diagnostic(operation.pointer, "no-security", message, hint=hint)


def _fits_path(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    """OpenAPI 3.1, 4.8.12.2: each template expression has its parameter, and each such parameter its expression."""
    path = operation.path
    parameters = effective_parameters(document, operation.item, operation.data, operation.pointer)
    declared = {parameter.name: parameter.pointer for parameter in parameters if parameter.location == "path"}
    templates = re.findall(r"{([^{}]*)}", path)
    for name in dict.fromkeys(templates):
        if templates.count(name) > 1:
            yield document.diagnostic(join("#/paths", path), "path-parameter", f"{{{name}}} stands twice in the path")
        if name not in declared:
            message = f"the path has {{{name}}}, and {operation.method} no parameter of that name `in: path`"
            yield document.diagnostic(operation.pointer, "path-parameter", message)
    for name, pointer in declared.items():
        if name not in templates:
            message = f"{name} is a parameter `in: path`, and {path} has no {{{name}}}"
            yield document.diagnostic(pointer, "path-parameter", message)


_RULES: tuple[Callable[[Document, Operation], Iterator[Diagnostic]], ...] = (
    _identified,
    _summarised,
    _tagged,
    _fails_somehow,
    _secured,
    _fits_path,
)


def _repeated(document: Document, rendered: list[Operation]) -> Iterator[Diagnostic]:
    first: dict[str, Operation] = {}
    for operation in rendered:
        name = operation.data.get("operationId")
        if isinstance(name, str) and (other := first.setdefault(name, operation)) is not operation:
            message = f"{other.method.upper()} {other.path} has the operationId {name} already"
            yield document.diagnostic(join(operation.pointer, "operationId"), "duplicate-operation-id", message)


def _same_paths(document: Document) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for path in as_mapping(document.data.get("paths")):
        if (other := first.setdefault(re.sub(r"{[^{}]*}", "{}", path), path)) != path:
            yield document.diagnostic(join("#/paths", path), "duplicate-path", f"to a server, this is {other}")


def _repeated_parameters(document: Document, part: Node) -> Iterator[Diagnostic]:
    seen = set[tuple[str, str]]()
    owner = part.data if part.kind in ("path-item", "operation") else {}
    for parameter in listed_parameters(document, owner, part.pointer):
        if (key := (parameter.location, parameter.name)) in seen:
            message = f"the parameter {parameter.name} in {parameter.location} stands here twice"
            yield document.diagnostic(parameter.pointer, "duplicate-parameter", message)
        seen.add(key)


def _unfit_name(document: Document, part: Node) -> Iterator[Diagnostic]:
    place, name = part.data.get("in"), part.data.get("name")
    known = part.kind in ("parameter", "security-scheme") and isinstance(name, str)
    if known and not is_name(str(place), str(name)):
        message = f"no {place} can have this name in HTTP"
        yield document.diagnostic(join(part.pointer, "name"), "bad-parameter-name", message)


def _nameless(document: Document, part: Node) -> Iterator[Diagnostic]:
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
