"""The description as templates see it: operations, arguments, models; every name and type decided.

Text of the description stays an `UntrustedString`, code is `Code`: templates can print the second as it is, the first
only through an escaping filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Any, TypeAlias

from markupsafe import Markup as Code

from codegen.description.http import (
    PER_CALL_HEADERS,
    USUAL_MEDIA_TYPES,
    default_explode,
    default_style,
    is_absolute,
    may_lack_content,
)
from codegen.naming.attributes import RATE_LIMIT
from codegen.naming.names import attribute
from codegen.parser.reading import UntrustedString

from .examples import Examples
from .types import (
    NULL,
    UNSET,
    Anything,
    Kind,
    ListOf,
    ModelRef,
    Scalar,
    Type,
    Values,
    Words,
    alternatives,
    is_anything,
    is_nullable,
    is_secret,
    only_type,
    optional,
    union,
    words_of,
)

#: The names of the security schemes in each requirement.
Security: TypeAlias = tuple[tuple[UntrustedString, ...], ...]

#: The kinds of values that are text for who types them.
_TEXTS = frozenset({Kind.STRING, Kind.DATE, Kind.DATE_TIME, Kind.UUID})
#: More models than this stand in a module for each tag.
MANY = 200
#: The module of the models that several tags need, or none.
SHARED = Code("_shared")


@dataclass(frozen=True)  # no slots: what is derived from it is kept, since it is printed several times
class Argument:
    """Something that a caller passes to an operation: a parameter, a field of the body, or the body."""

    name: Code
    wire_name: UntrustedString
    location: Code
    type: Type
    default: Code | None
    required: bool
    description: UntrustedString
    example: Any

    @cached_property
    def accepted(self) -> Type:
        """The type in a signature, where what is not required can be left out."""
        if self.is_of_client and self.default is not None:
            return optional(self.type if self.required else optional(self.type), UNSET)
        return self.type if self.required else optional(self.type, UNSET if self.nullable else NULL)

    @property
    def is_of_client(self) -> bool:
        """Whether callers can set it for all calls of a client, by a header.

        Then what a call leaves out has to differ from what it passes, even where that is the default, or None.
        """
        return self.location == "header" and self.wire_name.get_untrusted_value().lower() not in PER_CALL_HEADERS

    @property
    def initial(self) -> Code | None:
        """The default in a signature."""
        return Code("UNSET") if self.is_of_client and self.default is not None else self.default

    @property
    def nullable(self) -> bool:
        """Whether None is sent as null. A style has no null; what may be anything may be null in JSON."""
        return is_nullable(self.type) or (self.location == "body" and is_anything(self.type))

    @property
    def missing(self) -> Code:
        """The default that stands for a value that was left out."""
        return Code("UNSET" if self.nullable else "None")

    @property
    def secret(self) -> bool:
        """Whether nothing may show the value."""
        return is_secret(self.type)

    @property
    def is_text(self) -> bool:
        """Whether a person can write the value as it is; else it takes JSON."""
        parts = [part for part in alternatives(self.type) if part not in (NULL, UNSET)]
        return all(isinstance(part, Values | Scalar) and part.kind in _TEXTS for part in parts)

    @property
    def is_constant(self) -> bool:
        """Whether it has one value only, which need not be passed."""
        return self.has_default and all(isinstance(part, Values) for part in alternatives(self.type))

    @property
    def words(self) -> Words | None:
        """What its words have to be, if it can come in words, to be sent with spaces between them."""
        return words_of(self.type)

    @property
    def is_shown(self) -> bool:
        """Whether an example passes it. Not an optional header: a constant Idempotency-Key, or another version than
        the client was made for, would be pasted into programs.
        """
        return self.default is None or self.location not in ("body", "header")

    @property
    def has_default(self) -> bool:
        """Whether the description gives a default."""
        return self.default not in (None, "None", "UNSET")


@dataclass(frozen=True)  # no slots, as Argument
class Parameter:
    """A parameter of an operation, with all that decides its form on the wire."""

    argument: Argument
    type: Type
    """What is sent; an argument may take more."""
    style: Code
    explode: bool
    allow_reserved: bool
    allow_empty: bool
    content_type: UntrustedString
    schema: UntrustedString
    """What of its schema its type does not check: a name in `Api.schemas`; empty: nothing."""

    @property
    def is_default_style(self) -> bool:
        """Whether style and explode are those of the location (OpenAPI 3.1, 4.8.12.2.1)."""
        style = default_style(self.argument.location)
        return self.style == style and self.explode == default_explode(style)

    @cached_property
    def definition(self) -> Parameter:
        """The same without its description and example, which only the documentation shows."""
        return replace(self, argument=replace(self.argument, description=UntrustedString(""), example=None))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one member of a form is written."""

    name: UntrustedString
    content_type: UntrustedString
    style: UntrustedString
    explode: bool | None
    allow_reserved: bool


