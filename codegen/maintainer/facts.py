"""The facts that a description states about each operation, named alike in any description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import default_explode, default_style, server_url
from codegen.description.operations import Operation, Parameter, effective_parameters, operations
from codegen.description.pointers import join
from codegen.description.schemas import MAX_DEPTH

#: Keywords that do not restrict the value.
_ANNOTATIONS = {"title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$ref"}
#: The fields of a security scheme that say how to authenticate.
_SCHEME = ("type", "scheme", "in", "name", "flows", "openIdConnectUrl")
#: Keywords whose content becomes facts of its own.
_PARTS = {"allOf", "oneOf", "anyOf", "items", "properties", "required", "additionalProperties"}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a description states about an operation, and where."""

    value: object
    pointer: str


def facts_by_operation(document: Document) -> Iterator[tuple[str, dict[str, Fact]]]:
    """The facts about each operation. Names nest with ` / `; the empty name says that the operation is there."""
    for operation in operations(document):
        facts = {"": Fact("is there", operation.pointer), **dict(_facts(document, operation))}
        yield f"{operation.method.upper()} {operation.path}", facts


def facts_of_all(document: Document) -> dict[str, Fact]:
    """The facts about what all operations have in common, named as those of an operation."""
    return {"": Fact("is there", "#"), "servers": Fact(_servers(document.data), "#/servers")}


def _facts(document: Document, operation: Operation) -> Iterator[tuple[str, Fact]]:
    raw, at = operation.data, operation.pointer
    yield "operationId", Fact(raw.get("operationId"), join(at, "operationId"))
    yield "tags", Fact(raw.get("tags"), join(at, "tags"))
    yield "deprecated", Fact(bool(raw.get("deprecated")), at)
    yield "servers", Fact(_servers(raw) or _servers(operation.item), join(at, "servers"))
    yield from _security(document, raw, at)
    for parameter in effective_parameters(document, operation.item, raw, at):
        yield from _parameter(document, parameter)
    if "requestBody" in raw:
        body, place = _follow(document, raw["requestBody"], join(at, "requestBody"))
        yield "body", Fact("is there", place)
        yield "body / required", Fact(bool(body.get("required")), place)
        yield from _content(document, body, "body", place)
    for status, reference in (raw.get("responses") or {}).items():
        yield from _answer(document, reference, f"answer {status}", join(at, "responses", status))


def _servers(owner: Mapping[str, Any]) -> list[str] | None:
    """The addresses, the one that is called first."""
    return [server_url(server) for server in as_list(owner.get("servers")) if "url" in as_mapping(server)] or None


def _security(document: Document, raw: dict[str, Any], at: str) -> Iterator[tuple[str, Fact]]:
    """The alternatives, and the scheme that each name stands for."""
    alternatives = raw.get("security", document.data.get("security")) or []
    place = join(at, "security")
    yield "security", Fact(sorted(" and ".join(sorted(names)) or "none" for names in alternatives), place)
    schemes = (document.data.get("components") or {}).get("securitySchemes") or {}
    for name in sorted({name for names in alternatives for name in names}):
        scheme = document.mapping(schemes.get(name))
        fields = (str(scheme[key]) for key in _SCHEME if key in scheme)
        yield f"security / {name}", Fact(" ".join(fields), place)


def _parameter(document: Document, parameter: Parameter) -> Iterator[tuple[str, Fact]]:
    raw, place = parameter.data, parameter.definition
    name = f"parameter {parameter.location} {parameter.name}"
    yield name, Fact("is there", place)
    yield from _header(document, raw, name, place)
    style = raw.get("style") or default_style(parameter.location)
    yield f"{name} / style", Fact(style, place)
    yield f"{name} / explode", Fact(bool(raw.get("explode", default_explode(style))), place)
    for keyword in ("allowReserved", "allowEmptyValue"):
        yield f"{name} / {keyword}", Fact(bool(raw.get(keyword)), place)


