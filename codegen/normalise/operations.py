"""The operations as the parser reads them: references in place, parameters and media types in forms that it accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from codegen.description.document import Document, join
from codegen.naming.names import argument, class_name, numbered, operation_names, words
from codegen.normalise.steps import POINTER, TYPES, Schema, mend

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

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


class Hoisting(Protocol):
    """What names and keeps the schemas."""

    def hoisted(self, raw: Any, pointer: str, parent: str, part: str) -> Schema:
        """The schema, or a reference to the component that it becomes."""
        ...

    def keep(self, name: str, schema: Schema) -> str:
        """Make a normalised schema a component; its name."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, body or answer: as written, with references followed, and the schema that the parser is given."""

    key: str
    """The member of `Shape.types` whose type this is."""
    raw: dict[str, Any]
    schema: Schema
    media_type: str = ""
    name: str = ""
    """The Python name of a parameter, the status of an answer."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An operation before its types are known."""

    name: str
    method: str
    path: str
    raw: dict[str, Any]
    types: str
    """The component whose members are the types of the parts.

    The parser copies an operation three times with all that it refers to; a component it reads once.
    """
    parameters: tuple[Part, ...]
    bodies: tuple[Part, ...]
    answers: tuple[Part, ...]
    is_body_required: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return self.parameters + self.bodies + self.answers

    @property
    def tag(self) -> str:
        """An operation stands under its first tag, or under `default`."""
        return _tag(self.raw)


