"""Whether the description conforms to the schemas that OpenAPI publishes for itself, in words for people.

The schemas are openapi-spec-validator's. They are evaluated in Rust: 209 operations take 4 ms, and 1.7 s in Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema_rs import ValidationError, ValidationErrorKind as Kind

from codegen.checks.defects import Defect, defect, left_out
from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join, pointer_of
from codegen.description.schemas import listed_types
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean, nearest
from codegen.report.text import quoted

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Unknown fields are reported by check `unsupported`, patterns by `values`, and keys of the wrong form here.
_REPORTED_ELSEWHERE = (Kind.AdditionalProperties, Kind.UnevaluatedProperties, Kind.PropertyNames, Kind.Format)
#: What no request line has.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
#: The form of keys in maps, by object and field (OpenAPI 3.1, 4.8.8 and 4.8.16; 3.2, 4.8.9), and of components' names
#: (4.8.7). A method is a token (RFC 9110, 9.1).
_KEYS = {
    "openapi": {"paths": r"/[^\x00-\x1f\x7f]*"},
    "operation": {"responses": "[1-5](?:[0-9]{2}|XX)|default"},
    "path-item": {"additionalOperations": r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"},
}
_COMPONENT_NAME = r"[a-zA-Z0-9._-]+"
#: Keywords whose value is true or false in OpenAPI 3.0 only, with a hint.
_OUTDATED = {
    "nullable": "",
    "exclusiveMinimum": "write the bound itself, and no `minimum`",
    "exclusiveMaximum": "write the bound itself, and no `maximum`",
}
_CHOICES = (Kind.AnyOf, Kind.OneOfNotValid)
#: Too much of what can be read: both `example` and `examples`, two media types of a parameter.
_HARMLESS = (Kind.Not, Kind.OneOfMultipleValid, Kind.MaxProperties)
_JSON_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
#: Of an operation that describes no response, so that every success is one.
_ANY_SUCCESS = {"2XX": {"description": ""}}
#: What is read in place of a required field that is missing.
_DEFAULTS = {
    "info": {"title": "Untitled", "version": "0"},
    "title": "Untitled",
    "version": "0",
    "paths": {},
    "description": "",
    "responses": _ANY_SUCCESS,
    "schema": {},
}


def unreadable(document: Document) -> Iterator[Diagnostic]:
    """Report what is no description of OpenAPI 3; then no other check makes sense."""
    version = document.data.get("openapi", document.data.get("swagger"))
    if not re.match(r"3(\.|$)", str(version)):
        actual = "`openapi: 3.1.0` is missing" if version is None else f"this is {quoted(version)}"
        pointer = "#/openapi" if "openapi" in document.data else "#/swagger"
        message, hint = f"OpenAPI 3.0, 3.1 and 3.2 are supported; {actual}", "" if version is None else "convert it"
        yield document.diagnostic(pointer, "no-openapi", message, hint=hint)


def version_defects(document: Document, _: list[Node]) -> Iterator[Defect]:
    """A version that is not written in full, or not known yet."""
    version = document.data["openapi"]
    if not isinstance(version, str) or not re.fullmatch(r"3\.[012]\.\d+(-.+)?", version):
        known = re.match(r"3\.[012](?!\d)", str(version))
        readable = f"{known[0] if known else '3.2'}.0"
        message, hint = f"{quoted(version)} is no version of OpenAPI", "write it in full and in quotes"
        edits, instead = {"#/openapi": readable}, f"it is read as {readable}"
        yield defect(document, "#/openapi", "not-openapi", message, hint=hint, edits=edits, instead=instead)


def key_defects(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Keys that a map may not have. The schemas report them too, but also if only the value is wrong."""
    for node in objects:
        patterns = _KEYS.get(node.kind, {})
        for name in node.data if node.kind == "components" else patterns:
            for key in as_mapping(node.data.get(name)):
                is_extension = key.startswith("x-") and name != "additionalOperations"
                if not (re.fullmatch(patterns.get(name, _COMPONENT_NAME), key) or is_extension):
                    yield _malformed_key(document, node, name, key)