@dataclass(frozen=True, slots=True)
class BodySecurity:
    """The security of one object that a body can be, in place of the operation's."""

    model: Code
    security: Security


@dataclass(frozen=True, slots=True)
class Body:
    """One media type that an operation accepts; `fields` where its members are arguments of their own."""

    content_type: UntrustedString
    type: Type
    description: UntrustedString
    required: bool
    models: tuple[Code, ...]
    fields: tuple[Argument, ...]
    argument: Argument | None
    encodings: tuple[Encoding, ...]
    security: tuple[BodySecurity, ...]
    schema: UntrustedString
    """As that of a parameter."""

    @property
    def nullable(self) -> list[Argument]:
        """What None is a value of its own for, sent as null: the body, or some of its fields."""
        arguments = [*self.fields, *([self.argument] if self.argument else ())]
        return [argument for argument in arguments if argument.nullable]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer."""

    name: UntrustedString
    type: UntrustedString
    description: UntrustedString
    attribute: Code
    """Of answers and errors; empty: it is read as none."""


@dataclass(frozen=True, slots=True)
class HeaderFact:
    """What answers and errors say by one attribute: the first of these headers that an answer has."""

    attribute: Code
    names: tuple[UntrustedString, ...]
    type: Code
    description: UntrustedString

    @property
    def is_of_rate_limit(self) -> bool:
        """Whether it is a part of `rate_limit`, which is one attribute."""
        return str(self.attribute) in RATE_LIMIT

    @property
    def summary(self) -> UntrustedString:
        """What the description says of it, and which headers it comes from."""
        names = " or ".join(name.get_untrusted_value() for name in self.names)
        text = self.description.get_untrusted_value()
        return UntrustedString(f"{text.rstrip('. ')} (header {names})." if text else f"Value of the header {names}.")


@dataclass(frozen=True)  # no slots, as Argument
class Answer:
    """What an operation answers with one status (`201`), range (`4XX`) or otherwise (`default`)."""

    status: Code
    kind: Code
    content_type: UntrustedString
    type: Type
    models: tuple[Code, ...]
    description: UntrustedString
    headers: tuple[Header, ...]

    @property
    def is_usual(self) -> bool:
        """Whether the media type is the one that goes without saying."""
        return self.content_type == USUAL_MEDIA_TYPES.get(self.kind, "")

    @property
    def is_success(self) -> bool:
        return self.status.startswith("2")

    @cached_property
    def definition(self) -> Answer:
        """The same without its description and headers, which only the documentation shows."""
        return replace(self, description=UntrustedString(""), headers=())


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the objects that a body can be; a signature of its own."""

    name: Code
    description: UntrustedString
    arguments: tuple[Argument, ...]
    security: Security


