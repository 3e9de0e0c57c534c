"""Examples and defaults that do not match their schemas or say nothing, and patterns that the client cannot check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.json_schema import as_json_schema
from codegen.description.objects import Node
from codegen.description.patterns import translated
from codegen.description.pointers import join, pointer_of
from codegen.description.schemas import OTHER_MEMBERS, applied, is_closed
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import is_near

_ROOT = "urn:description"
#: The fields that have what is looked at here: most objects have none.
_PATTERNS = frozenset({"pattern", "patternProperties"})
_SHOWN = frozenset({"value", "dataValue", "serializedValue", "externalValue"})
_SAMPLES = frozenset({"example", "examples", "default"})
#: A regular expression as a literal of JavaScript, which escapes the slashes within (ECMA-262, 12.9.5).
_LITERAL = re.compile(r"/((?:[^/\\]|\\.)+)/([dgimsuvy]*)", re.DOTALL)


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
        if node.kind == "schema" and not _PATTERNS.isdisjoint(node.data):
            yield from _bad_pattern(document, node)
        for sample in _samples(document, node) if not _SAMPLES.isdisjoint(node.data) else ():
            misspelt = list(_misspelt_members(document, sample)) if document.is_ours else []
            mismatches = misspelt or list(_mismatches(document, sample, registry))
            yield from mismatches or _left_to_the_server(document, sample)
        if node.kind == "example":
            yield from _no_value(document, node)


# Patterns


def _bad_pattern(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report patterns that the client cannot check, also those of `patternProperties`."""
    pattern, members = schema.data.get("pattern"), as_mapping(schema.data.get("patternProperties"))
    written = [("pattern", pattern), *((join("patternProperties", name), name) for name in members)]
    for place, expression in written:
        if isinstance(expression, str) and isinstance(problem := translated(expression), str):
            message = f"the client cannot check it: {problem}"
            yield document.diagnostic(f"{schema.pointer}/{place}", "bad-pattern", message)
        elif isinstance(expression, str) and (literal := _LITERAL.fullmatch(expression)):
            message, hint = "slashes belong to JavaScript, not to the pattern, which would ask for them", literal[1]
            flags = " (a pattern has no flags)" if literal[2] else ""
            yield document.diagnostic(f"{schema.pointer}/{place}", "bad-pattern", message, hint=f"write {hint}{flags}")


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


def _left_to_the_server(document: Document, sample: _Sample) -> Iterator[Diagnostic]:
    """Report a default that no argument has: in Python, all calls would share the object or the list."""
    if sample.code == "default-mismatch" and sample.value and isinstance(sample.value, dict | list):
        message = "the client does not fill in a default that is an object or an array"
        yield document.diagnostic(sample.pointer, "not-rendered", message)


def _named_examples(document: Document, node: Node) -> Iterator[tuple[str, Any]]:
    """The Example Objects of an object, with references followed, each after its pointer."""
    for name, example in as_mapping(node.data.get("examples")).items():
        with suppress(LookupError):  # reported by the checks of references
            target, pointer = document.follow(example, join(node.pointer, "examples", name))
            yield pointer, target


def _no_value(document: Document, example: Node) -> Iterator[Diagnostic]:
    """Report an Example Object that shows nothing (OpenAPI 3.1, 4.8.19)."""
    if not example.is_reference and _SHOWN.isdisjoint(example.data) and example.has_known_fields:
        message, hint = "the example shows nothing", "write its `value`"
        yield document.diagnostic(example.pointer, "no-value", message, hint=hint)


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


def _misspelt_members(document: Document, sample: _Sample) -> Iterator[Diagnostic]:
    """Members that the schema does not describe and whose name resembles one that is not there.

    An open schema takes any member, and one that is not required may be missing, so that no validator sees it.
    """
    with suppress(LookupError):  # reported by the checks of references
        for pointer, name, meant in _misspelt(document, sample.value, document.at(sample.schema), sample.pointer):
            message, hint = f"the schema has no member {name}", f"did you mean {meant}?"
            yield document.diagnostic(pointer, sample.code, message, hint=hint)


def _misspelt(document: Document, value: Any, schema: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """The pointers of such members in a value, their names and what was meant."""
    parts = list(applied(document, schema)) if isinstance(value, dict | list) else []
    for (index, item), part in product(enumerate(as_list(value)), parts):
        yield from _misspelt(document, item, part.get("items"), join(pointer, str(index)))
    members = [as_mapping(part.get("properties")) for part in parts]
    if not any(map(_is_map, parts)):
        yield from _names_near_others(as_mapping(value), {name for described in members for name in described}, pointer)
    for (name, member), described in product(as_mapping(value).items(), members):
        yield from _misspelt(document, member, described.get(name), join(pointer, name))


def _names_near_others(value: dict[str, Any], described: set[str], pointer: str) -> Iterator[tuple[str, str, str]]:
    missing = sorted(described - value.keys())
    for name in value:
        if name not in described and (meant := next((word for word in missing if is_near(name, word)), "")):
            yield join(pointer, name), name, meant


def _is_map(schema: dict[str, Any]) -> bool:
    """Whether members may have names that the schema does not list, and says something of them."""
    return not is_closed(schema) and not schema.keys().isdisjoint({*OTHER_MEMBERS, "patternProperties"})
