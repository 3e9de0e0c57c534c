"""Operations, their paths, parameters and bodies: what they lack, and what occurs twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from codegen.checks.defects import Defect, defect
from codegen.checks.paths import path_fault
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import BODILESS, is_name, media_kind
from codegen.description.objects import Node
from codegen.description.operations import (
    Operation,
    effective_parameters,
    listed_parameters,
    operations,
)
from codegen.description.paths import path_variables
from codegen.description.pointers import join, tokens
from codegen.report.diagnostics import Diagnostic


def check(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report all that is wrong with operations."""
    of_paths = list(operations(document))
    for operation in of_paths:
        for rule in (_operation_id, _summary, _tags, _responses, _security, _path_parameters):
            yield from rule(document, operation)
    yield from _duplicate_operation_ids(document, of_paths)
    yield from _duplicate_paths(document)
    for node in objects:
        for check_kind in _BY_KIND.get(node.kind, ()):
            yield from check_kind(document, node)


def _operation_id(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if not operation.data.get("operationId"):
        yield document.diagnostic(operation.pointer, "no-operation-id", "the operation has no `operationId`")


def _summary(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if not operation.data.get("summary"):
        yield document.diagnostic(operation.pointer, "no-summary", "the operation has no `summary`")


def _tags(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    tags, declared = as_list(operation.data.get("tags")), document.once(_declared_tags)
    if not tags:
        yield document.diagnostic(operation.pointer, "no-tag", "the operation has no tag")
    for index, tag in enumerate(tags):
        if declared and tag not in declared:
            pointer = join(operation.pointer, "tags", str(index))
            yield document.diagnostic(pointer, "undeclared-tag", f"`tags` of the description does not list {tag}")


def _declared_tags(document: Document) -> list[Any]:
    return [tag.get("name") for tag in as_list(document.data.get("tags")) if isinstance(tag, dict)]


def _responses(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    statuses = [status for status in as_mapping(operation.data.get("responses")) if not status.startswith("x-")]
    if statuses and not any(status[:1] in ("1", "2", "3", "d") for status in statuses):
        message, hint = "the operation has no response for a success", "describe one, such as '200' or '204'"
        yield document.diagnostic(join(operation.pointer, "responses"), "no-success", message, hint=hint)
    if statuses and not any(status[:1] in ("4", "5", "d") for status in statuses):
        message = "the operation has no response for 4xx, 5xx or `default`"
        yield document.diagnostic(join(operation.pointer, "responses"), "no-error-answer", message)


def _security(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    if "security" not in operation.data and "security" not in document.data:
        message, hint = "nothing says how to authenticate", "if there is no need to, write `security: []`"
        yield document.diagnostic(operation.pointer, "no-security", message, hint=hint)


def optional_path_parameters(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Parameters `in: path` that are not `required`, which each of them is (OpenAPI 3.1, 4.8.12.2)."""
    for node in objects:
        if node.kind == "parameter" and node.data.get("in") == "path" and node.data.get("required") is not True:
            message, hint = "a parameter `in: path` is required", "write `required: true`"
            edits = {join(node.pointer, "required"): True}
            yield defect(document, node.pointer, "path-parameter", message, hint=hint, edits=edits, instead="")


def _path_parameters(document: Document, operation: Operation) -> Iterator[Diagnostic]:
    """Each template expression has a parameter, and each path parameter an expression (OpenAPI 3.1, 4.8.12.2)."""
    path, variables = operation.path, path_variables(operation.path)
    if path_fault(path):  # reported by check `paths`
        return
    parameters = effective_parameters(document, operation.item, operation.data, operation.pointer)
    described = {parameter.name: parameter.pointer for parameter in parameters if parameter.location == "path"}
    for name in dict.fromkeys(variables):
        if variables.count(name) > 1:
            message = f"{{{name}}} occurs twice in the path"
            yield document.diagnostic(join("#/paths", path), "path-parameter", message)
        if name not in described:
            message = f"the path has {{{name}}}, but {operation.method} has no parameter {name} `in: path`"
            yield document.diagnostic(operation.pointer, "path-parameter", message)
    for name, pointer in described.items():
        if name not in variables:
            message = f"{name} is a parameter `in: path`, but {path} has no {{{name}}}"
            yield document.diagnostic(pointer, "path-parameter", message)


def _duplicate_operation_ids(document: Document, of_paths: list[Operation]) -> Iterator[Diagnostic]:
    first: dict[str, Operation] = {}
    for operation in of_paths:
        name = operation.data.get("operationId")
        if isinstance(name, str) and (other := first.setdefault(name, operation)) is not operation:
            message = f"{other.method.upper()} {other.path} has the operationId {name} already"
            yield document.diagnostic(join(operation.pointer, "operationId"), "duplicate-operation-id", message)


def _duplicate_paths(document: Document) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for path in as_mapping(document.data.get("paths")):
        if (other := first.setdefault(re.sub(r"{[^{}]*}", "{}", path), path)) != path:
            message = f"servers cannot tell this path from {other}"
            yield document.diagnostic(join("#/paths", path), "duplicate-path", message)


def _duplicate_parameters(document: Document, node: Node) -> Iterator[Diagnostic]:
    seen = set[tuple[str, str]]()
    for parameter in listed_parameters(document, node.data, node.pointer):
        if (key := (parameter.location, parameter.name)) in seen:
            message = f"the list has another parameter {parameter.name} `in: {parameter.location}`"
            yield document.diagnostic(parameter.pointer, "duplicate-parameter", message)
        seen.add(key)


def _illegal_name(document: Document, node: Node) -> Iterator[Diagnostic]:
    location, name = str(node.data.get("in")), node.data.get("name")
    if isinstance(name, str) and not is_name(location, name):
        message = f"HTTP does not allow this name for a {location}"
        yield document.diagnostic(join(node.pointer, "name"), "bad-parameter-name", message)


def _nameless_form(document: Document, node: Node) -> Iterator[Diagnostic]:
    """A form is an object, or a text that the caller has encoded; a multipart body is an object."""
    for media_type, value in document.mapping(node.data.get("content")).items():
        allowed = {"form": ("object", "string"), "multipart": ("object",)}.get(media_kind(media_type))
        schema = document.mapping(document.mapping(value).get("schema"))
        kind = schema.get("type")
        if allowed and isinstance(kind, str) and kind not in allowed and "properties" not in schema:
            pointer = join(node.pointer, "content", media_type, "schema")
            message = f"a form is an object, but this is of type {kind}"
            yield document.diagnostic(pointer, "nameless-form", message)


def _content_without_body(document: Document, node: Node) -> Iterator[Diagnostic]:
    """Report content of a response whose status has none (RFC 9110, 15.3.5, 15.3.6, 15.4.5)."""
    *parents, status = tokens(node.pointer)
    if status in BODILESS and parents != ["components", "responses"] and document.mapping(node.data).get("content"):
        message = f"a response {status} has no content in HTTP, so the client reads none"
        pointer, hint = join(node.pointer, "content"), "take `content` away"
        if node.is_reference:
            pointer, hint = node.pointer, "describe this response without `content`"
        yield document.diagnostic(pointer, "no-content", message, hint=hint)


def _no_schema(document: Document, node: Node) -> Iterator[Diagnostic]:
    """JSON of which nothing is described; that it may be any value is said by `schema: {}`."""
    is_described = node.is_reference or not {"schema", "itemSchema"}.isdisjoint(node.data)
    is_json = media_kind(tokens(node.pointer)[-1]) == "json"
    if is_json and not is_described and node.has_known_fields and not _is_never_read(node):
        message, hint = (
            "nothing is said of this JSON, so it is `Any`",
            "write a `schema`; if it may be any, `schema: {}`",
        )
        yield document.diagnostic(node.pointer, "no-schema", message, hint=hint)


def _is_never_read(media_type: Node) -> bool:
    """Whether it is of an answer that has no content in HTTP, whatever the description says."""
    match tokens(media_type.pointer):
        case [*_, method, "responses", status, "content", _]:
            return method == "head" or status in BODILESS
    return False


#: What is looked at in each object of a kind.
_BY_KIND = {
    "path-item": (_duplicate_parameters,),
    "operation": (_duplicate_parameters,),
    "security-scheme": (_illegal_name,),  # of parameters, check `wire` tells
    "request-body": (_nameless_form,),
    "response": (_content_without_body,),
    "media-type": (_no_schema,),
}