@dataclass(frozen=True)  # no slots, as Argument
class Operation:
    """One method of one path."""

    name: Code
    method: UntrustedString
    path: UntrustedString
    server: UntrustedString
    """Empty: where the other operations are."""
    summary: UntrustedString
    description: UntrustedString
    link: UntrustedString
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]
    security: Security
    arguments: tuple[Argument, ...]
    """As a signature lists them: what has no default first, the body before the parameters."""
    variants: tuple[Variant, ...]
    """The signatures that a call can have, where the body can be one of several objects; else none."""
    command: UntrustedString
    """By which a person calls it on the command line; empty: it has none."""
    check: Mapping[Code, Code]
    """Arguments, as literals, of a call that changes nothing, by which credentials are tried; empty: there is none."""

    @property
    def constant(self) -> Code:
        """The name of its definition."""
        return constant(self.name)

    @cached_property
    def calls(self) -> tuple[Variant, ...]:
        """The variants, or the one signature that there is."""
        return self.variants or (Variant(self.name, self.description, self.arguments, self.security),)

    @property
    def options(self) -> tuple[Argument, ...]:
        """What the command line takes, by the first signature that has it; nothing that has one value only."""
        every: dict[Code, Argument] = {}
        for call in self.calls:
            for argument in call.arguments:
                every.setdefault(argument.name, argument)
        return tuple(one for one in every.values() if one.location != "header" and not one.is_constant)

    @cached_property
    def secrets(self) -> list[Code]:
        """The names of the arguments that must not be seen."""
        return [argument.name for argument in self.arguments if argument.secret]

    @cached_property
    def words(self) -> dict[Code, Words]:
        """What the words have to be of each argument that can come in words."""
        return {argument.name: argument.words for argument in self.arguments if argument.words}

    @cached_property
    def successes(self) -> list[Answer]:
        """The answers that a call can return: 2xx, else `default`."""
        successes = [answer for answer in self.answers if answer.is_success]
        return successes or [answer for answer in self.answers if answer.status == "default"]

    @cached_property
    def failures(self) -> list[Answer]:
        return [answer for answer in self.answers if answer not in self.successes]

    @cached_property
    def last_errors(self) -> tuple[Answer, ...]:
        """The definitions of the failures after the last success, which are often those of other operations, too."""
        last = takewhile(lambda answer: answer not in self.successes, reversed(self.answers))
        return tuple(answer.definition for answer in last)[::-1]

    @property
    def first_answers(self) -> tuple[Answer, ...]:
        """All the other answers."""
        return self.answers[: len(self.answers) - len(self.last_errors)]

    @cached_property
    def models(self) -> list[Code]:
        """The models that answers and bodies hold."""
        parts: list[Answer | Body] = [*self.successes, *self.bodies, *self.failures]
        return [model for part in parts for model in part.models]

    @cached_property
    def headers(self) -> list[tuple[Header, Code]]:
        """The headers of all answers, each with the statuses that have it."""
        statuses_by_header: dict[Header, list[str]] = {}
        for answer in self.answers:
            for header in answer.headers:
                statuses_by_header.setdefault(header, []).append(answer.status)
        return [(header, Code(", ".join(statuses))) for header, statuses in statuses_by_header.items()]

    @cached_property
    def content_types(self) -> list[UntrustedString]:
        """The media types of the bodies, each once."""
        return list(dict.fromkeys(body.content_type for body in self.bodies))

    @cached_property
    def accept(self) -> UntrustedString:
        """The media types of the answers that a call can return."""
        types = {answer.content_type.get_untrusted_value(): None for answer in self.successes if answer.content_type}
        return UntrustedString(", ".join(types) or "*/*")

    @cached_property
    def is_binary(self) -> bool:
        """Whether a call can return bytes, which may go into a file."""
        return any(answer.kind == "bytes" for answer in self.successes)

    @cached_property
    def may_lack_content(self) -> bool:
        """Whether a call may return nothing, although no success is declared so."""
        method, is_declared = self.method.get_untrusted_value(), any(one.kind == "empty" for one in self.successes)
        return not is_declared and any(may_lack_content(method, answer.status) for answer in self.successes)

    @cached_property
    def returns(self) -> tuple[Type, ...]:
        """The types of what a call can return, nothing last."""
        return self._returned(answer.type for answer in self.successes)

    def _returned(self, types: Iterable[Type]) -> tuple[Type, ...]:
        distinct: dict[Type, None] = dict.fromkeys(types)
        if self.may_lack_content or not self.successes:
            distinct[NULL] = None
        return tuple(sorted(distinct, key=lambda kind: kind == NULL))

    @property
    def returns_into(self) -> tuple[Type, ...]:
        """The same where bytes go into a file."""
        return self._returned(Scalar(Kind.PATH) if answer.kind == "bytes" else answer.type for answer in self.successes)


@dataclass(frozen=True, slots=True)
class Shared:
    """What several operations of a tag have in common, defined once as constants of their module."""

    parameters: Mapping[Parameter, Code]
    """Definitions, each with the name of its constant."""
    errors: tuple[Answer, ...]
    """The definitions of the answers that most of the operations end with; empty where that saves nothing."""
    errors_constant: Code
    words: Mapping[Words, Code]
    """What words have to be, each with the name of its constant."""

    @property
    def error_statuses(self) -> list[Code]:
        """Those of the errors, where they differ in nothing else."""
        alike = {replace(error, status=Code("")) for error in self.errors}
        return [error.status for error in self.errors] if len(alike) == 1 else []


