"""Operations as written to operations whose references are followed and whose schemas are normalised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from codegen.description.document import Document
from codegen.description.http import BODILESS, IGNORED_HEADERS, answer_type, media_kind
from codegen.description.numbers import Numbers
from codegen.description.operations import Operation, Parameter, operations, parameters_of, request_path, tag_of
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, MAX_DEPTH
from codegen.naming.names import argument, class_name, operation_names, words
from codegen.normalise.markers import TYPES, Schema
from codegen.normalise.schemas import SchemaReader
from codegen.normalise.steps import NULL, has_no_class, simplify

_TEXT: Schema = {"type": "string"}
_BYTES: Schema = {"type": "string", "format": "binary"}


class Part(NamedTuple):
    """A parameter, body or answer: as written, with references followed, and its schema for the parser."""

    key: str
    """The member of the component `RawOperation.types` that has this part's schema."""
    raw: dict[str, Any]
    schema: Schema
    pointer: str
    """Where the schema stands in the description as written."""
    media_type: str = ""
    name: str = ""
    """The Python name of a parameter, the status of an answer."""


class RawOperation(NamedTuple):
    """An operation as written, with its parts."""

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
    """The component whose members have the schemas of the parts: the parser is given components only."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return self.parameters + self.bodies + self.answers

    @property
    def tag(self) -> str:
        """Its first tag, or `default`."""
        return tag_of(self.raw)


@dataclass
class OperationReader:
    """Normalises the operations of a description."""

    document: Document
    schemas: SchemaReader
    _shared_answers: dict[str, Part] = field(default_factory=dict)
    """Those in `components/responses`, by pointer."""

    def operations(self) -> Iterator[RawOperation]:
        """Every operation, still without the component of its types, see `with_types`."""
        written = list(operations(self.document))
        names = operation_names(written)
        for operation in written:
            yield self._operation(operation, names[operation.pointer])

    def _operation(self, operation: Operation, name: str) -> RawOperation:
        at, path, method = operation.pointer, request_path(self.document, operation), operation.method
        raw = {"servers": operation.item.get("servers"), **operation.data}  # the operation's own win
        parameters = tuple(self._parameters(operation, name))
        body = self.document.resolve(raw.get("requestBody") or {})
        bodies = tuple(self._bodies(body, join(at, "requestBody"), name))
        answers = tuple(
            answer._replace(schema={}, media_type="") if method == "head" or answer.name in BODILESS else answer
            for answer in self._answers(raw.get("responses") or {}, join(at, "responses"), name)
        )
        return RawOperation(at, name, method, path, raw, parameters, bodies, answers, bool(body.get("required")))

    def with_types(self, operation: RawOperation) -> RawOperation:
        """The operation with a component for the types of its parts."""
        schemas = {part.key: part.schema for part in operation.parts}
        name = class_name(["types", "of", *words(operation.name)])
        types = {"type": "object", "properties": schemas, TYPES: True}
        return operation._replace(types=self.schemas.components.register(name, types))

    # Parameters

    def _parameters(self, operation: Operation, name: str) -> Iterator[Part]:
        effective = parameters_of(self.document, operation)
        numbers = Numbers({"body"} if operation.data.get("requestBody") else set())
        for parameter in sorted(effective, key=lambda parameter: parameter.location != "path"):
            if not (parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS):
                argument_name = _free_argument(parameter.name, parameter.location, numbers)
                yield self._parameter(parameter, name, argument_name)

    def _parameter(self, parameter: Parameter, operation: str, name: str) -> Part:
        raw, pointer = parameter.data, parameter.definition
        schema, at, media_type = raw.get("schema"), join(pointer, "schema"), ""
        if schema is None:
            media_type, content = next(iter((raw.get("content") or {"": {}}).items()))
            content, place = self.document.follow(content, join(pointer, "content", media_type))
            schema, at = content.get("schema") or {}, join(place, "schema")
        is_shared = pointer.startswith("#/components/parameters/")
        owner = words(pointer)[1:] if is_shared else [*words(operation), *words(raw["name"])]
        normalised = self._promoted(schema, at, owner)
        return Part(f"{raw['in']} {raw['name']}", raw, normalised, at, media_type, name)

    # Bodies and answers

    def _bodies(self, raw: dict[str, Any], pointer: str, operation: str) -> Iterator[Part]:
        for position, (media_type, written) in enumerate((raw.get("content") or {}).items()):
            value, place = self.document.follow(written, join(pointer, "content", media_type))
            schema = self._schema(media_type, value)
            suffix = "request" if position == 0 else f"{media_kind(media_type)} request"
            at = join(place, "schema")
            normalised = self._promoted({} if schema is None else schema, at, words(operation), suffix)
            yield Part(f"body {media_type}", value or {}, normalised, at, media_type)

    def _answers(self, raw: dict[str, Any], pointer: str, operation: str) -> Iterator[Part]:
        """One for each status; specific ones first, since they take precedence (OpenAPI 3.1, 4.8.16)."""
        usual = min((str(status) for status in raw if str(status).startswith("2")), key=_precedence, default="")
        for status in sorted(raw, key=_precedence):
            if re.fullmatch(r"[1-9](\d\d|[xX]{2})|default", str(status)) and isinstance(raw[status], dict):
                suffix = "response" if status == usual else f"response {status}"
                answer = self._answer(raw[status], join(pointer, str(status)), operation, suffix)
                written = str(status).replace("x", "X")
                yield answer._replace(key=f"answer {written}", name=written)

    def _answer(self, raw: dict[str, Any], pointer: str, owner: str, suffix: str) -> Part:
        """An answer in the one media type that the client asks for; a class of it is named after owner and suffix."""
        if (target := raw.get("$ref")) is not None:
            return self._shared_answer(raw, target)
        content = raw.get("content") or {}
        media_type = answer_type(content)
        value, place = self.document.follow(content.get(media_type), join(pointer, "content", media_type))
        schema = self._schema(media_type, value) if media_type else None
        is_read = schema is _BYTES or (schema is not None and media_kind(media_type) == "json")
        at = join(place, "schema")
        normalised = self._promoted(schema, at, words(owner), suffix) if is_read else {}
        headers = {name: self._header(header) for name, header in (raw.get("headers") or {}).items()}
        return Part("", {**raw, "headers": headers}, normalised, at, media_type)

    def _shared_answer(self, reference: dict[str, Any], target: str) -> Part:
        if target not in self._shared_answers:
            owner = words(target)[-1]
            suffix = "" if owner.lower().endswith("response") else "response"
            self._shared_answers[target] = self._answer(self.document.resolve(reference), target, owner, suffix)
        return self._shared_answers[target]

    def _promoted(self, schema: Any, pointer: str, owner: list[str], part: str = "") -> Schema:
        """The schema normalised; a class in it is named after these words, if there is one."""
        parent = "" if has_no_class(schema) else class_name(owner)
        return self.schemas.promote(schema, pointer, parent, part)

    def _schema(self, media_type: str, raw: dict[str, Any] | None) -> Any:
        """The schema of a body; that of a string or of a file where the client does not look into the body."""
        schema, kind = (raw or {}).get("schema"), media_kind(media_type)
        if kind == "bytes" or self._is_binary(schema):
            return _BYTES
        return _TEXT if kind == "text" else schema

    def _is_binary(self, schema: Any, depth: int = 0) -> bool:
        """Whether a value is a file by its schema, apart from null."""
        whole = simplify(self.document.resolve(schema))
        variants = [variant for keyword in IN_PLACE for variant in whole.get(keyword) or ()]
        if variants := [variant for variant in variants if variant != NULL]:
            return depth < MAX_DEPTH and all(self._is_binary(variant, depth + 1) for variant in variants)
        return whole.get("type") == "string" and whole.get("format") == "binary"

    def _header(self, reference: Any) -> dict[str, Any]:
        header = self.document.resolve(reference)
        schema = self.document.resolve(header.get("schema") or {})
        return {**header, "schema": schema if isinstance(schema, dict) else {}}


def _free_argument(wire: str, location: str, numbers: Numbers) -> str:
    """The Python name of a parameter; where it is in use, with the location, then with numbers."""
    name = argument(wire)
    return numbers.take(argument(f"{name}_{location}") if name in numbers.taken else name)


def _precedence(status: str) -> tuple[bool, bool, str]:
    return status == "default", status.upper().endswith("XX"), status
