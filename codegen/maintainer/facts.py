"""What a description says of each operation, one fact by one, in words that two descriptions share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.description.document import Document
from codegen.description.http import METHODS, default_explode, default_style
from codegen.description.pointers import join
from codegen.description.schemas import MAX_DEPTH

#: Keywords of a schema that say nothing about the values, or that are taken apart on their own.
_SILENT = {"title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$ref"}
_PARTED = {"allOf", "oneOf", "anyOf", "items", "properties", "required", "additionalProperties"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a description says of an operation, and where."""

    value: object
    pointer: str


def operations(document: Document) -> Iterator[tuple[str, dict[str, Fact]]]:
    """The facts of each operation; the one without a name is that it is there. Names nest with ` / `."""
    for path, item in (document.data.get("paths") or {}).items():
        for method in METHODS:
            if isinstance(raw := (item or {}).get(method), dict):
                pointer = join(join("#/paths", path), method)
                facts = dict(_operation(document, item, raw, pointer))
                yield f"{method.upper()} {path}", {"": Fact("is there", pointer), **facts}


def _operation(document: Document, item: dict[str, Any], raw: dict[str, Any], at: str) -> Iterator[tuple[str, Fact]]:
    yield "deprecated", Fact(bool(raw.get("deprecated")), at)
    yield from _security(document, raw, at)
    for owner, pointer in ((item, at.rpartition("/")[0]), (raw, at)):
        for number, reference in enumerate(owner.get("parameters", ())):
            yield from _parameter(document, reference, join(join(pointer, "parameters"), str(number)))
    if "requestBody" in raw:
        body, place = _followed(document, raw["requestBody"], join(at, "requestBody"))
        yield "body", Fact("is there", place)
        yield "body / required", Fact(bool(body.get("required")), place)
        yield from _content(document, body, "body", place)
    for status, reference in (raw.get("responses") or {}).items():
        yield from _answer(document, reference, f"answer {status}", join(join(at, "responses"), status))


def _security(document: Document, raw: dict[str, Any], at: str) -> Iterator[tuple[str, Fact]]:
    """The alternatives, and what each scheme in them is, whatever it is called."""
    alternatives = raw.get("security", document.data.get("security")) or []
    place = join(at, "security")
    yield "security", Fact(sorted(" and ".join(sorted(one)) or "none" for one in alternatives), place)
    schemes = (document.data.get("components") or {}).get("securitySchemes") or {}
    for name in sorted({name for one in alternatives for name in one}):
        scheme, _ = _followed(document, schemes.get(name), "")
        told = (str(scheme[key]) for key in ("type", "scheme", "in", "name") if key in scheme)
        yield f"security / {name}", Fact(" ".join(told), place)


def _parameter(document: Document, reference: Any, pointer: str) -> Iterator[tuple[str, Fact]]:
    parameter, place = _followed(document, reference, pointer)
    name = f"parameter {parameter['in']} {parameter['name']}"
    yield name, Fact("is there", place)
    yield from _header(document, parameter, name, place)
    style = parameter.get("style") or default_style(parameter["in"])
    yield f"{name} / style", Fact(style, place)
    yield f"{name} / explode", Fact(bool(parameter.get("explode", default_explode(style))), place)


def _header(document: Document, described: dict[str, Any], name: str, at: str) -> Iterator[tuple[str, Fact]]:
    """What headers and parameters have in common."""
    yield f"{name} / required", Fact(bool(described.get("required")), at)
    yield f"{name} / deprecated", Fact(bool(described.get("deprecated")), at)
    yield from _schema(document, described.get("schema"), name, join(at, "schema"))
    yield from _content(document, described, name, at)


def _answer(document: Document, reference: Any, name: str, pointer: str) -> Iterator[tuple[str, Fact]]:
    answer, at = _followed(document, reference, pointer)
    yield name, Fact("is there", at)
    yield from _content(document, answer, name, at)
    for header, described in (answer.get("headers") or {}).items():
        value, place = _followed(document, described, join(join(at, "headers"), header))
        yield f"{name} / header {header}", Fact("is there", place)
        yield from _header(document, value, f"{name} / header {header}", place)


def _content(document: Document, part: dict[str, Any], name: str, at: str) -> Iterator[tuple[str, Fact]]:
    for media_type, value in (part.get("content") or {}).items():
        key, place = f"{name} / {media_type}", join(join(at, "content"), media_type)
        yield key, Fact("is there", place)
        yield from _schema(document, (value or {}).get("schema"), key, join(place, "schema"))


def _schema(document: Document, raw: Any, name: str, pointer: str, depth: int = 0) -> Iterator[tuple[str, Fact]]:
    """What a schema says, `allOf`, members and variants included."""
    if depth > MAX_DEPTH:
        return
    layers = list(_layers(document, raw, pointer, depth))
    required = {member for schema, _ in layers for member in schema.get("required", ())}
    for schema, at in layers:
        for keyword in sorted(schema.keys() - _SILENT - _PARTED):
            if not keyword.startswith("x-"):
                yield f"{name} / {keyword}", Fact(schema[keyword], join(at, keyword))
        if schema.get("additionalProperties") is False:
            yield f"{name} / closed", Fact(True, join(at, "additionalProperties"))
        for member, value in (schema.get("properties") or {}).items():
            key, place = f"{name} / field {member}", join(join(at, "properties"), member)
            yield key, Fact("is there", place)
            yield f"{key} / required", Fact(member in required, place)
            yield from _schema(document, value, key, place, depth + 1)
        for label, value, place in _parts(document, schema, at):
            yield f"{name} / {label}", Fact("is there", place)
            yield from _schema(document, value, f"{name} / {label}", place, depth + 1)


def _layers(document: Document, raw: Any, pointer: str, depth: int) -> Iterator[tuple[dict[str, Any], str]]:
    """A schema and all that it is besides, by `allOf`."""
    schema, at = _followed(document, raw, pointer)
    yield schema, at
    for number, other in enumerate(schema.get("allOf", ()) if depth <= MAX_DEPTH else ()):
        yield from _layers(document, other, join(join(at, "allOf"), str(number)), depth + 1)


def _parts(document: Document, schema: dict[str, Any], at: str) -> Iterator[tuple[str, Any, str]]:
    """Schemas within a schema, but for its members; a variant is known by what it requires."""
    for keyword in ("oneOf", "anyOf"):
        for number, variant in enumerate(schema.get(keyword, ())):
            required = ", ".join(sorted(document.resolve(variant).get("required", ()))) or "nothing"
            yield f"variant requiring {required}", variant, join(join(at, keyword), str(number))
    if "items" in schema:
        yield "items", schema["items"], join(at, "items")
    if isinstance(schema.get("additionalProperties"), dict):
        yield "other members", schema["additionalProperties"], join(at, "additionalProperties")


def _followed(document: Document, part: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """A part with its reference followed, and where it then stands."""
    while isinstance(part, dict) and isinstance(ref := part.get("$ref"), str):
        part, pointer = document.at(ref), ref
    return part if isinstance(part, dict) else {}, pointer