@dataclass
class Paths:
    """All path items of a description."""

    document: Document
    components: Hoisting
    responses: dict[str, Part] = field(default_factory=dict)

    def shapes(self) -> Iterator[tuple[str, Shape]]:
        """Every operation, with its pointer. Their types are not among the components yet: see `typed`."""
        found = list(self.operations())
        given = {at: (_tag(raw), raw.get("operationId"), method, path) for at, path, method, _, raw in found}
        names = operation_names(given)
        for at, path, method, item, raw in found:
            yield at, self.shape(names[at], path, method, item, raw, at)

    def operations(self) -> Iterator[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
        """Pointer, path, method, the path item and the operation."""
        paths = (self.document.data.get("paths") or {}).items()
        for path, raw in ((path, raw or {}) for path, raw in paths if path.startswith("/")):  # others are extensions
            item = {**self.document.resolve(raw), **raw}
            for method in METHODS:
                if isinstance(operation := item.get(method), dict):
                    whole = {"servers": item.get("servers"), **operation}  # the operation's own win
                    yield join(join("#/paths", path), method), path, method, item, whole

    def shape(self, name: str, path: str, method: str, item: dict[str, Any], raw: dict[str, Any], at: str) -> Shape:
        parameters = tuple(self.parameters(item, raw, at, name))
        body = self.document.resolve(raw.get("requestBody") or {})
        bodies = tuple(self.bodies(body, join(at, "requestBody"), name))
        answers = tuple(self.answers(raw.get("responses") or {}, join(at, "responses"), name))
        answers = tuple(
            replace(answer, schema={}, media_type="") if method == "head" or answer.name in _BODILESS else answer
            for answer in answers
        )
        return Shape(name, method, path, raw, "", parameters, bodies, answers, bool(body.get("required")))

    def typed(self, shape: Shape) -> Shape:
        """With a component for the types of its parts. Nobody sees its name, so it comes after all that are seen."""
        schemas = {part.key: part.schema for part in shape.parts}
        name = class_name(["types", "of", *words(shape.name)])
        return replace(shape, types=self.components.keep(name, {"type": "object", "properties": schemas, TYPES: True}))

    # Parameters

    def parameters(self, item: dict[str, Any], raw: dict[str, Any], at: str, name: str) -> Iterator[Part]:
        found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
        for owner, pointer in ((item, at.rpartition("/")[0]), (raw, at)):  # the operation's own win
            for position, reference in enumerate(owner.get("parameters") or ()):
                parameter = self.document.resolve(reference)
                where = reference["$ref"] if "$ref" in reference else join(join(pointer, "parameters"), str(position))
                found[parameter["in"], parameter["name"]] = parameter, where
        taken = {"body"} if raw.get("requestBody") else set()
        for (location, wire), (parameter, where) in sorted(found.items(), key=lambda entry: entry[0][0] != "path"):
            if not (location == "header" and wire.lower() in NOT_PARAMETERS):
                yield self.parameter(parameter, where, name, taken)

    def parameter(self, raw: dict[str, Any], pointer: str, name: str, taken: set[str]) -> Part:
        location, wire = raw["in"], raw["name"]
        argument_name = argument(wire)
        if argument_name in taken:
            argument_name = next(
                name for name in numbered(argument(f"{argument_name}_{location}")) if name not in taken
            )
        taken.add(argument_name)
        schema, at = raw.get("schema"), join(pointer, "schema")
        media_type = ""
        if schema is None:
            media_type, content = next(iter((raw.get("content") or {"": {}}).items()))
            schema, at = content.get("schema") or {}, join(join(join(pointer, "content"), media_type), "schema")
        shared = pointer.startswith("#/components/parameters/")
        owner = class_name(words(pointer)[1:]) if shared else class_name([*words(name), *words(wire)])
        normalised = self.components.hoisted(schema, at, owner, "")
        return Part(f"{location} {wire}", raw, normalised, media_type, argument_name)

    # Bodies and answers

    def bodies(self, raw: dict[str, Any], pointer: str, name: str) -> Iterator[Part]:
        for position, (media_type, value) in enumerate((raw.get("content") or {}).items()):
            at = join(join(join(pointer, "content"), media_type), "schema")
            schema = self.content(media_type, value)
            suffix = "request" if position == 0 else f"{media_kind(media_type)} request"
            normalised = self.components.hoisted({} if schema is None else schema, at, class_name(words(name)), suffix)
            yield Part(f"body {media_type}", value or {}, normalised, media_type)

    def answers(self, raw: dict[str, Any], pointer: str, name: str) -> Iterator[Part]:
        """One for each status; specific ones first, since that is how they apply (OpenAPI 3.1, 4.8.16)."""
        usual = min((str(status) for status in raw if str(status).startswith("2")), key=_precedence, default="")
        for status in sorted(raw, key=_precedence):
            if re.fullmatch(r"[1-9](\d\d|[xX]{2})|default", str(status)) and isinstance(raw[status], dict):
                part = "response" if status == usual else f"response {status}"
                answer = self.answer(raw[status], join(pointer, str(status)), name, part)
                written = str(status).replace("x", "X")
                yield replace(answer, key=f"answer {written}", name=written)

    def answer(self, reference: dict[str, Any], pointer: str, name: str, part: str) -> Part:
        """One media type of it: the client asks for that one; JSON before text before anything else."""
        if (target := reference.get("$ref")) is not None:
            if target not in self.responses:
                own = words(target)[-1]
                suffix = "" if own.lower().endswith("response") else "response"
                self.responses[target] = self.answer(self.document.resolve(reference), target, own, suffix)
            return self.responses[target]
        content = reference.get("content") or {}
        media_type = answer_type(content)
        at = join(join(join(pointer, "content"), media_type), "schema")
        raw = self.content(media_type, content.get(media_type)) if media_type else None
        known = raw is _BYTES or (raw is not None and media_kind(media_type) == "json")
        schema = self.components.hoisted(raw, at, class_name(words(name)), part) if known else {}
        headers = {key: self.header(value) for key, value in (reference.get("headers") or {}).items()}
        return Part("", {**reference, "headers": headers}, schema, media_type)

    def content(self, media_type: str, raw: dict[str, Any] | None) -> Any:
        """The schema; where that is no matter to the client, that of a text or of a file."""
        schema, kind = (raw or {}).get("schema"), media_kind(media_type)
        if kind == "bytes" or self.is_binary(schema):
            return _BYTES
        return _TEXT if kind == "text" else schema

    def is_binary(self, schema: Any, depth: int = 0) -> bool:
        """Whether a value is a file by its schema, apart from null."""
        whole = mend(self.document.resolve(schema))
        members = [one for keyword in ("allOf", "anyOf", "oneOf") for one in whole.get(keyword) or ()]
        if members := [one for one in members if one != {"type": "null"}]:
            return depth < _DEPTH and all(self.is_binary(one, depth + 1) for one in members)
        return whole.get("type") == "string" and whole.get("format") == "binary"

    def header(self, reference: Any) -> dict[str, Any]:
        header = self.document.resolve(reference)
        schema = self.document.resolve(header.get("schema") or {})
        return {**header, "schema": schema if isinstance(schema, dict) else {}}


def _tag(raw: dict[str, Any]) -> str:
    return str((raw.get("tags") or ["default"])[0])


def _precedence(status: str) -> tuple[bool, bool, str]:
    return status == "default", status.upper().endswith("XX"), status


def skeleton(shape: Shape, pointer: str, number: int) -> dict[str, Any]:
    """The operation for the parser, which checks path and parameters; the types are read with the components."""
    named = [part for part in shape.parameters if part.raw["in"] == "path"]
    return {
        "operationId": f"operation_{number}",
        "parameters": [{"name": _ascii(part.name), "in": "path", "required": True, "schema": {}} for part in named],
        "responses": {"default": {"description": ""}},
        POINTER: pointer,
    }


def parser_path(path: str) -> str:
    """A path with parameter names that the parser finds."""
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
