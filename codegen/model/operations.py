"""Operations as templates see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from markupsafe import Markup as Code

from codegen.description.http import default_explode, default_style, is_name, is_value, media_kind
from codegen.model.annotations import Annotator, is_nullable, union
from codegen.model.api import Answer, Argument, Body, Encoding, Header, Operation, Parameter
from codegen.model.models import Translator as ModelTranslator, prose
from codegen.model.servers import own_server
from codegen.model.values import default_of
from codegen.naming.names import NOT_FOR_ARGUMENTS, identifier, member
from codegen.normalise.markers import DEFAULT
from codegen.normalise.operations import Part, RawOperation
from codegen.parser.reading import (
    FileProperty,
    ModelProperty,
    Property,
    StringProperty,
    UnionProperty,
    UntrustedString,
)
from codegen.parser.text import text

#: What an argument takes whose text is one of several words (`x-space-separated`), as in `scopes.py`.
SCOPES = "str | Scope | Iterable[str | Scope]"

Flattened: TypeAlias = tuple[ModelProperty, tuple[Argument, ...]]


@dataclass
class Translator:
    """Translates operations, and tells the models which of them are sent and which are received."""

    data: dict[str, Any]
    """The description as written."""
    models: ModelTranslator

    @cached_property
    def sent(self) -> Annotator:
        return Annotator(self.models.models, _from_models, request=True)

    @cached_property
    def received(self) -> Annotator:
        return Annotator(self.models.models, _from_models)

    def operation(self, shape: RawOperation) -> Operation:
        """One operation, with the types that the parser found for its parts."""
        props = self.props(shape)
        parameters = tuple(self.parameter(part, props[part.key]) for part in shape.parameters)
        taken = {str(parameter.argument.name) for parameter in parameters}
        raw = shape.raw
        return Operation(
            name=Code(shape.name),
            method=Code(shape.method.upper()),
            path=text(shape.path),
            server=text(own_server(raw.get("servers"), self.data.get("servers"))),
            summary=text(raw.get("summary") or shape.name.replace("_", " ").capitalize()),
            description=text(raw.get("description")),
            link=text((raw.get("externalDocs") or {}).get("url")),
            deprecated=bool(raw.get("deprecated")),
            parameters=parameters,
            bodies=tuple(self.bodies(shape, props, taken)),
            answers=tuple(self.answer(part, props[part.key]) for part in shape.answers),
            security=self.security(raw),
        )

    def props(self, shape: RawOperation) -> dict[str, Property]:
        """The types of an operation's parts; on the way, who sends and receives them."""
        members = self.models.members(self.models.models.by_name[shape.types])
        props = {key: prop for key, prop, _ in members}
        tag = identifier(shape.tag)
        for parts, found in (
            (shape.parameters + shape.bodies, self.models.sent),
            (shape.answers, self.models.received),
        ):
            for part in parts:
                self.models.reach(props[part.key], found.setdefault(tag, set()))
        return props

    def parameter(self, part: Part, prop: Property) -> Parameter:
        raw = part.raw
        location = raw["in"]
        style = raw.get("style") or default_style(location)
        required = location == "path" or bool(raw.get("required"))
        return Parameter(
            argument=self.argument(part.name, raw["name"], prop, part.schema, location, raw, required),
            type=Code(self.sent.constrained(prop, part.schema)),
            style=Code(style),
            explode=bool(raw.get("explode", default_explode(style))),
            allow_reserved=location == "query" and bool(raw.get("allowReserved")),
            allow_empty=_allows_empty(raw),
            content_type=text(part.media_type),
        )

    def argument(
        self,
        name: str,
        wire: str,
        prop: Property,
        schema: Any,
        place: str,
        described: dict[str, Any],
        required: bool,
    ) -> Argument:
        whole = self.models.models.resolved(schema)
        kind, default = self.sent.plain(prop, schema), default_of(prop, schema, sent=whole)
        if default is not None and not (is_name(place, wire) and is_value(place, str(schema.get(DEFAULT)))):
            default = None
        # A style has no null; what may be anything may be null in JSON.
        nullable = is_nullable(prop) or (place == "body" and kind == "Any")
        is_joined = bool(whole.get("x-space-separated")) and kind in ("str", "str | None")
        if is_joined:
            kind = kind.replace("str", SCOPES, 1)
        if _allows_empty(described):
            kind = union([kind, 'Literal[""]'])
        annotation = kind
        if not required:
            annotation += "" if annotation == "Any" else " | Unset" if nullable else " | None"
            default = default or ("UNSET" if nullable else "None")
        return Argument(
            name=Code(name),
            wire=text(wire),
            place=Code(place),
            type=Code(kind),
            annotation=Code(annotation),
            default=None if default is None else Code(default),
            required=required,
            nullable=nullable,
            secret=self.models.is_secret(whole),
            description=text(prose(described, whole)),
            example=_example(described, schema, whole),
            is_joined=is_joined,
        )

    # Bodies and answers

    def bodies(self, shape: RawOperation, props: dict[str, Property], taken: set[str]) -> Iterator[Body]:
        required = shape.is_body_required
        variants = [self.variants(props[part.key], shape, taken) for part in shape.bodies]
        # Several media types share arguments only if each of them takes the same object.
        names = {tuple(str(model.class_info.name) for model, _ in found) for found in variants}
        flat = len(names) == 1 and (len(variants) == 1 or len(variants[0]) == 1)
        for part, found in zip(shape.bodies, variants, strict=True):
            for model, fields in found if flat else ():
                yield self.body(part, model, fields, required)
            if not (flat and found):
                yield self.body(part, props[part.key], (), required)

    def body(self, part: Part, prop: Property, fields: tuple[Argument, ...], required: bool) -> Body:
        kind = "bytes" if isinstance(prop, FileProperty) else media_kind(part.media_type)
        written = {"text": "str", "bytes": "File"}.get(kind)
        described = {**part.raw, "description": "The body of the request."}
        argument = self.argument("body", "body", prop, part.schema, "body", described, required)
        if written:
            argument = replace(
                argument, type=Code(written), annotation=argument.annotation.replace(argument.type, written)
            )
        return Body(
            content_type=text(part.media_type),
            type=Code(written or self.sent.constrained(prop, part.schema)),
            description=text(self.models.models.schema(prop).get("description")),
            required=required,
            models=self.models.names(prop),
            fields=fields,
            argument=None if fields else argument,
            encodings=tuple(self.encodings(part.raw.get("encoding") or {}, kind)),
        )

    def encodings(self, raw: dict[str, Any], kind: str) -> Iterator[Encoding]:
        """How single members of a form are written (OpenAPI 3.1, 4.8.15); 3.0 (4.7.15) has no styles in multipart."""
        is_styled = kind == "form" or not str(self.data.get("openapi")).startswith("3.0")
        for name, encoding in raw.items():
            yield Encoding(
                name=text(name),
                content_type=text(encoding.get("contentType")),
                style=text(encoding.get("style") if is_styled else ""),
                explode=encoding.get("explode") if is_styled else None,
                allow_reserved=is_styled and bool(encoding.get("allowReserved")),
            )

    def variants(self, prop: Property, shape: RawOperation, taken: set[str]) -> list[Flattened]:
        """The objects that a body can be, with their members as arguments; none where that would lose anything.

        Several are told apart by the members that one requires and the other does not know.
        """
        inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
        models = [model for model in inner if isinstance(model, ModelProperty)]
        found = [(model, self.flattened(model, shape, taken)) for model in models]
        if len(models) < len(inner) or not all(fields for _, fields in found):
            return []
        needed = [{str(field.name) for field in fields if field.default is None} for _, fields in found]
        known = [{str(field.name) for field in fields} for _, fields in found]
        pairs = ((one, other) for one in range(len(found)) for other in range(len(found)) if one != other)
        return found if all(needed[one] - known[other] for one, other in pairs) else []

    def flattened(self, model: ModelProperty, shape: RawOperation, taken: set[str]) -> tuple[Argument, ...]:
        if self.models.models.is_map(model) or self.models.models.schema(model).get("additionalProperties"):
            return ()
        members = tuple(
            self.argument(member(wire), wire, prop, _told(prop, schema, shape), "body", schema, prop.required)
            for wire, prop, schema in self.models.members(model)
            if not self.models.models.resolved(schema).get("readOnly")
        )
        names = [str(argument.name) for argument in members]
        confused = len({*names}) < len(names) or bool((taken | NOT_FOR_ARGUMENTS) & {*names})
        lost = not shape.is_body_required and any(argument.required for argument in members)
        return () if confused or lost else members

    def answer(self, part: Part, prop: Property) -> Answer:
        kind = media_kind(part.media_type) if part.media_type else "empty"
        kind = kind if kind in ("json", "text", "empty") else "bytes"
        if "*" in part.media_type and isinstance(prop, StringProperty):  # any type: also one without quotes
            kind = "text"
        if isinstance(prop, FileProperty):  # `format: binary` says more than `application/json`: an export of JSON
            kind = "bytes"
        annotation = {"text": "str", "bytes": "bytes", "empty": "None"}.get(kind)
        return Answer(
            status=Code(part.name),
            kind=Code(kind),
            content_type=text(part.media_type),
            type=Code(annotation or self.received.plain(prop, part.schema)),
            models=self.models.names(prop),
            description=text(part.raw.get("description")),
            headers=tuple(self.headers(part.raw["headers"])),
        )

    def headers(self, headers: dict[str, Any]) -> Iterator[Header]:
        for name, header in headers.items():
            yield Header(text(name), text(header["schema"].get("type", "string")), text(header.get("description")))

    def security(self, raw: dict[str, Any]) -> tuple[tuple[UntrustedString, ...], ...]:
        """The alternatives; the root's apply where the operation has none of its own (OpenAPI 3.1, 4.8.10)."""
        alternatives = raw.get("security", self.data.get("security")) or ()
        return tuple(tuple(text(name) for name in alternative) for alternative in alternatives)


def _told(prop: Property, schema: dict[str, Any], shape: RawOperation) -> dict[str, Any]:
    """Without its default in a PATCH (RFC 5789), which would change what the caller does not speak of."""
    if shape.method != "patch" or prop.required:
        return schema
    return {key: value for key, value in schema.items() if key != DEFAULT}


def _allows_empty(raw: dict[str, Any]) -> bool:
    """Whether a parameter may be sent without a value (OpenAPI 3.1, 4.8.12.2); queries only."""
    return bool(raw.get("allowEmptyValue")) and raw.get("in") == "query"


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