def _header(document: Document, raw: dict[str, Any], name: str, at: str) -> Iterator[tuple[str, Fact]]:
    """The facts that headers and parameters have in common."""
    yield f"{name} / required", Fact(bool(raw.get("required")), at)
    yield f"{name} / deprecated", Fact(bool(raw.get("deprecated")), at)
    yield from _schema(document, raw.get("schema"), name, join(at, "schema"))
    yield from _content(document, raw, name, at)


def _answer(document: Document, raw: Any, name: str, pointer: str) -> Iterator[tuple[str, Fact]]:
    answer, at = _follow(document, raw, pointer)
    yield name, Fact("is there", at)
    yield from _content(document, answer, name, at)
    for header, reference in (answer.get("headers") or {}).items():
        value, place = _follow(document, reference, join(at, "headers", header))
        yield f"{name} / header {header}", Fact("is there", place)
        yield from _header(document, value, f"{name} / header {header}", place)


def _content(document: Document, part: dict[str, Any], name: str, at: str) -> Iterator[tuple[str, Fact]]:
    for media_type, value in (part.get("content") or {}).items():
        key, place = f"{name} / {media_type}", join(at, "content", media_type)
        yield key, Fact("is there", place)
        yield from _schema(document, (value or {}).get("schema"), key, join(place, "schema"))
        for member, encoding in as_mapping((value or {}).get("encoding")).items():
            written = {name: item for name, item in as_mapping(encoding).items() if name != "headers"}
            yield f"{key} / encoding {member}", Fact(written, join(place, "encoding", member))


def _schema(document: Document, raw: Any, name: str, pointer: str, depth: int = 0) -> Iterator[tuple[str, Fact]]:
    """The facts about a schema, with its members and variants."""
    if depth > MAX_DEPTH:
        return
    layers = list(_with_all_of(document, raw, pointer, depth))
    required = {member for schema, _ in layers for member in schema.get("required", ())}
    for schema, at in layers:
        for keyword in sorted(schema.keys() - _ANNOTATIONS - _PARTS):
            if not keyword.startswith("x-"):
                yield f"{name} / {keyword}", Fact(schema[keyword], join(at, keyword))
        if schema.get("additionalProperties") is False:
            yield f"{name} / closed", Fact(True, join(at, "additionalProperties"))
        for member, value in (schema.get("properties") or {}).items():
            key, place = f"{name} / field {member}", join(at, "properties", member)
            yield key, Fact("is there", place)
            yield f"{key} / required", Fact(member in required, place)
            yield from _schema(document, value, key, place, depth + 1)
        for label, value, place in _parts(document, schema, at):
            yield f"{name} / {label}", Fact("is there", place)
            yield from _schema(document, value, f"{name} / {label}", place, depth + 1)


def _with_all_of(document: Document, raw: Any, pointer: str, depth: int) -> Iterator[tuple[dict[str, Any], str]]:
    """A schema and those in its `allOf`, at every depth, with their places."""
    schema, at = _follow(document, raw, pointer)
    yield schema, at
    for number, part in enumerate(schema.get("allOf", ()) if depth <= MAX_DEPTH else ()):
        yield from _with_all_of(document, part, join(at, "allOf", str(number)), depth + 1)


def _parts(document: Document, schema: dict[str, Any], at: str) -> Iterator[tuple[str, Any, str]]:
    """The schemas in a schema other than members: name, schema, place. Variants are named after what they require."""
    for keyword in ("oneOf", "anyOf"):
        for number, variant in enumerate(schema.get(keyword, ())):
            required = ", ".join(sorted(document.resolve(variant).get("required", ()))) or "nothing"
            yield f"variant requiring {required}", variant, join(at, keyword, str(number))
    if "items" in schema:
        yield "items", schema["items"], join(at, "items")
    if isinstance(schema.get("additionalProperties"), dict):
        yield "other members", schema["additionalProperties"], join(at, "additionalProperties")


def _follow(document: Document, part: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """The target of a part's reference, or the part itself, with its place."""
    target, place = document.follow(part, pointer)
    return as_mapping(target), place