@dataclass(frozen=True, slots=True)
class Tag:
    """The operations under one tag; a module and a pair of classes."""

    name: UntrustedString
    module: Code
    prefix: Code
    description: UntrustedString
    operations: tuple[Operation, ...]
    shared: Shared

    @property
    def attribute(self) -> Code:
        """Its name on a client, which has methods of its own."""
        return Code(attribute(self.module))


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a model."""

    name: Code
    wire_name: UntrustedString
    type: Type
    annotation: Code
    """The type as its module writes it."""
    argument: Code | None
    """The type of what a caller may pass for it; None where that is no other one."""
    documented: Code
    """The type as the documentation writes it, without modules."""
    constraints: Code
    nullable: bool
    read_only: bool
    default: Code | None
    required: bool
    secret: bool
    description: UntrustedString
    models: tuple[Code, ...]
    end: Code | None = None
    """Of a lifetime: the attribute that says when it is over."""


@dataclass(frozen=True, slots=True)
class Model:
    """An object schema."""

    name: Code
    home: Code
    base: Code
    description: UntrustedString
    fields: tuple[Field, ...]
    extra: Code | None
    """The type of the members that are not declared; None where the description says nothing of them, or has none."""
    has_wider_arguments: bool
    """Whether callers make such objects, of more types than those that are read."""
    is_closed: bool
    """Whether requests and answers have it, and the description allows requests no members that it does not declare."""
    secret_names: tuple[UntrustedString, ...]
    """Members that it does not declare, and that are secrets of other variants of a union."""
    aliases: tuple[Alias, ...]
    """Its other names."""
    modules: tuple[Code, ...]
    """Other modules of models that hold what its fields need."""


@dataclass(frozen=True, slots=True)
class Alias:
    """An enumeration that has a name in the description, or another name of a class."""

    name: Code
    type: Type
    description: UntrustedString


@dataclass(frozen=True, slots=True)
class UnionAlias:
    """A union that stands in many places, by a private name; what callers may pass has a name of its own."""

    name: Code
    home: Code
    definition: Code
    is_validated: bool
    """Whether values are checked against it; else only type checkers read it."""
    modules: tuple[Code, ...]
    """Other modules of models that hold what it needs."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to authenticate."""

    name: UntrustedString
    kind: Code
    """`key`, `basic`, `bearer`, or `unsupported`."""
    location: UntrustedString
    parameter: UntrustedString
    description: UntrustedString
    variable: UntrustedString


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API answers."""

    url: UntrustedString
    description: UntrustedString

    @property
    def is_whole(self) -> bool:
        """Whether it can be called without knowing where the description came from."""
        return is_absolute(self.url.get_untrusted_value())


@dataclass(frozen=True)
class Api:
    """A whole description."""

    title: UntrustedString
    summary: UntrustedString
    description: UntrustedString
    version: UntrustedString
    license: UntrustedString
    distribution: UntrustedString
    keywords: tuple[UntrustedString, ...]
    """By which a package index finds it."""
    urls: Mapping[UntrustedString, UntrustedString]
    """Links that a package index shows, by label."""
    base_url_variable: UntrustedString
    """The environment variable that may hold the base URL; empty where the description names none."""
    log_variable: UntrustedString
    """The environment variable that may ask for the log; empty where the description names none."""
    support: UntrustedString
    """What users can count on, in Markdown; empty where the description does not say it."""
    fixture: Code
    """What pytest's fixture is called that is a sandbox; empty: as the package."""
    servers: tuple[Server, ...]
    schemes: tuple[Scheme, ...]
    tags: tuple[Tag, ...]
    models: tuple[Model, ...]
    aliases: tuple[Alias, ...]
    unions: tuple[UnionAlias, ...]
    union_names: Mapping[str, Mapping[Type, str]]
    """The names of these, by what each is written for: `answer` or `request`."""
    discriminators: Mapping[Code, Code]
    """The members that tell variants of unions apart, by what unknown variants are called there, see _unknown.py."""
    has_casings: bool
    """Whether answers may have their members in another casing than the description."""
    schemas: Mapping[str, Code]
    """What types leave open of what is sent, as JSON Schema, by the places in the description."""
    examples: Examples
    """Of answers."""

    @cached_property
    def has_members_from_server(self) -> bool:
        """Whether a class has a member that all answers have, and that no request has to have."""
        return any(field.default == "from_server()" for model in self.models for field in model.fields)

    @property
    def variable(self) -> UntrustedString:
        """The environment variable that may hold the API key; empty where the description names none."""
        return next((scheme.variable for scheme in self.schemes if scheme.variable), UntrustedString(""))

    @property
    def base_url(self) -> UntrustedString | None:
        """The first server that is whole."""
        return next((server.url for server in self.servers if server.is_whole), None)

    @property
    def server_urls(self) -> list[UntrustedString]:
        """Those of all servers, also of those that only some operations have; each once."""
        own = (operation.server for _, operation in self.operations if operation.server)
        return list(dict.fromkeys([*(server.url for server in self.servers), *own]))

    @property
    def operations(self) -> list[tuple[Tag, Operation]]:
        """All of them, each with its tag."""
        return [(tag, operation) for tag in self.tags for operation in tag.operations]

    @property
    def commands(self) -> list[tuple[Tag, Operation]]:
        """The operations that have a command, and their tags."""
        return [(tag, operation) for tag, operation in self.operations if operation.command]

    @property
    def probe(self) -> tuple[Tag, Operation] | None:
        """The first operation by which credentials can be tried, and its tag."""
        return next(((tag, operation) for tag, operation in self.operations if operation.check), None)

    @property
    def binary_operation(self) -> tuple[Tag, Operation] | None:
        """The first operation that returns bytes, and its tag."""
        return next(((tag, operation) for tag, operation in self.operations if operation.is_binary), None)

    @property
    def is_split(self) -> bool:
        """Whether the models stand in a module for each tag."""
        return len(self.models) > MANY

    @property
    def homes(self) -> list[tuple[Code, list[Code]]]:
        """The modules of models with the names in them."""
        names = {
            home: [name for model in models for name in (model.name, *(alias.name for alias in model.aliases))]
            for home, models in self.models_by_home.items()
        }
        names[SHARED] = [alias.name for alias in self.aliases] + names.get(SHARED, [])
        for union_alias in self.unions:
            names.setdefault(str(union_alias.home), []).append(union_alias.name)
        return sorted((Code(home), listed) for home, listed in names.items())

    @cached_property
    def models_by_home(self) -> Mapping[str, list[Model]]:
        """The models in each module of models; there is always one for what several tags need."""
        models: dict[str, list[Model]] = {str(SHARED): []}
        for model in self.models:
            models.setdefault(str(model.home), []).append(model)
        for union_alias in self.unions:
            models.setdefault(str(union_alias.home), [])
        return models

    @cached_property
    def facts(self) -> list[HeaderFact]:
        """What answers and errors say by attributes, in the order of the description."""
        headers: dict[str, list[Header]] = {}
        for header in (header for _, one in self.operations for header, _ in one.headers if header.attribute):
            headers.setdefault(str(header.attribute), []).append(header)
        return [_fact(Code(attribute), same) for attribute, same in headers.items()]

    @property
    def attributes(self) -> list[Code]:
        """The names of these attributes."""
        return list(dict.fromkeys(Code(fact.attribute.partition(".")[0]) for fact in self.facts))

    @cached_property
    def error_item(self) -> Type:
        """The type of what an error's envelope lists as `errors`; anything where no description is that simple."""
        failures = [answer for _, operation in self.operations for answer in operation.failures]
        envelopes = {part.name: None for answer in failures if isinstance(part := answer.type, ModelRef)}
        items = [
            _item_of(field.type) for name in envelopes for field in self.model[name].fields if field.name == "errors"
        ]
        return union(items) if items and all(isinstance(item, ModelRef) for item in items) else Anything()

    @cached_property
    def model(self) -> Mapping[str, Model]:
        """Models by class name."""
        return {str(model.name): model for model in self.models}


def _item_of(kind: Type) -> Type:
    listed = only_type(kind)
    return listed.items if isinstance(listed, ListOf) else Anything()


def _fact(attribute: Code, headers: list[Header]) -> HeaderFact:
    names: dict[str, UntrustedString] = {}
    for header in headers:
        names.setdefault(header.name.get_untrusted_value().lower(), header.name)
    is_whole = all(header.type.get_untrusted_value() == "integer" for header in headers)
    descriptions = [header.description for header in headers if header.description.get_untrusted_value()]
    kind, description = Code("int" if is_whole else "str"), (*descriptions, UntrustedString(""))[0]
    return HeaderFact(attribute, tuple(names.values()), kind, description)


def constant(name: str) -> Code:
    """The name of a private constant: in capitals if it is ASCII, since two other names can become one in capitals."""
    return Code(f"_{name.upper() if name.isascii() else name}")
