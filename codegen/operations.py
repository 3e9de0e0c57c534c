"""Operations as templates see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup as Code

from .api import Answer, Argument, Body, Header, Operation, Parameter
from .document import Document
from .models import Translator as ModelTranslator
from .names import NOT_FOR_ARGUMENTS, identifier, member
from .parser import (
    Body as ParsedBody,
    Endpoint,
    ModelProperty,
    Parsed,
    Property,
    Response,
    UnionProperty,
    UntrustedString,
)
from .paths import CONTENT_TYPE, NAME, PARAMETER, PATH, media_kind
from .python import Annotator, default_of, is_nullable
from .text import text


@dataclass
class Translator:
    """Translates operations, and tells the models which of them are sent and which are received."""

    document: Document
    parsed: Parsed
    models: ModelTranslator

    @cached_property
    def endpoints(self) -> dict[str, Endpoint]:
        return {str(endpoint.name): endpoint for endpoint in self.parsed.endpoints}

    @cached_property
    def sent(self) -> Annotator:
        return Annotator(self.models.models, _from_models, request=True)

    @cached_property
    def received(self) -> Annotator:
        return Annotator(self.models.models, _from_models)

    def operation(self, method: str, raw: dict[str, Any]) -> Operation:
        """One operation of the normalised description."""
        endpoint = self.endpoints[raw["operationId"]]
        self.reach(endpoint, tag_module(raw))
        parameters = tuple(self.parameters(endpoint, raw))
        taken = {str(parameter.argument.name) for parameter in parameters}
        return Operation(
            name=Code(raw[NAME]),
            method=Code(method.upper()),
            path=text(raw[PATH]),
            summary=text(raw.get("summary") or raw[NAME].replace("_", " ").capitalize()),
            description=text(raw.get("description")),
            link=text((raw.get("externalDocs") or {}).get("url")),
            deprecated=bool(raw.get("deprecated")),
            parameters=parameters,
            bodies=tuple(self.bodies(endpoint, raw, taken)),
            answers=tuple(self.answer(response, raw) for response in endpoint.responses),
            security=self.security(raw),
        )

    def reach(self, endpoint: Endpoint, tag: str) -> None:
        for prop in (*(prop for _, prop in endpoint.iter_all_parameters()), *(body.prop for body in endpoint.bodies)):
            self.models.reach(prop, self.models.sent.setdefault(tag, set()))
        for response in endpoint.responses:
            self.models.reach(response.prop, self.models.received.setdefault(tag, set()))

    def parameters(self, endpoint: Endpoint, raw: dict[str, Any]) -> Iterator[Parameter]:
        """In the order of the description."""
        props = {prop.name.get_untrusted_value(): prop for _, prop in endpoint.iter_all_parameters()}
        for parameter in raw["parameters"]:
            yield self.parameter(props[parameter["name"]], parameter["schema"], parameter[PARAMETER])

    def parameter(self, prop: Property, schema: dict[str, Any], raw: dict[str, Any]) -> Parameter:
        location = raw["in"]
        style = raw.get("style") or ("form" if location in ("query", "cookie") else "simple")
        return Parameter(
            argument=self.argument(raw[NAME], text(raw["name"]), prop, schema, location, raw),
            type=Code(self.sent.constrained(prop, schema)),
            style=Code(style),
            explode=bool(raw.get("explode", style == "form")),
            allow_reserved=bool(raw.get("allowReserved")),
            content_type=text(next(iter(raw.get("content") or ()), "")),
        )

    def argument(
        self, name: str, wire: UntrustedString, prop: Property, schema: Any, place: str, described: dict[str, Any]
    ) -> Argument:
        whole = self.models.models.resolved(schema)
        kind, default, nullable = self.sent.plain(prop, schema), default_of(prop, schema), is_nullable(prop)
        annotation = kind
        if not prop.required:
            annotation += "" if annotation == "Any" else " | Unset" if nullable else " | None"
            default = default or ("UNSET" if nullable else "None")
        return Argument(
            name=Code(name),
            wire=wire,
            place=Code(place),
            type=Code(kind),
            annotation=Code(annotation),
            default=None if default is None else Code(default),
            required=prop.required,
            nullable=nullable,
            secret=whole.get("format") == "password",
            description=text(described.get("description") or whole.get("description")),
            example=_example(described, schema, whole),
        )

    # Bodies and answers

    def bodies(self, endpoint: Endpoint, raw: dict[str, Any], taken: set[str]) -> Iterator[Body]:
        content = (raw.get("requestBody") or {}).get("content") or {}
        for body in endpoint.bodies:
            media_type = content[body.content_type.get_untrusted_value()]
            variants = self.variants(body.prop, taken) if len(endpoint.bodies) == 1 else []
            for model, fields in variants:
                yield self.body(body, media_type, model, fields)
            if not variants:
                yield self.body(body, media_type, body.prop, ())

    def body(self, body: ParsedBody, media_type: dict[str, Any], prop: Property, fields: tuple[Argument, ...]) -> Body:
        schema = media_type["schema"]
        kind = media_kind(media_type[CONTENT_TYPE])
        annotation = {"text": "str", "bytes": "bytes"}.get(kind) or self.sent.constrained(prop, schema)
        described = {**media_type, "description": "The body of the request."}
        argument = None if fields else self.argument("body", text("body"), body.prop, schema, "body", described)
        return Body(
            content_type=text(media_type[CONTENT_TYPE]),
            kind=Code(kind),
            type=Code(annotation),
            description=text(
                self.models.models.schema(prop).get("description") if isinstance(prop, ModelProperty) else ""
            ),
            required=body.prop.required,
            models=self.models.names(prop),
            fields=fields,
            argument=argument,
        )

    def variants(self, prop: Property, taken: set[str]) -> list[tuple[ModelProperty, tuple[Argument, ...]]]:
        """The objects that a body can be, with their members as arguments; none where that would lose anything.

        Several are told apart by the members that one requires and the other does not know.
        """
        inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
        models = [model for model in inner if isinstance(model, ModelProperty)]
        found = [(model, self.flattened(model, prop.required, taken)) for model in models]
        if len(models) < len(inner) or not all(fields for _, fields in found):
            return []
        needed = [{str(field.name) for field in fields if field.default is None} for _, fields in found]
        known = [{str(field.name) for field in fields} for _, fields in found]
        pairs = ((one, other) for one in range(len(found)) for other in range(len(found)) if one != other)
        return found if all(needed[one] - known[other] for one, other in pairs) else []

    def flattened(self, model: ModelProperty, required: bool, taken: set[str]) -> tuple[Argument, ...]:
        if self.models.models.is_map(model) or self.models.models.schema(model).get("additionalProperties"):
            return ()
        members = tuple(
            self.argument(member(prop.name.get_untrusted_value()), prop.name, prop, schema, "body", schema)
            for prop, schema in self.models.members(model)
            if not self.models.models.resolved(schema).get("readOnly")
        )
        names = [str(argument.name) for argument in members]
        confused = len({*names}) < len(names) or bool((taken | NOT_FOR_ARGUMENTS) & {*names})
        lost = not required and any(argument.required for argument in members)
        return () if confused or lost else members

    def answer(self, response: Response, raw: dict[str, Any]) -> Answer:
        source = raw["responses"][response.status_code.pattern]
        media_type = source.get(CONTENT_TYPE, "")
        kind = media_kind(media_type) if media_type else "empty"
        kind = kind if kind in ("json", "text", "empty") else "bytes"
        annotation = {"text": "str", "bytes": "bytes", "empty": "None"}.get(kind) or self.received.plain(response.prop)
        return Answer(
            status=Code(response.status_code.pattern),
            kind=Code(kind),
            content_type=text(media_type),
            type=Code(annotation),
            models=self.models.names(response.prop),
            description=text(source.get("description")),
            headers=tuple(self.headers(source.get("headers") or {})),
        )

    def headers(self, headers: dict[str, Any]) -> Iterator[Header]:
        for name, header in headers.items():
            yield Header(text(name), text(header["schema"].get("type", "string")), text(header.get("description")))

    def security(self, raw: dict[str, Any]) -> tuple[tuple[UntrustedString, ...], ...]:
        """The alternatives; the root's apply where the operation has none of its own (OpenAPI 3.1, 4.8.10)."""
        alternatives = raw.get("security", self.document.data.get("security")) or ()
        return tuple(tuple(text(name) for name in alternative) for alternative in alternatives)


def tag_module(raw: dict[str, Any]) -> str:
    """The module of an operation: that of its first tag, or `default`."""
    return identifier(str((raw.get("tags") or ["default"])[0]))


def _from_models(name: str) -> str:
    return f"models.{name}"


def _example(*sources: dict[str, Any]) -> Any:
    for source in sources:
        examples = source.get("examples")
        values = examples if isinstance(examples, list) else ()
        for value in (source.get("example"), *values):
            if value is not None:
                return value
    return None
