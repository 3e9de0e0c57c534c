"""House rules: what a description demands of itself by `x-python: {rules: …}`, beyond what OpenAPI does.

Each rule is the code of its diagnostic; `true` or a value switches it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codegen.checks.references import is_consequence
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import media_kind
from codegen.description.objects import Node
from codegen.description.operations import Operation, operations
from codegen.description.pointers import join, tokens
from codegen.description.schemas import OTHER_MEMBERS, applied, children, is_closed, is_file
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: Objects that the documentation lists.
_LISTED = frozenset({"operation", "parameter", "response", "header", "security-scheme", "server", "tag"})
_HINT = "x-waive: {%s: the reason} beside it states an exception"

#: A schema and its pointer.
_Placed = tuple[dict[str, Any], str]


def check(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report what breaks a rule that the description has switched on."""
    chosen = _chosen(document)
    for finding in [*_unmet(document, objects, chosen)]:
        del chosen[tokens(finding.pointer)[2]]
        if not is_consequence(document, document, finding):
            yield finding
    of_paths = list(operations(document)) if chosen else []
    for code, value in chosen.items():
        for node in objects if code in _OF_OBJECTS else ():
            yield from _diagnostics(document, code, _OF_OBJECTS[code](document, node, value))
        for operation in of_paths if code in _OF_OPERATIONS else ():
            yield from _diagnostics(document, code, _OF_OPERATIONS[code](document, operation, value))


def _chosen(document: Document) -> dict[str, Any]:
    """The rules that are switched on, and their values; check `extensions` reports those of the wrong form."""
    rules = as_mapping(as_mapping(document.data.get("x-python")).get("rules"))
    return {code: value for code, value in rules.items() if value and code in FORMS and not FORMS[code](value)}


