"""Whether the description fits the schemas that OpenAPI publishes for itself, told in words for people.

The schemas are openapi-spec-validator's. Rust runs them, since Python takes 1.7 s for 209 operations, and Rust 4 ms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationError, ValidationErrorKind as Kind

from codegen.description.document import Document
from codegen.description.objects import Node
from codegen.description.pointers import join, pointer_of
from codegen.report.diagnostics import Diagnostic

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Unknown fields are found with a suggestion in coverage.py, keys of the wrong form below, patterns in samples.py.
_LEFT_OUT = (Kind.AdditionalProperties, Kind.UnevaluatedProperties, Kind.PropertyNames, Kind.Format)
#: What the keys of a map look like (OpenAPI 3.1, 4.8.7, 4.8.8 and 4.8.16).
_NAME = r"[a-zA-Z0-9._-]+"
_KEYS = {("openapi", "paths"): "/.*", ("operation", "responses"): "[1-5](?:[0-9]{2}|XX)|default"}
_OUTDATED = {
    "nullable": "",
    "exclusiveMinimum": "write the bound itself, and no `minimum`",
    "exclusiveMaximum": "write the bound itself, and no `maximum`",
}
_CHOICES = (Kind.AnyOf, Kind.OneOfNotValid)


def check_version(document: Document) -> Iterator[Diagnostic]:
    """A finding if this is no OpenAPI of ours; then no other check makes sense."""
    version = document.data.get("openapi", document.data.get("swagger"))
    if not isinstance(version, str) or not re.fullmatch(r"3\.[01]\.\d+(-.+)?", version):
        given = "`openapi: 3.1.0` is missing" if version is None else f"this is {_shown(version)}"
        hint = "" if version is None else "convert it, or write the version in full and in quotes"
        pointer = "#/openapi" if "openapi" in document.data else "#/swagger"
        yield document.diagnostic(pointer, "not-openapi", f"OpenAPI 3.0 and 3.1 can be read; {given}", hint=hint)


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A finding for each part that is not as OpenAPI wants it."""
    older = document.data["openapi"].startswith("3.0.")
    for part in parts:
        yield from _misnamed(document, part)
        if part.kind == "schema" and not older:
            yield from _outdated(document, part)
    validator = _validator_3_0() if older else _validator_3_1()
    for error in validator.iter_errors(document.data):
        if not isinstance((leaf := _leaf(error)).kind, _LEFT_OUT) and (older or not _is_flag(leaf)):
            pointer, message, hint = _told(leaf, error)
            yield document.diagnostic(pointer, "not-openapi", message, hint=hint)


def _outdated(document: Document, part: Node) -> Iterator[Diagnostic]:
    """What OpenAPI 3.0 says in another way. It is understood here, but not by every reader of 3.1."""
    for name, instead in _OUTDATED.items():
        if isinstance(part.data.get(name), bool):
            message = f"`{name}: {_shown(part.data[name])}` is OpenAPI 3.0"
            hint = _nullable(part.data) if name == "nullable" else instead
            yield document.diagnostic(join(part.pointer, name), "other-version", message, hint=hint)


def _nullable(schema: dict[str, Any]) -> str:
    """How OpenAPI 3.1 says it, to be pasted where that can be known."""
    kinds = schema.get("type")
    if schema["nullable"] is False:
        return "leave it out"
    if kinds is None:
        return "write `anyOf:` with this and `{type: 'null'}` in it"
    listed = kinds if isinstance(kinds, list) else [kinds]
    return f"write `type: [{', '.join(map(str, listed))}, 'null']`"


def _is_flag(error: ValidationError) -> bool:
    return isinstance(error.instance, bool) and error.instance_path[-1:] in [[name] for name in _OUTDATED]


def _misnamed(document: Document, part: Node) -> Iterator[Diagnostic]:
    """Keys of maps that have a form to keep. The schemas say so too, but of a map's wrong content as well."""
    for name, value in part.data.items():
        pattern = _KEYS.get((part.kind, name), _NAME if part.kind == "components" else None)
        if pattern is None or not isinstance(value, dict):
            continue
        for key in value:
            if not re.fullmatch(pattern, key) and not key.startswith("x-"):
                pointer = join(join(part.pointer, name), key)
                yield document.diagnostic(pointer, "not-openapi", f"{_shown(key)} cannot stand in `{name}`")


def _validator_3_0() -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(_schema("v3.0"))


def _validator_3_1() -> jsonschema_rs.Draft202012Validator:
    """OpenAPI's schema leaves open what a Schema Object is; JSON Schema's own fills the gap (OpenAPI 3.1, 4.8.24)."""
    schema = _schema("v3.1")
    text = {"type": "string"}
    discriminator = {
        "type": "object",
        "required": ["propertyName"],
        "properties": {"propertyName": text, "mapping": {"type": "object", "additionalProperties": text}},
    }
    meta = {"$dynamicAnchor": "meta", "$ref": _DIALECT, "properties": {"discriminator": discriminator, "$ref": text}}
    whole = {"$schema": _DIALECT, "$id": "urn:openapi", "$ref": schema["$id"], "$defs": {"schema": meta}}
    return jsonschema_rs.Draft202012Validator(whole, registry=jsonschema_rs.Registry([(schema["$id"], schema)]))


def _schema(version: str) -> Any:
    """A file of openapi-spec-validator, without its import, which takes longer than all checks together."""
    package = find_spec("openapi_spec_validator")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "resources" / "schemas" / version / "schema.json"
    return json.loads(file.read_bytes())


def _leaf(error: ValidationError) -> ValidationError:
    """What is really wrong where none of several schemas fits: the fault that lies deepest."""
    if not isinstance(error.kind, _CHOICES):
        return error
    leaves = [_leaf(inner) for branch in error.kind.context for inner in branch]
    return max(leaves, key=lambda leaf: (len(leaf.instance_path), not _is_about_ref(leaf)), default=error)


def _is_about_ref(error: ValidationError) -> bool:
    """An object in place of a reference is the rule; that it lacks a `$ref` is never its fault."""
    return isinstance(error.kind, Kind.Required) and error.kind.property == "$ref"


def _told(leaf: ValidationError, error: ValidationError) -> tuple[str, str, str]:
    """Pointer, message and hint."""
    pointer = pointer_of(leaf.instance_path)
    options = _options(error, leaf.instance_path)
    if isinstance(leaf.kind, Kind.Enum) and options:
        return pointer, f"{_shown(leaf.instance)} is not one of {', '.join(options)}", ""
    if isinstance(leaf.kind, Kind.Type):
        hint = "put it in quotes" if "string" in leaf.kind.types and isinstance(leaf.instance, int | float) else ""
        return pointer, f"{_shown(leaf.instance)} is not of type {' or '.join(leaf.kind.types)}", hint
    if isinstance(leaf.kind, Kind.Required | Kind.MinProperties) and leaf.instance_path[-1:] == ["responses"]:
        return pointer, "an operation declares at least one answer", ""
    if isinstance(leaf.kind, Kind.Required):
        return pointer, f"`{leaf.kind.property}` is missing", ""
    return pointer, leaf.message if len(leaf.message) < 200 else f"this does not fit ({leaf.kind.name})", ""


def _options(error: ValidationError, path: list[str | int]) -> list[str]:
    """The values allowed at a place by any of the schemas that could apply."""
    if isinstance(error.kind, Kind.Enum) and error.instance_path == path:
        return [str(option) for option in error.kind.options]
    found = [inner for branch in getattr(error.kind, "context", ()) for inner in branch]
    return list(dict.fromkeys(option for inner in found for option in _options(inner, path)))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
