"""An operation of the description as data: checks arguments and encodes them, without I/O."""

from __future__ import annotations

import re
import sys
import warnings
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, GetPydanticSchema, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from ._bodies import CHARSET, CHARSETS, Body, BodyEncoder, Check, Content, Encoding, Security
from ._checks import adapter_of, built, explain as explain, invalid_argument as invalid_argument, path_of, validate
from ._http import USUAL_MEDIA_TYPES, default_explode, default_style, is_json, is_name, is_value
from ._model import UNSET, Model, fail_fast, fields_of, hides
from ._process import cached_property
from ._styles import Pairs, Style, UnfitError, as_type, plain, quoted
from ._values import as_described
from .errors import VariantError
from .scopes import Words, joined

__all__ = [
    "Answer",
    "Body",
    "Encoding",
    "Operation",
    "Parameter",
    "Prepared",
    "Security",
    "Words",
    "explain",
    "invalid_argument",
]

T = TypeVar("T")

# Null where nothing may stand, and 3599.0 or 3.599e3 where 3599 is meant.
_OTHER_SPELLINGS = re.compile(rb"null|[0-9](\.0|[eE])")
_LONGEST_TYPE = 256  # characters of a Content-Type that are read
_JSON_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)""")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside of the body."""

    name: str
    """Name of the Python argument."""
    wire_name: str
    """Name in the request."""
    location: Literal["path", "query", "header", "cookie"]
    type: Any
    required: bool = False
    nullable: bool = False
    secret: bool = False
    style: str = ""
    """OpenAPI's serialization style; empty: the location's default."""
    explode: bool | None = None
    allow_reserved: bool = False
    allow_empty_value: bool = False
    """Whether an empty text may be sent, whatever the type."""
    content_type: str = ""
    """Where the description gives `content`: its media type, which takes the place of a style."""
    default: Any = None
    """The description's default. A header that is left out has it, unless the caller's headers have another value."""
    schema: Check | None = None
    """Finds what is wrong with the plain value beyond its type; None: the type says it all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A declared answer."""

    status: str
    """`201`, `2XX` or `default`."""
    kind: Literal["json", "text", "bytes", "empty"]
    type: Any = None
    content_type: str = ""
    """Empty: the usual one of its kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A request, ready to be sent any number of times. Its repr shows nothing: all of it may be secret."""

    path: str = field(repr=False)
    """Path and query, encoded; begins with a slash."""
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    secrets: Callable[[], frozenset[str]] = field(repr=False)
    """The values that must not appear in any text; computed on demand."""
    security: Security = field(repr=False)
    """That of the body, else that of the operation."""


