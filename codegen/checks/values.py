"""Values in the description: examples, defaults and constants that do not match their schemas, and patterns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.json_schema import as_json_schema
from codegen.description.objects import Node
from codegen.description.patterns import translated
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
class _Sample:
    """A value, and the pointer of the schema that it has to match."""

    pointer: str
    schema: str
    value: Any
    code: str = "example-mismatch"


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report values that do not match their schema, and patterns that the client cannot check."""
    registry = jsonschema_rs.Registry([(_ROOT, as_json_schema(document.data))], draft=jsonschema_rs.Draft202012)
    for node in nodes:
        if node.kind == "schema":
            yield from _bad_pattern(document, node)
            yield from _bad_constants(document, node)
        for sample in _samples(document, node):
            yield from _mismatches(document, sample, registry)


# Patterns


def _bad_pattern(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report patterns that the client cannot check, also those of `patternProperties`."""
    pattern, members = schema.data.get("pattern"), as_mapping(schema.data.get("patternProperties"))
    written = [("pattern", pattern), *((join("patternProperties", name), name) for name in members)]
    for place, expression in written:
        if isinstance(expression, str) and isinstance(problem := translated(expression), str):
            message = f"the client cannot check it: {problem}"
            yield document.diagnostic(f"{schema.pointer}/{place}", "bad-pattern", message)


# Constants


def _bad_constants(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report values of `enum` and `const` that the type excludes. Not null: in OpenAPI 3.0 it stands for `nullable`."""
    described = schema.data.get("type")
    types = [name for name in map(str, described if isinstance(described, list) else [described]) if name in _TYPES]
    for place, value in _constants(schema) if types else ():
        if value is not None and not any(_is_of_type(value, name) for name in types):
            message = f"{json.dumps(value, ensure_ascii=False):.60} is not of type {' or '.join(types)}"
            yield document.diagnostic(f"{schema.pointer}/{place}", "enum-mismatch", message)


def _constants(schema: Node) -> Iterator[tuple[str, Any]]:
    yield from ((f"enum/{index}", value) for index, value in enumerate(as_list(schema.data.get("enum"))))
    if "const" in schema.data:
        yield "const", schema.data["const"]


def _is_of_type(value: Any, name: str) -> bool:
    """In the sense of JSON Schema: 1.0 is an integer, and true is no number."""
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


# Examples and defaults


def _samples(document: Document, node: Node) -> Iterator[_Sample]:
    """The examples and the default of an object that is a schema or has one."""
    if node.kind == "schema":
        yield from _samples_of_schema(node)
    elif node.kind in ("parameter", "header", "media-type") and isinstance(node.data.get("schema"), dict):
        schema = join(node.pointer, "schema")
        if "example" in node.data:
            yield _Sample(join(node.pointer, "example"), schema, node.data["example"])
        for pointer, example in _named_examples(document, node):
            if isinstance(example, dict) and "value" in example:
                yield _Sample(join(pointer, "value"), schema, example["value"])


def _samples_of_schema(schema: Node) -> Iterator[_Sample]:
    pointer = schema.pointer
    if "example" in schema.data:
        yield _Sample(join(pointer, "example"), pointer, schema.data["example"])
    if schema.data.get("default") is not None:
        yield _Sample(join(pointer, "default"), pointer, schema.data["default"], "default-mismatch")
    for index, value in enumerate(as_list(schema.data.get("examples"))):
        yield _Sample(join(pointer, "examples", str(index)), pointer, value)


def _named_examples(document: Document, node: Node) -> Iterator[tuple[str, Any]]:
    """The Example Objects of an object, with references followed, each after its pointer."""
    for name, example in as_mapping(node.data.get("examples")).items():
        with suppress(LookupError):  # reported by the checks of references
            target, pointer = document.follow(example, join(node.pointer, "examples", name))
            yield pointer, target


def _mismatches(document: Document, sample: _Sample, registry: jsonschema_rs.Registry) -> Iterator[Diagnostic]:
    reference = {"$ref": f"{_ROOT}#{quote(sample.schema[1:])}"}
    try:
        validator = jsonschema_rs.Draft202012Validator(reference, registry=registry, validate_formats=True)
    except (ValueError, jsonschema_rs.ReferencingError):
        return  # the schema is at fault, and other checks report it
    for error in validator.iter_errors(sample.value):
        pointer = sample.pointer + pointer_of(error.instance_path)[1:]
        message = error.message if len(error.message) < 200 else f"this does not match its schema ({error.kind.name})"
        yield document.diagnostic(pointer, sample.code, message)
