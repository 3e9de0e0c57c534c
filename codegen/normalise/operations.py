"""Operations as written to operations for the parser.

References are replaced by their targets, and what the parser cannot read of parameters and media types is simplified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from codegen.description.document import Document, join
from codegen.description.objects import METHODS
from codegen.naming.names import argument, class_name, numbered, operation_names, words
from codegen.normalise.markers import POINTER, TYPES, Schema
from codegen.normalise.schemas import SchemaReader
from codegen.normalise.steps import NULL, UNIONS, simplify

# OpenAPI 3.1, 4.8.12.1: parameters of these names are ignored; other parts of the description say the same.
# RFC 9112, 6: what the length is, the body says.
NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization", "content-length", "transfer-encoding"})
#: What HTTP lets a name be made of: RFC 9110, 5.6.2; of RFC 6265, 4.1.1 what parts a cookie from the next one.
HTTP_NAMES = {"header": r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", "cookie": r"[!#-+.-:<>-\[\]-~-]+"}
# RFC 9110, 5.5, and of RFC 6265, 4.1.1 the same as of names.
_HTTP_VALUES = {"header": r"([!-~]+([ \t]+[!-~]+)*)?", "cookie": r"[!#-:<-\[\]-~]*"}
# RFC 9110, 9.3.2, 15.3.5, 15.3.6 and 15.4.5: whatever is described, there is no body; nor is there for HEAD.
_BODILESS = frozenset({"204", "205", "304"})
_FORM = "application/x-www-form-urlencoded"
_ASKED_FOR = ("json", "text", "bytes", "form", "multipart")
_DEPTH = 8  # a schema may hold itself
_TEXT: Schema = {"type": "string"}
_BYTES: Schema = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, body or answer: as written, with references followed, and its schema for the parser."""

    key: str
    """The member of the component `RawOperation.types` that has this part's schema."""
    raw: dict[str, Any]
    schema: Schema
    media_type: str = ""
    name: str = ""
    """The Python name of a parameter, the status of an answer."""


@dataclass(frozen=True, slots=True)
class RawOperation:
    """An operation as written, with its parts; their types are not known yet."""

    pointer: str
    name: str
    method: str
    path: str
    raw: dict[str, Any]
    parameters: tuple[Part, ...]
    bodies: tuple[Part, ...]
    answers: tuple[Part, ...]
    is_body_required: bool
    types: str = ""
    """The component whose members have the schemas of the parts.

    The parser reads a component once, but copies an operation three times with all that it refers to.
    """

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return self.parameters + self.bodies + self.answers

    @property
    def tag(self) -> str:
        """Its first tag, or `default`."""
        return _tag(self.raw)