@dataclass(frozen=True, eq=False)
class Operation(Generic[T]):
    """An operation; compared by identity, so that what is computed from it can be cached."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[Body, ...] = ()
    answers: tuple[Answer, ...] = ()
    security: Security = ()
    deprecated: bool = False
    server: str = ""
    """Base URL, where it is not that of the others; a client that was given one keeps to that."""
    words: Mapping[str, Words] = field(default_factory=dict)
    """What the words have to be of each argument that is a text of several, by Python name."""

    def prepare(self, arguments: Mapping[str, object]) -> Prepared:
        """Check and encode the arguments, by Python name; optional ones that are None or UNSET are not sent.

        `content_type` chooses among bodies of several media types. A deprecated operation warns, where it was called.

        Raises:
            InvalidRequestError: naming the argument and the reason, never the value.
            VariantError: the arguments are those of no variant of the body.
        """
        if self.deprecated:
            _warn(self)
        if self.words:  # here and only once: an iterator is read by that
            arguments = {**arguments, **self._joined(arguments)}
        pairs: dict[str, Pairs] = {"path": [], "query": [], "header": [], "cookie": []}
        for encoder in self._encoders:
            pairs[encoder.parameter.location] += encoder.encode(arguments)
        headers = dict(pairs["header"])
        if pairs["cookie"]:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in pairs["cookie"])
        body, own_security = self._encode_body(arguments)
        if body.content is not None:
            headers["Content-Type"] = body.content_type
        path = self._encode_path(dict(pairs["path"]), pairs["query"])
        security = own_security.get(type(body.value), self.security)
        return Prepared(path, headers, body.content, lambda: self._secrets(arguments, body.value), security)

    @cached_property
    def idempotency_parameter(self) -> Parameter | None:
        """The parameter that carries Idempotency-Key, if the operation declares it."""
        headers = (parameter for parameter in self.parameters if parameter.location == "header")
        return next((parameter for parameter in headers if parameter.wire_name.lower() == "idempotency-key"), None)

    @cached_property
    def decoders(self) -> dict[str, Decoder]:
        """How to read the answer of each declared status."""
        return {answer.status.upper(): Decoder(answer) for answer in self.answers}

    @cached_property
    def accept(self) -> str:
        """Value of the Accept header: the media types that are declared, in that order."""
        answers = (answer for answer in self.answers if answer.kind != "empty")
        types = dict.fromkeys(answer.content_type or USUAL_MEDIA_TYPES[answer.kind] for answer in answers)
        return ", ".join(types) or "*/*"

    @cached_property
    def has_variable_url(self) -> bool:
        """Whether path or query depend on arguments."""
        return any(parameter.location in ("path", "query") for parameter in self.parameters)

    @cached_property
    def has_secret_url(self) -> bool:
        """Whether path or query can hold a secret argument."""
        return any(parameter.location in ("path", "query") for parameter in self.parameters if parameter.secret)

    @cached_property
    def _encoders(self) -> list[_ParameterEncoder]:
        return [_ParameterEncoder(parameter) for parameter in self.parameters]

    @cached_property
    def _body_encoders(self) -> list[BodyEncoder]:
        return [BodyEncoder(body) for body in self.bodies]

    @cached_property
    def _path(self) -> str:
        """A fragment, which some write there, is not sent."""
        return self.path.partition("#")[0]

    @cached_property
    def _segments(self) -> list[tuple[str, list[str]]]:
        """The path in segments, each with the parameters in it."""
        return [(segment, re.findall("{([^}]*)}", segment)) for segment in self._path.split("/")]

    def _joined(self, arguments: Mapping[str, object]) -> dict[str, str]:
        present = (name for name in self.words if arguments.get(name) not in (None, UNSET))
        return {name: joined(name, arguments[name], self.words[name]) for name in present}

    def _encode_path(self, values: Mapping[str, str], query: Pairs) -> str:
        path = self._filled(values) if values else self._path
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}{'&'.join(f'{name}={value}' for name, value in query)}" if query else path

    def _filled(self, values: Mapping[str, str]) -> str:
        segments = []
        for segment, names in self._segments:
            whole = segment
            for name in names:
                whole = whole.replace(f"{{{name}}}", values.get(name, ""))
            if names and whole in ("", ".", ".."):  # RFC 3986, 3.3: it would name another resource
                in_path = (parameter for parameter in self.parameters if parameter.location == "path")
                argument = next(parameter.name for parameter in in_path if parameter.wire_name == names[0])
                raise invalid_argument(argument, "can't be a segment of a path")
            segments.append(whole)
        return "/".join(segments)

    def _encode_body(self, arguments: Mapping[str, object]) -> tuple[Content, Mapping[type, Security]]:
        encoders = self._body_encoders
        if not encoders:
            return Content(None, "", None), {}
        if (content_type := arguments.get("content_type")) is not None:
            encoders = [encoder for encoder in encoders if encoder.body.content_type == content_type]
            if not encoders:
                declared = dict.fromkeys(encoder.body.content_type for encoder in self._body_encoders)
                raise invalid_argument("content_type", f"must be one of {', '.join(declared)}")
        encoder = encoders[0] if len(encoders) == 1 else self._chosen(encoders, arguments)
        return encoder.encode(arguments), encoder.body.security

    def _chosen(self, encoders: list[BodyEncoder], arguments: Mapping[str, object]) -> BodyEncoder:
        """Of several variants or media types: the first that takes every given argument and lacks none."""
        names = {name for encoder in encoders for name in encoder.own_arguments(arguments)}
        complete = [encoder for encoder in encoders if encoder.takes(names)]
        if not complete:
            got = [name for name in arguments if name in names]
            takes = " or ".join(encoder.signature for encoder in encoders)
            raise VariantError(f"{self.name}() takes {takes}; got {', '.join(got) or 'none of them'}")
        return next((encoder for encoder in complete if encoder.accepts(arguments)), complete[0])

    def _secrets(self, arguments: Mapping[str, object], body: object) -> frozenset[str]:
        values = (arguments.get(parameter.name) for parameter in self.parameters if parameter.secret)
        return frozenset(text for value in values for text in _texts(value)) | frozenset(_secret_fields(body))


class Decoder:
    """Reads an answer's body; its adapter is built on first use."""

    def __init__(self, answer: Answer) -> None:
        """For one declared answer."""
        self.answer = answer

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Validator of the JSON body."""
        kind = self.answer.type
        if isinstance(kind, type) and issubclass(kind, Model):  # it fails fast by itself
            return built(kind)
        whole = Any if kind is None else kind
        failing: Any = Annotated[
            whole, GetPydanticSchema(lambda source, handler: as_described(fail_fast(handler(source))))
        ]
        return built(failing)

    def size_of(self, content: bytes) -> int:
        """Bytes that the objects and arrays of a body count for: `{}` takes 500 bytes of memory, `[]` 64."""
        if self.answer.kind != "json":
            return 0
        if (size := _size_of_json(content)) > len(content):  # brackets within texts may count
            size = _size_of_json(_JSON_TEXT.sub(b"", content))
        return size

    def decode(self, content: bytes, headers: Mapping[str, str], sent_at: float) -> Any:
        """The body as the declared type; `sent_at` are the seconds since 1970 that lifetimes count from.

        Raises:
            pydantic.ValidationError: the body is not what the description says. "3599" is not an integer.
        """
        match self.answer.kind:
            case "json":
                return self._decode_json(content.removeprefix(BOM_UTF8), sent_at)  # RFC 8259, 8.1
            case "text":
                return decode_text(content, headers)
            case "bytes":
                return content
            case "empty":
                return None

    def _decode_json(self, content: bytes, sent_at: float) -> Any:
        try:
            return self._validated(content, sent_at)
        except ValidationError:
            if not (reread := self._reread(content, sent_at) if _OTHER_SPELLINGS.search(content) else ()):
                raise
            return reread[0]

    def _validated(self, content: bytes, sent_at: float) -> Any:
        return self.adapter.validate_json(
            content, strict=True, extra="allow", context=sent_at, by_name=False, by_alias=True
        )

    def _reread(self, content: bytes, sent_at: float) -> tuple[Any, ...]:
        """The value, if the body fits with 3599 for 3599.0, or else without members that are null; else nothing."""
        with suppress(ValueError):  # it is no JSON
            value = from_json(content)
            for simplify in (_with_integers, _without_nulls):
                value = simplify(value)
                with suppress(ValidationError):
                    return (self._validated(to_json(value), sent_at),)
        return ()


class _ParameterEncoder:
    """Checks one parameter and writes it in its style, or as its media type."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.adapter = adapter_of(parameter.type)
        self.location = parameter.location
        self.in_url = self.location in ("path", "query")
        style = parameter.style or default_style(self.location)
        self.is_usual = style in ("form", "simple") and not parameter.content_type
        self.style = Style(
            name=quoted(parameter.wire_name) if self.in_url else parameter.wire_name,
            style=style,
            explode=default_explode(style) if parameter.explode is None else parameter.explode,
            escape=self._escape,
            allow_empty=parameter.allow_empty_value,
            separators="" if self.in_url else ",",
        )

    def encode(self, arguments: Mapping[str, object]) -> Pairs:
        """Name and encoded value, once, more often (exploded), or not at all (not given)."""
        parameter = self.parameter
        value = self._argument(arguments)
        if value is UNSET or (value is None and not parameter.nullable):
            if parameter.required:
                raise invalid_argument(parameter.name, "is required")
            return []
        if not (parameter.allow_empty_value and value == ""):
            value = validate(self.adapter, value, parameter.name)
        try:
            pairs = self._pairs(self._plain(value))
            if not self.in_url:
                for pair in pairs:
                    self._check(*pair)
        except UnfitError as error:
            path, reason = error.path, error.reason
        else:
            return pairs
        raise invalid_argument(path_of((parameter.name, *path)), reason)

    def _plain(self, value: Any) -> Any:
        """The value without classes of Python, checked against its schema."""
        written = value if type(value) is str else plain(value)
        is_empty = self.parameter.allow_empty_value and written == ""
        if self.parameter.schema and not is_empty and (problem := self.parameter.schema(written)):
            raise UnfitError(*problem)
        return written

    def _argument(self, arguments: Mapping[str, object]) -> Any:
        """The argument. A header that is left out has the default; None sends none where none need be sent."""
        value = arguments.get(self.parameter.name, UNSET)
        if self.location != "header":
            return value
        if value is UNSET and self.parameter.default is not None:
            return self.parameter.default
        return UNSET if value is None and not self.parameter.required else value

    def _pairs(self, value: Any) -> Pairs:
        if type(value) is str and self.is_usual:  # by far the most frequent: no need to ask what it is
            return [(self._name, self._escape(value))]
        if self.parameter.content_type:
            return [(self._name, self._as_content(value))]
        pairs = self.style.pairs(value)
        if not pairs and self.parameter.required and not (isinstance(value, dict) and self.has_members_as_names):
            raise UnfitError("is required, and nothing is sent for a list or an object that is empty")
        return [(self._name, pair[1]) for pair in pairs] if self.location == "path" else pairs

    def _as_content(self, value: Any) -> str:
        content_type = self.parameter.content_type
        written = as_type(value, content_type, ascii_only=True)
        # A cookie can't hold the quotes and commas of JSON; of other texts, callers know how they are encoded.
        escaped = self.in_url or (self.location == "cookie" and is_json(content_type))
        return quoted(written) if escaped else written

    @property
    def has_members_as_names(self) -> bool:
        """Whether an object is sent as its members, so that nothing stands for one without any (RFC 6570, 3.2.8)."""
        return self.location in ("query", "cookie") and (self.style.explode or self.style.style == "deepObject")

    @property
    def _name(self) -> str:
        """In a path, the one of the template; elsewhere as it is sent."""
        return self.parameter.wire_name if self.location == "path" else self.style.name

    def _escape(self, value: str) -> str:
        return quoted(value, allow_reserved=self.parameter.allow_reserved) if self.in_url else value

    def _check(self, name: str, value: str) -> None:
        if not (is_name(self.location, name) and is_value(self.location, value)):
            raise UnfitError(f"has characters that a {self.location} can't carry")