def _malformed_key(document: Document, node: Node, name: str, key: str) -> Defect:
    pointer, message = join(node.pointer, name, key), f"{quoted(key)} is not allowed as a key of `{name}`"
    if node.kind == "components":  # a name like any other to us
        return defect(document, pointer, "not-openapi", message, edits={}, instead="")
    if not (meant := _meant(name, key)) or meant in node.data[name]:
        return defect(document, pointer, "not-openapi", message)
    edits, hint = {**left_out(pointer), join(node.pointer, name, meant): node.data[name][key]}, f"write {meant}"
    return defect(document, pointer, "not-openapi", message, hint=hint, edits=edits, instead=f"it is read as {meant}")


def _meant(name: str, key: str) -> str:
    """The path or status that a malformed key stands for: `204 NO_CONTENT`, `5xx`, `pets/{id}`; empty if unclear."""
    if name == "paths":
        path = _CONTROLS.sub(lambda match: quote(match[0]), key)
        return path if path.startswith("/") or not path else f"/{path}"
    if name == "additionalOperations":
        return ""
    status = re.match(r"([1-5](?:[0-9]{2}|[xX]{2}))(?![0-9A-Za-z])", key)
    return status[1].upper() if status else ""


def schema_defects(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Each part that does not conform to the schema that OpenAPI publishes for itself."""
    version = document.data["openapi"][:3]
    for error in _validator(version).iter_errors(document.data):
        for cause in _causes(error):
            if not (_is_reported_elsewhere(cause) or (document.is_ours and _is_misspelt(cause, objects))):
                yield _nonconforming(document, cause, error)


def _is_reported_elsewhere(cause: ValidationError) -> bool:
    """Whether another check reports an error, or the same one another error at its place."""
    is_echo = isinstance(cause.kind, Kind.Not) and not isinstance(cause.instance, dict)
    return is_echo or isinstance(cause.kind, _REPORTED_ELSEWHERE) or _is_of_other_version(cause)


def _is_misspelt(cause: ValidationError, objects: list[Node]) -> bool:
    """Whether a field is missing only since its name is misspelt, which check `unsupported` reports."""
    if not isinstance(cause.kind, Kind.Required):
        return False
    owners = (node for node in objects if node.pointer == pointer_of(cause.instance_path))
    unknown = ((name, node.fields) for node in owners for name in node.data if name not in node.fields)
    meant = {nearest(name, [*fields, "$ref"]) for name, fields in unknown if not name.startswith("x-")}
    return not meant.isdisjoint({cause.kind.property, "$ref"})


def _nonconforming(document: Document, cause: ValidationError, error: ValidationError) -> Defect:
    pointer = pointer_of(cause.instance_path)
    if match := _tight_colon(cause):
        return _without_space(document, pointer, match)
    message, hint = _explain(cause, error)
    if isinstance(cause.kind, Kind.Required | Kind.MinProperties) and (added := _default(pointer, cause)):
        return defect(document, pointer, "not-openapi", message, hint=hint, edits=added, instead="")
    if isinstance(cause.kind, Kind.UniqueItems):
        edits = {pointer: _unique(cause.instance)}
        return defect(document, pointer, "not-openapi", message, hint=hint, edits=edits, instead="")
    if isinstance(cause.kind, Kind.Type) and (coerced := _coerced(cause)) is not None:
        instead = f"it is read as {quoted(coerced)}"
        return defect(document, pointer, "not-openapi", message, hint=hint, edits={pointer: coerced}, instead=instead)
    if isinstance(cause.kind, _HARMLESS):
        return defect(document, pointer, "not-openapi", message, hint=hint, edits={}, instead="")
    owner, _, name = pointer.rpartition("/")
    if name == "$ref":  # at a place without references
        with suppress(LookupError):
            target, instead = document.resolve(document.at(owner)), "its target is read in its place"
            edits = {owner: target} if "$ref" not in target else left_out(pointer)
            return defect(document, pointer, "not-openapi", message, hint=hint, edits=edits, instead=instead)
    return defect(document, pointer, "not-openapi", message, hint=hint)


def _tight_colon(cause: ValidationError) -> re.Match[str] | None:
    """A text in place of an object, which would be one with a space: `type:string`."""
    if not isinstance(cause.kind, Kind.Type) or "object" not in cause.kind.types or not isinstance(cause.instance, str):
        return None
    return re.fullmatch(r"([\w$-]+):(?!//)(\S.*)", cause.instance)


def _without_space(document: Document, pointer: str, match: re.Match[str]) -> Defect:
    meant = {match[1]: match[2].strip("'\"")}
    message, instead = "there is no space after this colon", f"it is read as `{match[1]}: {match[2]}`"
    found = defect(document, pointer, "yaml-space", message, hint="write one", edits={pointer: meant}, instead=instead)
    return found._replace(diagnostic=document.within(found.diagnostic, match.end(1) + 1))


def _unique(items: Any) -> list[Any]:
    return [item for index, item in enumerate(items) if item not in items[:index]]


def _default(pointer: str, cause: ValidationError) -> dict[str, Any]:
    """What is read where a required field is missing; nothing where the object is of no use without it."""
    if pointer.endswith("/responses"):
        return {pointer: _ANY_SUCCESS}
    name = getattr(cause.kind, "property", "")
    return {join(pointer, name): _DEFAULTS[name]} if name in _DEFAULTS else {}


def _coerced(cause: ValidationError) -> Any:
    """A scalar of another type than it has to be, as one that is: `version: 1.0`, `maxLength: "5"`; else None."""
    types, value = getattr(cause.kind, "types", ()), cause.instance
    if "string" in types and isinstance(value, int | float) and str(cause.instance_path[-1])[:1] != "$":
        return json.dumps(value)
    if not isinstance(value, str):
        return None
    if "boolean" in types and value in ("true", "false"):
        return value == "true"
    return int(value) if {"integer", "number"} & {*types} and re.fullmatch("-?[0-9]{1,15}", value) else None


def check(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report keywords in the form of another version of OpenAPI. They are understood here, but not by every reader."""
    for node in objects:
        if node.kind == "schema" and not document.is_3_0:
            yield from _outdated_keywords(document, node)
        elif node.kind == "schema":
            yield from _later_keywords(document, node)


def _later_keywords(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report OpenAPI 3.1's forms in 3.0."""
    kind = schema.data.get("type")
    if kind == "null" or isinstance(kind, list):
        message, hint = f"`type: {quoted(kind)}` is OpenAPI 3.1", "write `nullable: true` for null"
        yield document.diagnostic(join(schema.pointer, "type"), "other-version", message, hint=hint)
    for name in ("exclusiveMinimum", "exclusiveMaximum"):
        if isinstance(value := schema.data.get(name), int | float) and not isinstance(value, bool):
            message, bound = f"`{name}: {value}` is OpenAPI 3.1", name.removeprefix("exclusive").lower()
            hint = f"write `{bound}: {value}` and `{name}: true`"
            yield document.diagnostic(join(schema.pointer, name), "other-version", message, hint=hint)


def _outdated_keywords(document: Document, schema: Node) -> Iterator[Diagnostic]:
    """Report OpenAPI 3.0's forms in 3.1. They are understood here, but not by every reader of 3.1."""
    for name, instead in _OUTDATED.items():
        if isinstance(value := schema.data.get(name), bool):
            message = f"`{name}: {quoted(value)}` is OpenAPI 3.0"
            hint = instead or _instead_of_nullable(schema.data)
            yield document.diagnostic(join(schema.pointer, name), "other-version", message, hint=hint)


def _instead_of_nullable(schema: dict[str, Any]) -> str:
    """How OpenAPI 3.1 expresses `nullable`; ready to be pasted, where the type is known."""
    types = listed_types(schema)
    if schema["nullable"] is False:
        return "leave it out"
    if not types:
        return "write `anyOf:` with this and `{type: 'null'}` in it"
    return f"write `type: [{', '.join(map(str, types))}, 'null']`"


def _is_of_other_version(error: ValidationError) -> bool:
    """Whether `check` reports it: a keyword in its form of OpenAPI 3.0 in 3.1, or the other way round."""
    name, value = error.instance_path[-1] if error.instance_path else "", error.instance
    if name == "type" and "string" in getattr(error.kind, "types", ("string",)):  # of a schema, not a key of that name
        types = value if isinstance(value, list) else [value]
        return bool(types) and all(isinstance(kind, str) and kind in _JSON_TYPES for kind in types)
    return name in _OUTDATED and isinstance(value, bool | int | float)


@cache  # for `make watch`: to build it takes as long as to evaluate it
def _validator(version: str) -> jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator:
    if version == "3.0":
        return jsonschema_rs.Draft4Validator(_schema("v3.0"))
    return _validator_since_3_1(f"v{version}")


def _validator_since_3_1(version: str) -> jsonschema_rs.Draft202012Validator:
    """OpenAPI's schema, with JSON Schema's own for Schema Objects, which it leaves open (OpenAPI 3.1, 4.8.24)."""
    schema = _schema(version)
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
    """A file of openapi-spec-validator, which is not imported: that takes longer than all checks together."""
    package = find_spec("openapi_spec_validator")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "resources" / "schemas" / version / "schema.json"
    return json.loads(file.read_bytes())


def _causes(error: ValidationError) -> list[ValidationError]:
    """The errors of the alternative that was meant, where none of several schemas matches: the one with the deepest."""
    if not isinstance(error.kind, _CHOICES):
        return [error]
    branches = [[cause for inner in branch for cause in _causes(inner)] for branch in error.kind.context]
    return max((branch for branch in branches if branch), key=lambda branch: max(map(_depth, branch)), default=[error])


def _depth(cause: ValidationError) -> tuple[int, bool, bool]:
    """How much an error says of what was meant."""
    return len(cause.instance_path), not _is_about_ref(cause), not isinstance(cause.kind, _REPORTED_ELSEWHERE)


def _is_about_ref(error: ValidationError) -> bool:
    """Whether only a `$ref` is missing: of an object that may also be a reference, that is never the cause."""
    return isinstance(error.kind, Kind.Required) and error.kind.property == "$ref"


def _explain(cause: ValidationError, error: ValidationError) -> tuple[str, str]:
    """Message and hint for the cause of an error."""
    kind, value = cause.kind, quoted(cause.instance)
    if isinstance(kind, Kind.Enum) and (options := _options(error, cause.instance_path)):
        return f"{value} is not one of {', '.join(options)}", did_you_mean(str(cause.instance), options)
    if isinstance(kind, Kind.Type):
        is_unquoted = "string" in kind.types and isinstance(cause.instance, int | float)
        return f"{value} is not of type {' or '.join(kind.types)}", "quote it" if is_unquoted else ""
    if isinstance(kind, Kind.Required | Kind.MinProperties) and cause.instance_path[-1:] == ["responses"]:
        return "an operation needs at least one response", ""
    if isinstance(kind, Kind.Required):
        return f"`{kind.property}` is missing", ""
    return cause.message if len(cause.message) < 200 else f"this does not conform ({kind.name})", ""


def _options(error: ValidationError, path: list[str | int]) -> list[str]:
    """The values that any of the alternative schemas allows at a place."""
    if isinstance(error.kind, Kind.Enum) and error.instance_path == path:
        return [str(option) for option in error.kind.options]
    inner_errors = [inner for branch in getattr(error.kind, "context", ()) for inner in branch]
    return list(dict.fromkeys(option for inner in inner_errors for option in _options(inner, path)))