def _unmet(document: Document, objects: list[Node], rules: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Rules that ask for what the description has nowhere, so that the rule is wrong."""
    place, wanted = "#/x-python/rules", str(rules.get("other-error-schema", "#"))
    if not document.mapping({"$ref": wanted}):
        hint = did_you_mean(wanted.rpartition("/")[2], document.mapping({"$ref": "#/components/schemas"}))
        message = f"{wanted} points to nothing"
        yield document.diagnostic(join(place, "other-error-schema"), "unresolved-ref", message, hint=hint)
    headers = [name for node in objects if node.kind == "response" for name in as_mapping(node.data.get("headers"))]
    present = {name.lower() for name in headers}
    for index, name in enumerate(rules.get("no-answer-header", ()) if headers else ()):
        if name.lower() not in present:
            hint, pointer = did_you_mean(name, headers), join(place, "no-answer-header", str(index))
            yield document.diagnostic(pointer, "bad-extension", "no response has this header", hint=hint)
            return


def _diagnostics(document: Document, code: str, found: Iterator[tuple[str, str]]) -> Iterator[Diagnostic]:
    for pointer, message in found:
        yield document.diagnostic(pointer, code, message, hint=_HINT % code)


# --- of each object


def _no_description(document: Document, node: Node, _: object) -> Iterator[tuple[str, str]]:
    if node.kind in _LISTED and not node.is_reference and not node.data.get("description"):
        yield node.pointer, f"the {node.kind} has no `description`"
    for pointer, schema in _named_schemas(node):
        if "$ref" not in schema and not schema.get("description"):
            yield pointer, "the schema has no `description`"


def _named_schemas(node: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas that documentation lists by name: components and members."""
    field = {"components": "schemas", "schema": "properties"}.get(node.kind, "")
    for name, schema in as_mapping(node.data.get(field)).items():
        if isinstance(schema, dict):
            yield join(node.pointer, field, name), schema


def _no_example(document: Document, node: Node, _: object) -> Iterator[tuple[str, str]]:
    """A body or an answer shows an example, unless it holds a file."""
    if node.kind != "media-type" or node.is_reference:
        return
    schemas = list(applied(document, node.data.get("schema")))
    has_example = any(owner.get(name) for owner in (node.data, *schemas) for name in ("example", "examples"))
    is_binary = media_kind(tokens(node.pointer)[-1]) == "bytes"
    if not has_example and not is_binary and not any(_holds_file(document, schema) for schema in schemas):
        yield node.pointer, "the media type has no example"


def _holds_file(document: Document, schema: Mapping[str, Any]) -> bool:
    members = (document.mapping(member) for member in as_mapping(schema.get("properties")).values())
    return any(is_file(item) or is_file(document.mapping(item.get("items"))) for item in (schema, *members))


def _no_answer_header(document: Document, node: Node, names: list[str]) -> Iterator[tuple[str, str]]:
    present = {name.lower() for name in as_mapping(node.data.get("headers"))}
    missing = [name for name in names if name.lower() not in present]
    if node.kind == "response" and not node.is_reference and missing:
        yield node.pointer, f"the response has no header {', '.join(missing)}"


def _optional_body(document: Document, node: Node, _: object) -> Iterator[tuple[str, str]]:
    if node.kind == "request-body" and not node.is_reference and node.data.get("required") is not True:
        yield node.pointer, "the body is not `required`"


def _unmarked_secret(document: Document, node: Node, names: list[str]) -> Iterator[tuple[str, str]]:
    secrets = set(map(_folded, names))
    for name, member in as_mapping(node.data.get("properties") if node.kind == "schema" else None).items():
        schema, pointer = _followed(document, member, join(node.pointer, "properties", name))
        if _folded(name) in secrets and "string" in str(schema.get("type")) and schema.get("format") != "password":
            yield pointer, f"{name} is a secret, but is not of `format: password`"


def _folded(name: str) -> str:
    """The name without its casing: `accessToken`, `access-token` and `access_token` are one."""
    return name.replace("-", "").replace("_", "").lower()


def _odd_backtick(document: Document, node: Node, _: object) -> Iterator[tuple[str, str]]:
    for field in ("summary", "description"):
        if isinstance(text := node.data.get(field), str) and text.count("`") % 2:
            yield join(node.pointer, field), "a backtick of the text has no partner"


# --- of each operation


def _several_tags(document: Document, operation: Operation, _: object) -> Iterator[tuple[str, str]]:
    if len(as_list(operation.data.get("tags"))) > 1:
        yield join(operation.pointer, "tags"), "the operation has several tags, but is rendered under its first only"


def _no_answer(document: Document, operation: Operation, statuses: list[str]) -> Iterator[tuple[str, str]]:
    answers = as_mapping(operation.data.get("responses"))
    if missing := [status for status in statuses if not {status, f"{status[0]}XX", "default"} & answers.keys()]:
        yield join(operation.pointer, "responses"), f"the operation has no response for {', '.join(missing)}"


def _other_error_schema(document: Document, operation: Operation, wanted: str) -> Iterator[tuple[str, str]]:
    for pointer, schema in _answer_schemas(document, operation, failed=True):
        if schema.get("$ref") != wanted:
            yield pointer, f"the error is not of {wanted}"


def _inline_answer(document: Document, operation: Operation, _: object) -> Iterator[tuple[str, str]]:
    for pointer, schema in _answer_schemas(document, operation, failed=False):
        if {"properties", "allOf", "oneOf", "anyOf"} & schema.keys():
            yield pointer, "the schema of the answer is no component, so the name of its class is made up"


def _closed_answer(document: Document, operation: Operation, _: object) -> Iterator[tuple[str, str]]:
    for failed in (False, True):
        for pointer, schema in _answer_schemas(document, operation, failed=failed):
            for part, place in _reached(document, schema, pointer):
                yield from _closing(part, place)


def _closing(schema: dict[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    for keyword in OTHER_MEMBERS:
        if schema.get(keyword) is False:
            yield join(pointer, keyword), "an answer may have members that the description does not know yet"


def _open_request(document: Document, operation: Operation, _: object) -> Iterator[tuple[str, str]]:
    """Each object that a body can be; what is within it may be open."""
    body, pointer = _followed(document, operation.data.get("requestBody"), join(operation.pointer, "requestBody"))
    for media_type, content in as_mapping(body.get("content")).items():
        place = join(pointer, "content", media_type, "schema")
        for schema, where in _variants(document, as_mapping(content).get("schema"), place):
            is_object = "properties" in schema or schema.get("type") == "object"
            if is_object and not is_closed(schema):
                yield where, "the request takes members that the description does not know"


def _answer_schemas(document: Document, operation: Operation, *, failed: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of JSON that responses have, as written: of errors, or of all others."""
    for status, answer in as_mapping(operation.data.get("responses")).items():
        response, pointer = _followed(document, answer, join(operation.pointer, "responses", status))
        for media_type, content in as_mapping(response.get("content")).items():
            schema = as_mapping(content).get("schema")
            is_told = isinstance(schema, dict) and media_kind(media_type) == "json"
            if is_told and (status[:1] in ("4", "5", "d")) is failed:
                yield join(pointer, "content", media_type, "schema"), as_mapping(schema)


def _variants(document: Document, raw: Any, pointer: str) -> Iterator[_Placed]:
    """The schema itself, or the variants of its union."""
    schema, place = _followed(document, raw, pointer)
    variants = list(children(schema, ("oneOf", "anyOf")))
    if not variants:
        yield schema, place
    for where, variant in variants:
        yield _followed(document, variant, place + where)


def _reached(document: Document, raw: Any, pointer: str) -> Iterator[_Placed]:
    """A schema and all that are within it, through references; each once."""
    seen, pending = set[str](), [(raw, pointer)]
    while pending:
        schema, place = _followed(document, *pending.pop())
        if place not in seen:
            seen.add(place)
            yield schema, place
            pending += [(child, place + where) for where, child in children(schema)]


def _followed(document: Document, raw: Any, pointer: str) -> _Placed:
    """What a reference leads to, and where that stands; an empty mapping where it is none."""
    try:
        data, place = document.follow(raw, pointer)
    except LookupError:  # reported by the checks of references
        return {}, pointer
    return as_mapping(data), place


_OF_OBJECTS: dict[str, Callable[[Document, Node, Any], Iterator[tuple[str, str]]]] = {
    "no-description": _no_description,
    "no-example": _no_example,
    "no-answer-header": _no_answer_header,
    "optional-body": _optional_body,
    "unmarked-secret": _unmarked_secret,
    "odd-backtick": _odd_backtick,
}
_OF_OPERATIONS: dict[str, Callable[[Document, Operation, Any], Iterator[tuple[str, str]]]] = {
    "several-tags": _several_tags,
    "no-answer": _no_answer,
    "other-error-schema": _other_error_schema,
    "inline-answer": _inline_answer,
    "closed-answer": _closed_answer,
    "open-request": _open_request,
}


def _names_problem(value: object) -> str:
    is_list = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
    return "" if is_list else "this is no list of texts"


def _reference_problem(value: object) -> str:
    return "" if isinstance(value, str) and value.startswith("#/") else "this is no reference within the description"


def flag_problem(value: object) -> str:
    """What is wrong with a switch; empty if nothing is."""
    return "" if isinstance(value, bool) else "this is neither true nor false"


#: What is wrong with the value of each rule; empty if nothing is.
FORMS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys((*_OF_OBJECTS, *_OF_OPERATIONS), flag_problem),
    **dict.fromkeys(("no-answer", "no-answer-header", "unmarked-secret"), _names_problem),
    "other-error-schema": _reference_problem,
}
