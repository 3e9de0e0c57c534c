"""The operations as the parser reads them: references in place, parameters and media types in forms that it accepts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from .document import Document, join
from .names import argument, class_name, identifier, path_words, words
from .schemas import POINTER, Schema

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

#: Members that the pass adds for the templates.
CONTENT_TYPE = "x-content-type"  # the media type as written
PARAMETER = "x-parameter"  # the parameter as written, references followed
PATH = "x-path"  # the path as written
NAME = "x-name"  # the operation's Python name; the parser is given a number, which it neither changes nor confuses

# OpenAPI 3.1, 4.8.12.1: parameters of these names are ignored; other parts of the description say the same.
_NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class Hoisting(Protocol):
    """What names and keeps the schemas."""

    def hoisted(self, raw: Any, pointer: str, parent: str, part: str) -> Schema:
        """The schema, or a reference to the component that it becomes."""
        ...


@dataclass
class Paths:
    """All path items of a description."""

    document: Document
    components: Hoisting
    responses: dict[str, dict[str, Any]] = field(default_factory=dict)
    operation_names: set[tuple[str, str]] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def normalised(self) -> dict[str, Any]:
        """By path; two paths that the parser would confuse stay apart, since it is given names that it keeps."""
        return {
            _parser_path(path): dict(self.operations(path, item, join("#/paths", path))) for path, item in self.items()
        }

    def items(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, raw in (self.document.data.get("paths") or {}).items():
            if path.startswith("/"):
                yield path, {**self.document.resolve(raw or {}), **(raw or {})}

    def operations(self, path: str, item: dict[str, Any], pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for method in METHODS:
            if isinstance(raw := item.get(method), dict):
                yield method, self.operation(path, method, item, raw, join(pointer, method))

    def operation(self, path: str, method: str, item: dict[str, Any], raw: dict[str, Any], at: str) -> dict[str, Any]:
        name = self.operation_name(path, method, raw)
        kept = {key: value for key, value in raw.items() if key not in ("callbacks", "parameters", "requestBody")}
        operation = {
            **kept,
            "operationId": f"operation_{next(self.numbers)}",
            NAME: name,
            PATH: path,
            "parameters": list(self.parameters(item, raw, at, name)),
            "responses": dict(self.answers(raw.get("responses") or {}, join(at, "responses"), name)),
            POINTER: at,
        }
        if body := self.document.resolve(raw.get("requestBody") or {}):
            operation["requestBody"] = self.body(body, join(at, "requestBody"), name)
        return operation

    def operation_name(self, path: str, method: str, raw: dict[str, Any]) -> str:
        given = raw.get("operationId")
        name = (
            identifier(given) if isinstance(given, str) and given else identifier(" ".join([method, *path_words(path)]))
        )
        tag = str((raw.get("tags") or ["default"])[0])
        free = name
        for number in range(2, 1_000_000):
            if (tag, free) not in self.operation_names:
                break
            free = f"{name}_{number}"
        self.operation_names.add((tag, free))
        return free

    # Parameters

    def parameters(self, item: dict[str, Any], raw: dict[str, Any], at: str, name: str) -> Iterator[dict[str, Any]]:
        found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
        for owner, pointer in ((item, at.rpartition("/")[0]), (raw, at)):  # the operation's own win
            for position, reference in enumerate(owner.get("parameters") or ()):
                parameter = self.document.resolve(reference)
                where = reference["$ref"] if "$ref" in reference else join(join(pointer, "parameters"), str(position))
                found[parameter["in"], parameter["name"]] = parameter, where
        taken: set[str] = set()
        for (location, wire), (parameter, where) in sorted(found.items(), key=lambda entry: entry[0][0] != "path"):
            if not (location == "header" and wire.lower() in _NOT_PARAMETERS):
                yield self.parameter(parameter, where, name, taken)

    def parameter(self, raw: dict[str, Any], pointer: str, name: str, taken: set[str]) -> dict[str, Any]:
        """Everything but the path goes to the parser as query: it refuses headers of arrays, objects or dates."""
        location, wire = raw["in"], raw["name"]
        argument_name = argument(wire)
        if argument_name in taken:
            argument_name = argument(f"{argument_name}_{location}")
        taken.add(argument_name)
        schema, at = raw.get("schema"), join(pointer, "schema")
        if schema is None:
            media_type, content = next(iter((raw.get("content") or {"": {}}).items()))
            schema, at = content.get("schema") or {}, join(join(join(pointer, "content"), media_type), "schema")
        shared = pointer.startswith("#/components/parameters/")
        owner = class_name(words(pointer)[1:]) if shared else class_name([*words(name), *words(wire)])
        return {
            "name": _ascii(argument_name) if location == "path" else argument_name,
            "in": "path" if location == "path" else "query",
            "required": location == "path" or bool(raw.get("required")),
            "schema": self.components.hoisted(schema, at, owner, ""),
            PARAMETER: {**raw, "schema": schema, NAME: argument_name},
            POINTER: pointer,
        }

    # Bodies and answers

    def body(self, raw: dict[str, Any], pointer: str, name: str) -> dict[str, Any]:
        content = {}
        for position, (media_type, value) in enumerate((raw.get("content") or {}).items()):
            at = join(join(join(pointer, "content"), media_type), "schema")
            kind = media_kind(media_type)
            schema = {"type": "string", "format": "binary"} if kind in ("text", "bytes") else value.get("schema") or {}
            suffix = "request" if position == 0 else f"{kind} request"
            canonical = {"form": _FORM, "multipart": _MULTIPART, "json": "application/json"}.get(
                kind, "application/octet-stream"
            )
            # A parameter keeps two media types apart that the parser would take for one.
            content[f"{canonical};n={position}"] = {
                **value,
                "schema": self.components.hoisted(schema, at, class_name(words(name)), suffix),
                CONTENT_TYPE: media_type,
            }
        return {**raw, "content": content, "required": bool(raw.get("required")), POINTER: pointer}

    def answers(self, raw: dict[str, Any], pointer: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        successes = [status for status in raw if str(status).startswith("2")]
        for status, reference in raw.items():
            if re.fullmatch(r"[1-9](\d\d|[xX]{2})|default", str(status)) and isinstance(reference, dict):
                part = "response" if [status] == successes else f"response {status}"
                yield str(status).replace("x", "X"), self.answer(reference, join(pointer, str(status)), name, part)

    def answer(self, reference: dict[str, Any], pointer: str, name: str, part: str) -> dict[str, Any]:
        """One media type of it: the client asks for that one; JSON before text before anything else."""
        if (target := reference.get("$ref")) is not None:
            if target not in self.responses:
                own = words(target)[-1]
                suffix = "" if own.lower().endswith("response") else "response"
                self.responses[target] = self.answer(self.document.resolve(reference), target, own, suffix)
            return self.responses[target]
        content = reference.get("content") or {}
        order = ["json", "text", "bytes", "form", "multipart"]
        media_types = sorted(content, key=lambda media_type: order.index(media_kind(media_type)))
        kept = {key: value for key, value in reference.items() if key not in ("content", "links")}
        headers = {key: self.header(value) for key, value in (reference.get("headers") or {}).items()}
        answer = {"description": "", **kept, "headers": headers, POINTER: pointer}
        if media_types:
            media_type, at = media_types[0], join(join(join(pointer, "content"), media_types[0]), "schema")
            kind, raw = media_kind(media_type), (content[media_types[0]] or {}).get("schema")
            answer["content"] = self.answer_content(kind, raw, at, class_name(words(name)), part)
            answer[CONTENT_TYPE] = media_type
        return answer

    def header(self, reference: Any) -> dict[str, Any]:
        header = self.document.resolve(reference)
        return {**header, "schema": self.document.resolve(header.get("schema") or {})}

    def answer_content(self, kind: str, raw: Any, at: str, owner: str, part: str) -> dict[str, Any]:
        if kind == "json":
            return {
                "application/json": {"schema": self.components.hoisted({} if raw is None else raw, at, owner, part)}
            }
        if kind == "text":
            return {"text/plain": {"schema": {"type": "string"}}}
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


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


def _parser_path(path: str) -> str:
    return re.sub(r"{([^}]*)}", lambda match: "{" + _ascii(argument(match[1])) + "}", path)


def _ascii(name: str) -> str:
    """The parser finds only such names in a path."""
    return name if name.isascii() else "p_" + "_".join(f"{ord(letter):x}" for letter in name)