@dataclass
class OperationReader:
    """Normalises the operations of a description."""

    document: Document
    schemas: SchemaReader
    _shared_answers: dict[str, Part] = field(default_factory=dict)
    """Those in `components/responses`, by pointer."""

    def operations(self) -> Iterator[RawOperation]:
        """Every operation, still without the component of its types, see `with_types`."""
        written = list(self._written())
        keys = {at: (_tag(raw), raw.get("operationId"), method, path) for at, path, method, _, raw in written}
        names = operation_names(keys)
        for at, path, method, item, raw in written:
            yield self._operation(at, names[at], path, method, item, raw)

    def _written(self) -> Iterator[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
        """Pointer, path, method, the path item and the operation."""
        paths = (self.document.data.get("paths") or {}).items()
        for path, raw in ((path, raw or {}) for path, raw in paths if path.startswith("/")):  # others are extensions
            item = {**self.document.resolve(raw), **raw}
            for method in METHODS:
                if isinstance(operation := item.get(method), dict):
                    whole = {"servers": item.get("servers"), **operation}  # the operation's own win
                    yield join(join("#/paths", path), method), path, method, item, whole

    def _operation(
        self, at: str, name: str, path: str, method: str, item: dict[str, Any], raw: dict[str, Any]
    ) -> RawOperation:
        parameters = tuple(self._parameters(item, raw, at, name))
        body = self.document.resolve(raw.get("requestBody") or {})
        bodies = tuple(self._bodies(body, join(at, "requestBody"), name))
        answers = tuple(
            replace(answer, schema={}, media_type="") if method == "head" or answer.name in _BODILESS else answer
            for answer in self._answers(raw.get("responses") or {}, join(at, "responses"), name)
        )
        return RawOperation(at, name, method, path, raw, parameters, bodies, answers, bool(body.get("required")))

    def with_types(self, operation: RawOperation) -> RawOperation:
        """The operation with a component for the types of its parts."""
        schemas = {part.key: part.schema for part in operation.parts}
        name = class_name(["types", "of", *words(operation.name)])
        types = {"type": "object", "properties": schemas, TYPES: True}
        return replace(operation, types=self.schemas.components.register(name, types))

    # Parameters

    def _parameters(self, item: dict[str, Any], raw: dict[str, Any], at: str, name: str) -> Iterator[Part]:
        effective: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
        for owner, pointer in ((item, at.rpartition("/")[0]), (raw, at)):  # the operation's own win
            for position, reference in enumerate(owner.get("parameters") or ()):
                parameter = self.document.resolve(reference)
                where = reference["$ref"] if "$ref" in reference else join(join(pointer, "parameters"), str(position))
                effective[parameter["in"], parameter["name"]] = parameter, where
        taken = {"body"} if raw.get("requestBody") else set()
        for (location, wire), (parameter, where) in sorted(effective.items(), key=lambda entry: entry[0][0] != "path"):
            if not (location == "header" and wire.lower() in NOT_PARAMETERS):
                argument_name = _free_argument(wire, location, taken)
                taken.add(argument_name)
                yield self._parameter(parameter, where, name, argument_name)

    def _parameter(self, raw: dict[str, Any], pointer: str, operation: str, name: str) -> Part:
        schema, at, media_type = raw.get("schema"), join(pointer, "schema"), ""
        if schema is None:
            media_type, content = next(iter((raw.get("content") or {"": {}}).items()))
            schema, at = content.get("schema") or {}, _schema_of(pointer, media_type)
        is_shared = pointer.startswith("#/components/parameters/")
        owner = class_name(words(pointer)[1:] if is_shared else [*words(operation), *words(raw["name"])])
        normalised = self.schemas.promote(schema, at, owner, "")
        return Part(f"{raw['in']} {raw['name']}", raw, normalised, media_type, name)

    # Bodies and answers

    def _bodies(self, raw: dict[str, Any], pointer: str, operation: str) -> Iterator[Part]:
        for position, (media_type, value) in enumerate((raw.get("content") or {}).items()):
            schema = self._schema(media_type, value)
            suffix = "request" if position == 0 else f"{media_kind(media_type)} request"
            at, owner = _schema_of(pointer, media_type), class_name(words(operation))
            normalised = self.schemas.promote({} if schema is None else schema, at, owner, suffix)
            yield Part(f"body {media_type}", value or {}, normalised, media_type)

    def _answers(self, raw: dict[str, Any], pointer: str, operation: str) -> Iterator[Part]:
        """One for each status; specific ones first, since they take precedence (OpenAPI 3.1, 4.8.16)."""
        usual = min((str(status) for status in raw if str(status).startswith("2")), key=_precedence, default="")
        for status in sorted(raw, key=_precedence):
            if re.fullmatch(r"[1-9](\d\d|[xX]{2})|default", str(status)) and isinstance(raw[status], dict):
                suffix = "response" if status == usual else f"response {status}"
                answer = self._answer(raw[status], join(pointer, str(status)), operation, suffix)
                written = str(status).replace("x", "X")
                yield replace(answer, key=f"answer {written}", name=written)

    def _answer(self, raw: dict[str, Any], pointer: str, owner: str, suffix: str) -> Part:
        """An answer in the one media type that the client asks for; a class of it is named after owner and suffix."""
        if (target := raw.get("$ref")) is not None:
            return self._shared_answer(raw, target)
        content = raw.get("content") or {}
        media_type = answer_type(content)
        schema = self._schema(media_type, content.get(media_type)) if media_type else None
        is_read = schema is _BYTES or (schema is not None and media_kind(media_type) == "json")
        at, parent = _schema_of(pointer, media_type), class_name(words(owner))
        normalised = self.schemas.promote(schema, at, parent, suffix) if is_read else {}
        headers = {name: self._header(header) for name, header in (raw.get("headers") or {}).items()}
        return Part("", {**raw, "headers": headers}, normalised, media_type)

    def _shared_answer(self, reference: dict[str, Any], target: str) -> Part:
        if target not in self._shared_answers:
            owner = words(target)[-1]
            suffix = "" if owner.lower().endswith("response") else "response"
            self._shared_answers[target] = self._answer(self.document.resolve(reference), target, owner, suffix)
        return self._shared_answers[target]

    def _schema(self, media_type: str, raw: dict[str, Any] | None) -> Any:
        """The schema of a body; that of a string or of a file where the client does not look into the body."""
        schema, kind = (raw or {}).get("schema"), media_kind(media_type)
        if kind == "bytes" or self._is_binary(schema):
            return _BYTES
        return _TEXT if kind == "text" else schema

    def _is_binary(self, schema: Any, depth: int = 0) -> bool:
        """Whether a value is a file by its schema, apart from null."""
        whole = simplify(self.document.resolve(schema))
        variants = [variant for keyword in ("allOf", *UNIONS) for variant in whole.get(keyword) or ()]
        if variants := [variant for variant in variants if variant != NULL]:
            return depth < _DEPTH and all(self._is_binary(variant, depth + 1) for variant in variants)
        return whole.get("type") == "string" and whole.get("format") == "binary"

    def _header(self, reference: Any) -> dict[str, Any]:
        header = self.document.resolve(reference)
        schema = self.document.resolve(header.get("schema") or {})
        return {**header, "schema": schema if isinstance(schema, dict) else {}}


def _tag(raw: dict[str, Any]) -> str:
    return str((raw.get("tags") or ["default"])[0])


def _free_argument(wire: str, location: str, taken: set[str]) -> str:
    """The Python name of a parameter; where it is in use, with the location, then with numbers."""
    name = argument(wire)
    if name not in taken:
        return name
    return next(free for free in numbered(argument(f"{name}_{location}")) if free not in taken)


def _schema_of(pointer: str, media_type: str) -> str:
    """Where the schema stands in a `content`."""
    return join(join(join(pointer, "content"), media_type), "schema")


def _precedence(status: str) -> tuple[bool, bool, str]:
    return status == "default", status.upper().endswith("XX"), status


def stubs(operations: Iterable[RawOperation]) -> dict[str, dict[str, Any]]:
    """The `paths` for the parser, which checks path and parameters; the types are read with the components."""
    paths: dict[str, dict[str, Any]] = {}
    for number, operation in enumerate(operations):
        paths.setdefault(_parser_path(operation.path), {})[operation.method] = _stub(operation, number)
    return paths


def _stub(operation: RawOperation, number: int) -> dict[str, Any]:
    in_path = [part for part in operation.parameters if part.raw["in"] == "path"]
    return {
        "operationId": f"operation_{number}",
        "parameters": [{"name": _ascii(part.name), "in": "path", "required": True, "schema": {}} for part in in_path],
        "responses": {"default": {"description": ""}},
        POINTER: operation.pointer,
    }


def _parser_path(path: str) -> str:
    """The path with parameter names that the parser finds."""
    return re.sub(r"{([^}]*)}", lambda match: "{" + _ascii(argument(match[1])) + "}", path)


def media_kind(media_type: str) -> str:
    """How a body of this media type is handled; a wildcard is JSON, as it is in most descriptions that use one."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence in ("application/json", "*/*", "application/*", "") or essence.endswith(("+json", "/json")):
        return "json"
    if essence == _FORM:
        return "form"
    if essence.startswith("multipart/"):
        return "multipart"
    return "text" if essence.startswith("text/") or essence.endswith(("xml", "yaml", "/graphql")) else "bytes"


def is_carried(place: str, name: str, value: object) -> bool:
    """Whether HTTP carries that value under that name; in a path or a query, anything."""
    if place not in HTTP_NAMES:
        return True
    return bool(re.fullmatch(HTTP_NAMES[place], name) and re.fullmatch(_HTTP_VALUES[place], str(value)))


def answer_type(content: Iterable[str]) -> str:
    """The one media type of an answer that the client asks for."""
    return min(content, key=lambda media_type: _ASKED_FOR.index(media_kind(media_type)), default="")


def _ascii(name: str) -> str:
    """The parser finds only such names in a path."""
    return name if name.isascii() else "p_" + "_".join(f"{ord(letter):x}" for letter in name)
