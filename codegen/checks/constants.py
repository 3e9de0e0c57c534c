"""Values of `enum` and `const`: of another type, twice, or none at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from codegen.description.document import Document, as_list
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import listed_types
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

_CODE = "enum-mismatch"
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report constants that no value can be equal to, and enumerations that say something twice."""
    for node in nodes:
        if node.kind == "schema" and ("enum" in node.data or "const" in node.data):
            yield from _of_other_types(document, node)
            yield from _contradicting(document, node)


def _of_other_types(document: Document, schema: Node) -> Iterator[Diagnostic]:
    types = [name for name in map(str, listed_types(schema.data)) if name in _TYPES]
    for place, value in _constants(schema) if types else ():
        if any(is_of_type(value, name) for name in types) or (value is None and schema.data.get("nullable") is True):
            continue
        hint = ""
        if value is None:
            hint = "write `nullable: true`" if document.is_3_0 else f"write `type: [{', '.join(types)}, 'null']`"
            hint += " if null is allowed; else leave it out"
        message = f"{as_json(value):.60} is not of type {' or '.join(types)}"
        yield document.diagnostic(f"{schema.pointer}/{place}", _CODE, message, hint=hint)


def _contradicting(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report an empty enumeration, a value that is in it twice, and a `const` that it does not have."""
    listed = schema.data.get("enum")
    if listed == []:
        message, hint = "an empty `enum` excludes every value, so the client does without it", "list a value"
        yield document.diagnostic(join(schema.pointer, "enum"), _CODE, message, hint=hint)
    seen = set[str]()
    for index, value in enumerate(as_list(listed)):
        if (text := as_json(value)) in seen:
            pointer, message = join(schema.pointer, "enum", str(index)), f"{text:.60} is listed twice"
            yield document.diagnostic(pointer, _CODE, message, hint="leave it out")
        seen.add(text)
    if listed and "const" in schema.data and as_json(schema.data["const"]) not in seen:
        message = f"no value matches: `enum` does not have {as_json(schema.data['const']):.60}"
        hint = did_you_mean(str(schema.data["const"]), map(str, as_list(listed))) or "leave one of them out"
        yield document.diagnostic(join(schema.pointer, "const"), _CODE, message, hint=hint)


def _constants(schema: Node) -> Iterator[tuple[str, Any]]:
    yield from ((f"enum/{index}", value) for index, value in enumerate(as_list(schema.data.get("enum"))))
    if "const" in schema.data:
        yield "const", schema.data["const"]


def is_of_type(value: Any, name: str) -> bool:
    """In the sense of JSON Schema: 1.0 is an integer, and true is no number."""
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def as_json(value: Any) -> str:
    """The value as JSON, in which 1.0 is 1."""
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
