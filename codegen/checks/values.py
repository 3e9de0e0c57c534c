"""Whether examples, defaults and constants fit their schemas, and patterns are patterns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from codegen.checks import patterns
from codegen.description.document import Document
from codegen.description.objects import DATA, MAPS, Node
from codegen.description.pointers import join, pointer_of
from codegen.report.diagnostics import Diagnostic

_ROOT = "urn:description"
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A value, and the pointer of the schema that it has to fit."""

    pointer: str
    schema: str
    value: Any
    code: str = "example-mismatch"


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A finding for each value that does not fit."""
    yield from _bad_patterns(document, parts)
    yield from _bad_constants(document, parts)
    registry = jsonschema_rs.Registry([(_ROOT, as_json_schema(document.data))], draft=jsonschema_rs.Draft202012)
    for part in parts:
        for sample in _samples(document, part):
            yield from _misfits(document, sample, registry)


def _misfits(document: Document, sample: Sample, registry: jsonschema_rs.Registry) -> Iterator[Diagnostic]:
    reference = {"$ref": f"{_ROOT}#{quote(sample.schema[1:])}"}
    try:
        validator = jsonschema_rs.Draft202012Validator(reference, registry=registry, validate_formats=True)
    except (ValueError, jsonschema_rs.ReferencingError):
        return  # the schema is at fault, which others tell
    for error in validator.iter_errors(sample.value):
        pointer = sample.pointer + pointer_of(error.instance_path)[1:]
        message = error.message if len(error.message) < 200 else f"this does not fit its schema ({error.kind.name})"
        yield document.diagnostic(pointer, sample.code, message)


def _samples(document: Document, part: Node) -> Iterator[Sample]:
    """What an object has of them: a schema its own, a parameter, header or media type those of its schema."""
    if part.kind == "schema":
        yield from _own(part, part.pointer)
        if "default" in part.data and part.data["default"] is not None:
            yield Sample(join(part.pointer, "default"), part.pointer, part.data["default"], "default-mismatch")
        for index, value in enumerate(examples if isinstance(examples := part.data.get("examples"), list) else ()):
            yield Sample(f"{part.pointer}/examples/{index}", part.pointer, value)
    elif part.kind in ("parameter", "header", "media-type") and isinstance(part.data.get("schema"), dict):
        schema = join(part.pointer, "schema")
        yield from _own(part, schema)
        for pointer, example in _named(document, part):
            if isinstance(example, dict) and "value" in example:
                yield Sample(join(pointer, "value"), schema, example["value"])


def _named(document: Document, part: Node) -> Iterator[tuple[str, Any]]:
    """The examples that have names, with references followed."""
    held = part.data.get("examples")
    for name, example in held.items() if isinstance(held, dict) else ():
        pointer = join(join(part.pointer, "examples"), name)
        with suppress(LookupError):  # which the checks of references tell
            whole = document.resolve(example)
            yield (pointer if whole is example else example["$ref"]), whole


def _own(part: Node, schema: str) -> Iterator[Sample]:
    if "example" in part.data:
        yield Sample(join(part.pointer, "example"), schema, part.data["example"])


def _bad_patterns(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Those that the client can't check."""
    for part in parts:
        pattern = part.data.get("pattern") if part.kind == "schema" else None
        if isinstance(pattern, str) and (fault := patterns.fault(pattern)):
            yield document.diagnostic(
                join(part.pointer, "pattern"), "bad-pattern", f"Python's `re` can't check it: {fault}"
            )


def _bad_constants(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """What no value can be; null is forgiven, since in OpenAPI 3.0 it mostly stands there for `nullable`."""
    for part in parts:
        if part.kind != "schema" or part.data.keys().isdisjoint(("enum", "const")):
            continue
        given = part.data.get("type")
        kinds = [kind for kind in map(str, given if isinstance(given, list) else [given]) if kind in _TYPES]
        enum = part.data.get("enum")
        held = [(f"enum/{index}", value) for index, value in enumerate(enum if isinstance(enum, list) else ())]
        held += [("const", part.data["const"])] if "const" in part.data else []
        for place, value in held:
            if kinds and value is not None and not any(_is_of(value, kind) for kind in kinds):
                message = f"{json.dumps(value, ensure_ascii=False):.60} is not of type {' or '.join(kinds)}"
                yield document.diagnostic(f"{part.pointer}/{place}", "enum-mismatch", message)


def _is_of(value: Any, kind: str) -> bool:
    """As JSON Schema has it: 1.0 is an integer, and true is none."""
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def as_json_schema(value: Any, *, is_map: bool = False) -> Any:
    """The description with its schemas as JSON Schema has them: without data in which `$ref` and `$id` mean nothing,
    without 3.0's ways, and without `required` for what goes one way only.
    """
    if isinstance(value, list):
        return [as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    if is_map:
        return {key: as_json_schema(item) for key, item in value.items()}
    kept = {key: item for key, item in value.items() if not _is_left_out(key)}
    copy = {key: item if key in DATA else as_json_schema(item, is_map=key in MAPS) for key, item in kept.items()}
    return _modern(copy) if "type" in copy or "properties" in copy else copy


def _is_left_out(key: str) -> bool:
    return key in ("example", "examples", "default") or (key.startswith("$") and key not in ("$ref", "$defs"))


def _modern(schema: dict[str, Any]) -> dict[str, Any]:
    """`nullable`, flags beside bounds (both OpenAPI 3.0), `readOnly` and `writeOnly` members."""
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool) and schema.pop(flag) and bound in schema:
            schema[flag] = schema.pop(bound)
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list):
            schema["enum"] = [*schema["enum"], None]
    members = schema.get("properties")
    if isinstance(schema.get("required"), list) and isinstance(members, dict):
        schema["required"] = [
            name for name in schema["required"] if not (isinstance(name, str) and _goes_one_way(members.get(name)))
        ]
    return schema


def _goes_one_way(member: Any) -> bool:
    return isinstance(member, dict) and bool(member.get("readOnly") or member.get("writeOnly"))