def decode_text(content: bytes, headers: Mapping[str, str]) -> str:
    """Text of a body, in the charset of its media type, or else of its XML declaration (RFC 7303, 3), or else in UTF-8.

    A charset that is not of the web is as good as none.
    """
    declared = CHARSET.search(headers.get("content-type", "")[:_LONGEST_TYPE])
    charset = declared[1] if declared else ""
    if not charset and (prolog := _XML_ENCODING.match(content[:_LONGEST_TYPE])):
        charset = prolog[1].decode("ascii")
    if CHARSETS.fullmatch(charset) and not charset.lower().startswith(("utf-8", "utf8")):
        with suppress(LookupError):  # iso-8859-99
            return content.decode(charset, "replace")
    return content.decode("utf-8-sig", "replace")


def _size_of_json(content: bytes) -> int:
    return 40 * content.count(b"{") + 16 * content.count(b"[")


def _with_integers(value: Any) -> Any:
    """JSON with 3599 for 3599.0, the same integer (JSON Schema 2020-12, 4.2.1)."""
    if isinstance(value, dict):
        return {name: _with_integers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [*map(_with_integers, value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_nulls(value: Any) -> Any:
    """JSON without members that are null."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [*map(_without_nulls, value)] if isinstance(value, list) else value


def _warn(operation: Operation[Any]) -> None:
    """Point at the first caller outside of this package: warnings are shown once for each place."""
    package, level, frame = f"{__package__}.", 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(f"{operation.name}() is deprecated", DeprecationWarning, stacklevel=level)


def _secret_fields(value: object) -> Iterator[str]:
    """Values of the fields marked as secret, at every depth."""
    if isinstance(value, BaseModel):
        for name, info in fields_of(type(value)).items():
            item = getattr(value, name)
            yield from _secret_fields(item) if info.repr else _texts(item)
        for name, item in (value.model_extra or {}).items():
            yield from _texts(item) if hides(type(value), name) else _secret_fields(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _secret_fields(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secret_fields(item)


def _texts(value: object) -> Iterator[str]:
    """A text, or those within a list or a map."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
