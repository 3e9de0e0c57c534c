"""From what the parser understood to what templates see, joined with what the parser forgets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup as Code

from .api import Answer, Api, Argument, Body, Field, Header, Model, Operation, Parameter, Scheme, Server, Tag
from .document import Document
from .names import casings, class_prefix, distribution, identifier
from .parser import Endpoint, ModelProperty, Parsed, Property, Response, UntrustedString, pointer_of
from .python import Annotator, Models, constraints, default_of, is_nullable

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def translate(document: Document, parsed: Parsed) -> Api:
    """The whole description as templates see it."""
    return _Translator(document, parsed).api()


def text(value: object) -> UntrustedString:
    """A text of the description, marked as such."""
    if isinstance(value, UntrustedString):
        return value
    return UntrustedString("" if value is None else str(value))


@dataclass
class _Translator:
    document: Document
    parsed: Parsed
    requested: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def api(self) -> Api:
        data = self.document.data
        info, extension = data["info"], data.get("x-python") or {}
        tags = tuple(self.tags())  # first: it learns which models are sent and which are received
        return Api(
            title=text(info["title"]),
            summary=text(info.get("summary")),
            description=text(info.get("description")),
            version=text(info["version"]),
            license=text((info.get("license") or {}).get("identifier")),
            distribution=text(extension.get("distribution") or distribution(info["title"])),
            servers=tuple(_servers(data.get("servers") or ())),
            schemes=tuple(self.schemes()),
            tags=tags,
            models=tuple(self.model_views()),
        )

    def tags(self) -> Iterator[Tag]:
        described = {tag["name"]: tag.get("description") for tag in self.document.data.get("tags") or ()}
        parsed = {
            _key(endpoint.method, endpoint.path.get_untrusted_value()): endpoint for endpoint in self.parsed.endpoints
        }
        groups: dict[str, list[Operation]] = {}
        for path, item in (self.document.data.get("paths") or {}).items():
            for method in _METHODS:
                if raw := item.get(method):
                    operation = self.operation(parsed[_key(method, path)], path, item, raw)
                    groups.setdefault((raw.get("tags") or ["default"])[0], []).append(operation)
        for name, operations in groups.items():
            yield Tag(
                name=text(name),
                module=Code(identifier(name)),
                prefix=Code(class_prefix(name)),
                description=text(described.get(name)),
                operations=tuple(operations),
            )

    # One operation

    def operation(self, endpoint: Endpoint, path: str, item: dict[str, Any], raw: dict[str, Any]) -> Operation:
        parameters = tuple(self.parameters(endpoint, item, raw))
        names = {str(parameter.argument.name) for parameter in parameters}
        name = identifier(raw.get("operationId") or endpoint.name)
        return Operation(
            name=Code(name),
            method=Code(endpoint.method.upper()),
            path=text(path),
            summary=text(raw.get("summary") or name.replace("_", " ").capitalize()),
            description=text(raw.get("description")),
            link=text((raw.get("externalDocs") or {}).get("url")),
            deprecated=bool(raw.get("deprecated")),
            parameters=parameters,
            bodies=tuple(self.bodies(endpoint, raw, names)),
            answers=tuple(self.answer(response, raw) for response in endpoint.responses),
            security=self.security(raw),
        )

    def parameters(self, endpoint: Endpoint, item: dict[str, Any], raw: dict[str, Any]) -> Iterator[Parameter]:
        described = {}
        for reference in (*item.get("parameters", ()), *raw.get("parameters", ())):  # the operation's own win
            parameter = self.document.resolve(reference)
            described[parameter["in"], parameter["name"]] = parameter
        for location, prop in endpoint.iter_all_parameters():
            yield self.parameter(str(location), prop, described[str(location), prop.name.get_untrusted_value()])

    def parameter(self, location: str, prop: Property, raw: dict[str, Any]) -> Parameter:
        schema = raw.get("schema")
        style = raw.get("style") or ("form" if location in ("query", "cookie") else "simple")
        self.reach(prop, self.requested)
        return Parameter(
            argument=self.argument(prop, schema, location, raw),
            type=Code(self.request_types.constrained(prop, schema)),
            style=Code(style),
            explode=bool(raw.get("explode", style == "form")),
            allow_reserved=bool(raw.get("allowReserved")),
        )

    def argument(self, prop: Property, schema: Any, place: str, described: dict[str, Any] | None = None) -> Argument:
        raw = self.document.resolve(schema or {})
        annotation, default, nullable = self.request_types.plain(prop, raw), default_of(prop), is_nullable(prop)
        if not prop.required:
            annotation += " | Unset" if nullable else " | None"
            default = default or ("UNSET" if nullable else "None")
        return Argument(
            name=Code(prop.python_name),
            wire=prop.name,
            place=Code(place),
            annotation=Code(annotation),
            default=None if default is None else Code(default),
            required=prop.required,
            nullable=nullable,
            secret=raw.get("format") == "password",
            description=text((described or raw).get("description") or raw.get("description")),
            example=_example(described or {}, raw),
        )

    def bodies(self, endpoint: Endpoint, raw: dict[str, Any], taken: set[str]) -> Iterator[Body]:
        content = self.document.resolve(raw.get("requestBody") or {}).get("content", {})
        for body in endpoint.bodies:
            schema = content[body.content_type.get_untrusted_value()].get("schema")
            self.reach(body.prop, self.requested)
            fields = self.flattened(body.prop, taken) if len(endpoint.bodies) == 1 else ()
            yield Body(
                content_type=body.content_type,
                type=Code(self.request_types.constrained(body.prop, schema)),
                required=body.prop.required,
                models=self.names(body.prop),
                fields=fields,
                argument=None if fields else self.argument(body.prop, schema, "body"),
            )

    def flattened(self, prop: Property, taken: set[str]) -> tuple[Argument, ...]:
        """The members of an object body as arguments; none where that would lose or confuse anything."""
        if (
            not isinstance(prop, ModelProperty)
            or self.models.is_map(prop)
            or prop.data.additionalProperties not in (None, False)
        ):
            return ()
        members = tuple(self.argument(member, schema, "body") for member, schema in self.members(prop))
        confused = any(str(member.name) in taken for member in members)
        lost = not prop.required and any(member.required for member in members)
        return () if confused or lost else members

    def answer(self, response: Response, raw: dict[str, Any]) -> Answer:
        source = self.document.resolve(raw["responses"][response.status_code.pattern])
        content_type = next(iter(source.get("content") or ()), "")
        kind = {"response.json()": "json", "response.text": "text", "response.content": "bytes"}.get(
            response.source["attribute"], "empty"
        )
        self.reach(response.prop, self.answered)
        annotation = {"text": "str", "bytes": "bytes", "empty": "None"}.get(kind) or self.answer_types.plain(
            response.prop
        )
        return Answer(
            status=Code(response.status_code.pattern),
            kind=Code(kind),
            content_type=text(content_type),
            type=Code(annotation),
            models=self.names(response.prop),
            description=text(source.get("description")),
            headers=tuple(self.headers(source.get("headers") or {})),
        )

    def headers(self, headers: dict[str, Any]) -> Iterator[Header]:
        for name, reference in headers.items():
            header = self.document.resolve(reference)
            schema = self.document.resolve(header.get("schema") or {})
            yield Header(text(name), text(schema.get("type", "string")), text(header.get("description")))

    def security(self, raw: dict[str, Any]) -> tuple[tuple[UntrustedString, ...], ...]:
        """The alternatives; the root's apply where the operation has none of its own (OpenAPI 3.1, 4.8.10)."""
        alternatives = raw.get("security", self.document.data.get("security")) or ()
        return tuple(tuple(text(name) for name in alternative) for alternative in alternatives)

    # Models

    def model_views(self) -> Iterator[Model]:
        for _, model in sorted(self.parsed.models.items()):
            if not self.models.is_map(model):
                yield self.model(model)

    def model(self, model: ModelProperty) -> Model:
        name = str(model.class_info.name)
        sent_only = name in self.requested and name not in self.answered
        annotator = Annotator(self.document, self.models, request=sent_only)
        members = list(self.members(model))
        wires = {member.name.get_untrusted_value() for member, _ in members}
        return Model(
            name=Code(name),
            base=Code("RequestModel" if sent_only else "Model"),
            description=text(model.description),
            fields=tuple(self.field(member, schema, annotator, wires) for member, schema in members),
            extra=model.data.additionalProperties not in (None, False),
        )

    def field(self, prop: Property, schema: Any, annotator: Annotator, wires: set[str]) -> Field:
        raw = self.document.resolve(schema or {})
        annotation, default = annotator.items(prop, raw), default_of(prop)
        if not prop.required and default is None:
            default = "None"
            annotation += "" if is_nullable(prop) or annotation == "Any" else " | None"
        wire = prop.name.get_untrusted_value()
        return Field(
            name=Code(prop.python_name),
            wire=prop.name,
            casings=tuple(text(casing) for casing in casings(wire) if casing not in wires),
            annotation=Code(annotation),
            constraints=Code(", ".join(constraints(prop, raw)) if annotator.request else ""),
            default=None if default is None or (prop.required and not annotator.request) else Code(default),
            required=prop.required,
            secret=raw.get("format") == "password",
            description=text(raw.get("description")),
            models=self.names(prop),
        )

    def members(self, model: ModelProperty) -> Iterator[tuple[Property, Any]]:
        """A model's properties in the order of the description, each with its schema as written."""
        pointer = pointer_of(model.data)
        schemas = dict(self.properties(self.document.at(pointer))) if pointer else {}
        order = {name: position for position, name in enumerate(schemas)}
        for member in sorted(
            self.models.members(model), key=lambda prop: order.get(prop.name.get_untrusted_value(), len(order))
        ):
            yield member, schemas.get(member.name.get_untrusted_value())

    def properties(self, schema: Any) -> Iterator[tuple[str, Any]]:
        schema = self.document.resolve(schema)
        for part in schema.get("allOf") or ():
            yield from self.properties(part)
        yield from (schema.get("properties") or {}).items()

    def names(self, prop: Property) -> tuple[Code, ...]:
        return tuple(Code(model.class_info.name) for model in self.models.held_by(prop))

    def reach(self, prop: Property, found: set[str]) -> None:
        """Record the models that a request or an answer can hold, at every depth."""
        for model in self.models.held_by(prop):
            if model.class_info.name not in found:
                found.add(model.class_info.name)
                for member in self.models.members(model):
                    self.reach(member, found)

    # The rest

    def schemes(self) -> Iterator[Scheme]:
        for name, reference in ((self.document.data.get("components") or {}).get("securitySchemes") or {}).items():
            scheme = self.document.resolve(reference)
            yield Scheme(
                name=text(name),
                kind=Code(
                    "basic"
                    if scheme.get("scheme", "").lower() == "basic"
                    else "key"
                    if scheme["type"] == "apiKey"
                    else "bearer"
                ),
                location=text(scheme.get("in")),
                parameter=text(scheme.get("name")),
                description=text(scheme.get("description")),
                variable=text(scheme.get("x-environment-variable")),
            )

    @cached_property
    def models(self) -> Models:
        return Models(self.parsed.models)

    @property
    def request_types(self) -> Annotator:
        return Annotator(self.document, self.models, "models.", request=True)

    @property
    def answer_types(self) -> Annotator:
        return Annotator(self.document, self.models, "models.")


def _servers(servers: Iterable[dict[str, Any]]) -> Iterator[Server]:
    for server in servers:
        url = server["url"]
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        yield Server(text(url), text(server.get("description")))


def _key(method: str, path: str) -> tuple[str, str]:
    """An operation's identity; the parser renames path parameters, and names don't tell templates apart."""
    return method, re.sub(r"{[^}]*}", "{}", path)


def _example(*sources: dict[str, Any]) -> Any:
    for source in sources:
        for value in (source.get("example"), *(source["examples"] if isinstance(source.get("examples"), list) else ())):
            if value is not None:
                return value
    return None
