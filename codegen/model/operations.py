"""Operations as templates see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any, TypeAlias

from markupsafe import Markup as Code

from codegen.description.commands import CHECK, COMMAND
from codegen.description.document import as_list
from codegen.description.http import default_explode, default_style, is_name, is_value, media_kind
from codegen.description.schemas import is_file
from codegen.description.security import SECURITY, alternatives
from codegen.description.servers import own_server
from codegen.naming import attributes
from codegen.naming.names import NOT_FOR_ARGUMENTS, class_name, member, module, words
from codegen.normalise.operations import Part, RawOperation
from codegen.normalise.steps import NULL as NULL_TYPE
from codegen.parser.text import text

from .annotations import Use
from .api import Answer, Argument, Body, BodySecurity, Encoding, Header, Operation, Parameter, Security
from .models import ModelBuilder
from .schemas import Member, example, prose
from .signatures import arguments_of, variants_of
from .types import (
    NULL,
    Kind,
    ModelRef,
    Scalar,
    Type,
    Union,
    Values,
    is_scalar,
    models_in,
    space_separated,
    union,
    unions_in,
)
from .unchecked import Unchecked
from .unions import Place
from .values import default_of, literal

#: An object that a body can be, by its class, with its members as arguments.
Flattened: TypeAlias = tuple[str, tuple[Argument, ...]]
#: What a body or an answer is, whatever its schema says, by the kind of its media type.
_BY_MEDIA_KIND = {"text": Scalar(Kind.STRING), "bytes": Scalar(Kind.FILE), "empty": NULL}


@dataclass
class OperationBuilder:
    """Builds operations, and tells the models which of them are sent and which are received."""

    data: Mapping[str, Any]
    """The description as written."""
    models: ModelBuilder
    unchecked: Unchecked
    _answers: dict[tuple[int, str, str, Type], Answer] = field(default_factory=dict)
    """By the answer as written, which operations share, its status, media type and type."""

    def operation(self, raw: RawOperation) -> Operation:
        """One operation."""
        members = {one.wire_name: one for one in self.models.schemas.members(raw.types)}
        self._record_directions(raw, members)
        parameters = tuple(self.parameter(part, members[part.key]) for part in raw.parameters)
        taken = {str(parameter.argument.name) for parameter in parameters}
        bodies = tuple(self.bodies(raw, members, taken))
        described = raw.raw
        security = _as_text(alternatives(described.get("security", self.data.get("security"))))
        variants = variants_of(raw.name, bodies, parameters, security)
        arguments = arguments_of(variants, bodies, parameters)
        return Operation(
            name=Code(raw.name),
            method=text(raw.method.upper()),
            path=text(raw.path),
            server=text(own_server(described.get("servers"), self.data.get("servers"))),
            summary=text(described.get("summary") or raw.name.replace("_", " ").capitalize()),
            description=text(described.get("description")),
            link=text((described.get("externalDocs") or {}).get("url")),
            deprecated=bool(described.get("deprecated")),
            parameters=parameters,
            bodies=bodies,
            answers=tuple(self.answer(part, members[part.key]) for part in raw.answers),
            security=security,
            arguments=arguments,
            variants=variants,
            command=text(described.get(COMMAND)),
            check=_check(described.get(CHECK) or {}, arguments),
        )

    def _record_directions(self, raw: RawOperation, members: Mapping[str, Member]) -> None:
        """Tell the models what this operation sends and receives."""
        tag = module(raw.tag)
        for use, parts in ((Use.REQUEST, raw.parameters + raw.bodies), (Use.ANSWER, raw.answers)):
            for part in parts:
                kind = members[part.key].type
                self.models.add(use, kind, tag)
                if any(unions_in(kind)):
                    self.models.places.append(Place(use, class_name([*words(raw.name), part.name]), kind))

    # Parameters

    def parameter(self, part: Part, typed: Member) -> Parameter:
        raw = part.raw
        location = raw["in"]
        style = raw.get("style")
        style = default_style(location) if style in (None, "", "cookie") else style  # told by check `unsupported`
        typed = typed._replace(
            is_required=location == "path" or bool(raw.get("required")),
            description=prose(raw, typed.schema),
            example=example(raw, part.schema, typed.schema),
        )
        argument = self.argument(part.name, typed, location, wire_name=raw["name"])
        if raw.get("allowEmptyValue") and location == "query":  # OpenAPI 3.1, 4.8.12.2
            argument = replace(argument, type=union([argument.type, Values(("",), Kind.STRING)]))
        return Parameter(
            argument=argument,
            type=typed.type,
            style=Code(style),
            explode=bool(raw.get("explode", default_explode(style))),
            allow_reserved=location == "query" and bool(raw.get("allowReserved")),
            allow_empty=location == "query" and bool(raw.get("allowEmptyValue")),
            content_type=text(part.media_type),
            schema=text(self.unchecked.name(part.pointer)),
        )

    def argument(self, name: str, typed: Member, location: str, wire_name: str | None = None) -> Argument:
        """A parameter, a member of a body, or a body."""
        wire_name = typed.wire_name if wire_name is None else wire_name
        default = None
        if is_name(location, wire_name) and is_value(location, str(typed.default)):
            default = default_of(typed.type, typed.default, is_sent=True)
        argument = Argument(
            name=Code(name),
            wire_name=text(wire_name),
            location=Code(location),
            type=space_separated(typed.type, typed.words) if typed.words else typed.type,
            default=default,
            required=typed.is_required,
            description=text(typed.description),
            example=typed.example,
        )
        return replace(argument, default=argument.missing) if not typed.is_required and default is None else argument

    # Bodies

    def bodies(self, raw: RawOperation, members: Mapping[str, Member], taken: set[str]) -> Iterator[Body]:
        variants = [
            []
            if self._can_be_several(members[part.key].type, part)
            else self.variants(members[part.key].type, raw, taken)
            for part in raw.bodies
        ]
        # Several media types share arguments only if each of them takes the same object.
        names = {tuple(name for name, _ in objects) for objects in variants}
        is_flat = len(names) == 1 and (len(variants) == 1 or len(variants[0]) == 1)
        for part, objects in zip(raw.bodies, variants, strict=True):
            for name, fields in objects if is_flat else ():
                typed = members[part.key]._replace(type=self.models.schemas.component(name))
                yield self.body(part, typed, fields, is_required=raw.is_body_required)
            if not (is_flat and objects):
                yield self.body(part, members[part.key], (), is_required=raw.is_body_required)

    def body(self, part: Part, typed: Member, fields: tuple[Argument, ...], *, is_required: bool) -> Body:
        kind = "bytes" if is_scalar(typed.type, Kind.FILE) else media_kind(part.media_type)
        typed = typed._replace(
            type=_BY_MEDIA_KIND.get(kind, typed.type),
            is_required=is_required,
            description=prose({**part.raw, "description": "The body of the request."}, typed.schema),
            example=example(part.raw, part.schema, typed.schema),
        )
        only = typed.type.name if isinstance(typed.type, ModelRef) else ""
        encoding = part.raw.get("encoding") or {}
        return Body(
            content_type=text(part.media_type),
            type=typed.type,
            description=text(self.models.schemas.by_name[only].get("description") if only else None),
            required=is_required,
            models=self.models.names(typed.type),
            fields=fields,
            argument=self._whole_argument(typed, fields),
            encodings=tuple(self.encodings({**self._types_of_files(typed.type, kind), **encoding}, kind)),
            security=tuple(self.body_security(typed.type)),
            schema=text(self.unchecked.name(part.pointer)),
        )

    def _whole_argument(self, typed: Member, fields: tuple[Argument, ...]) -> Argument | None:
        """The argument that is the whole body; also beside its members where an empty object differs from no body."""
        if fields and (typed.is_required or any(field.required or field.name == "body" for field in fields)):
            return None
        whole = self.argument("body", typed, "body", wire_name="body")
        return replace(whole, description=text("The whole body, in place of its members.")) if fields else whole

    def body_security(self, kind: Type) -> Iterator[BodySecurity]:
        """What each object that the body can be says of security."""
        for name in models_in(kind):
            own = self.models.schemas.by_name[name].get(SECURITY)
            if own is not None:
                yield BodySecurity(Code(f"models.{name}"), _as_text(alternatives(own)))

    def _types_of_files(self, kind: Type, body_kind: str) -> Mapping[str, Any]:
        """The encodings that the members of a multipart body imply by `contentMediaType` (OpenAPI 3.1, 4.8.14.5)."""
        if body_kind != "multipart" or not isinstance(kind, ModelRef):
            return {}
        members = {member.wire_name: member.schema for member in self.models.schemas.members(kind.name)}
        files = {
            name: self.models.schemas.dereferenced(schema.get("items", schema)) for name, schema in members.items()
        }
        types = {name: file.get("contentMediaType") for name, file in files.items() if is_file(file)}
        return {name: {"contentType": media_type} for name, media_type in types.items() if media_type}

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

    def _can_be_several(self, kind: Type, part: Part) -> bool:
        """Whether an object may be of several variants at once (`anyOf`), so that no overload has all its members."""
        document = self.unchecked.document
        pending = (
            [document.mapping({"$ref": part.pointer})] if isinstance(kind, Union) and not kind.discriminator else []
        )
        while pending:
            schema = pending.pop()
            if len([variant for variant in as_list(schema.get("anyOf")) if variant != NULL_TYPE]) > 1:
                return True
            pending += map(document.mapping, as_list(schema.get("allOf")))
        return False

    def variants(self, kind: Type, raw: RawOperation, taken: set[str]) -> list[Flattened]:
        """The objects that a body can be, with their members as arguments; none where that would lose anything.

        Several are told apart by the members that one requires and the other does not know.
        """
        members = kind.members if isinstance(kind, Union) else (kind,)
        objects = [(part.name, self.flattened(part.name, raw, taken)) for part in members if isinstance(part, ModelRef)]
        if len(objects) < len(members) or not all(fields for _, fields in objects):
            return []
        return objects if _can_be_told_apart([fields for _, fields in objects]) else []

    def flattened(self, model: str, raw: RawOperation, taken: set[str]) -> tuple[Argument, ...]:
        """The members of an object as arguments; none where a call could not say all that the object can."""
        if self.models.schemas.by_name[model].get("additionalProperties"):
            return ()
        fields = tuple(
            self.argument(member(typed.wire_name), _unchanged(typed, raw.method), "body")
            for typed in self.models.schemas.members(model)
            if not typed.is_read_only
        )
        names = [str(field.name) for field in fields]
        is_ambiguous = len({*names}) < len(names) or bool((taken | NOT_FOR_ARGUMENTS) & {*names})
        is_lossy = not raw.is_body_required and any(field.required for field in fields)
        return () if is_ambiguous or is_lossy else fields

    # Answers

    def answer(self, part: Part, typed: Member) -> Answer:
        key = id(part.raw), part.name, part.media_type, typed.type
        if key not in self._answers:
            self._answers[key] = self._answer(part, typed)
        return self._answers[key]

    def _answer(self, part: Part, typed: Member) -> Answer:
        kind = self._answer_kind(part, typed.type)
        return Answer(
            status=Code(part.name),
            kind=Code(kind),
            content_type=text(part.media_type),
            type=_BY_MEDIA_KIND.get(kind, typed.type),
            models=self.models.names(typed.type),
            description=text(part.raw.get("description")),
            headers=tuple(self.headers(part.raw["headers"])),
        )

    def _answer_kind(self, part: Part, kind: Type) -> str:
        if is_scalar(kind, Kind.FILE):  # `format: binary` says more than `application/json`: an export of JSON
            return "bytes"
        if not part.media_type:
            return "empty"
        if (
            "*" in part.media_type and isinstance(kind, Scalar) and kind.kind is Kind.STRING
        ):  # any type: also one without quotes
            return "text"
        named = media_kind(part.media_type)
        return named if named in ("json", "text") else "bytes"

    def headers(self, headers: dict[str, Any]) -> Iterator[Header]:
        for name, header in headers.items():
            attribute = Code(attributes.of_header(name, header.get("x-python-attribute")))
            kind = text(header["schema"].get("type", "string"))
            yield Header(text(name), kind, text(header.get("description")), attribute)


def _check(values: Mapping[str, Any], arguments: Iterable[Argument]) -> dict[Code, Code]:
    """The arguments of a call by which credentials are tried, as literals."""
    names = {argument.wire_name.get_untrusted_value(): argument.name for argument in arguments}
    return {names[wire_name]: Code(literal(value)) for wire_name, value in values.items() if wire_name in names}


def _as_text(requirements: tuple[tuple[str, ...], ...]) -> Security:
    return tuple(tuple(map(text, names)) for names in requirements)


def _can_be_told_apart(objects: Sequence[Sequence[Argument]]) -> bool:
    """Whether each object requires a member that no other one knows."""
    needed = [{str(field.name) for field in fields if field.default is None} for fields in objects]
    known = [{str(field.name) for field in fields} for fields in objects]
    return all(needed[first] - known[second] for first, second in permutations(range(len(objects)), 2))


def _unchanged(typed: Member, method: str) -> Member:
    """Without its default in a PATCH (RFC 5789), which would change what the caller does not speak of."""
    return typed._replace(default=None) if method == "patch" and not typed.is_required else typed
