"""An operation of the description as data: checks arguments and encodes them, without I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote, quote_plus, urlencode

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ._model import UNSET
from .errors import InvalidRequestError

__all__ = ["Answer", "Body", "Operation", "Parameter", "Prepared", "explain"]

T = TypeVar("T")
Pairs = list[tuple[str, str]]

# RFC 9110, 5.5: visible characters, blanks only between them. Non-ASCII has no agreed encoding: refused.
FIELD_VALUE = re.compile(r"(?:[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)?")
# RFC 3986, 2.2: what `allowReserved` leaves as it is.
_RESERVED = ":/?#[]@!$&'()*+,;="
# Texts of these kinds of pydantic errors quote only the description; any other may quote the value.
_SAFE_KINDS = frozenset({
    "missing", "extra_forbidden", "json_invalid", "literal_error", "enum", "string_too_short", "string_too_long",
    "string_pattern_mismatch", "too_short", "too_long", "greater_than", "greater_than_equal", "less_than",
    "less_than_equal", "multiple_of", "finite_number", "int_from_float",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside of the body."""

    name: str
    """Name of the Python argument."""
    wire: str
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
    default: Any = None
    """The description's default: a header that the caller set for the whole client wins over it."""


@dataclass(frozen=True, slots=True)
class Body:
    """A request body in one media type."""

    content_type: str
    type: Any
    fields: tuple[str, ...] = ()
    """Fields of the model that arrive as arguments of their own; empty: one argument, named `argument`."""
    argument: str = "body"
    required: bool = True
    nullable: frozenset[str] = frozenset()
    """Fields whose None is sent as null; elsewhere None means "not given"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A declared answer."""

    status: str
    """`201`, `2XX` or `default`."""
    kind: Literal["json", "text", "bytes", "empty"]
    type: Any = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, ready to be sent any number of times. Its repr shows nothing: all of it may be secret."""

    path: str = field(repr=False)
    """Path and query, encoded; begins with a slash."""
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    secrets: Callable[[], frozenset[str]] = field(repr=False)
    """The values that must not appear in any text; computed on demand."""


@dataclass(frozen=True, eq=False)
class Operation(Generic[T]):
    """An operation; compared by identity, so that what is computed from it can be cached."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[Body, ...] = ()
    answers: tuple[Answer, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    """Alternatives of scheme names; an empty one allows anonymous calls; no alternative: no security."""
    deprecated: bool = False

    def prepare(self, arguments: Mapping[str, object]) -> Prepared:
        """Check and encode the arguments, by Python name; optional ones that are None or UNSET are not sent.

        Raises:
            InvalidRequestError: naming the argument and the reason, never the value.
        """
        pairs: dict[str, Pairs] = {"path": [], "query": [], "header": [], "cookie": []}
        for encoder in self._encoders:
            pairs[encoder.parameter.location] += encoder.encode(arguments)
        headers = dict(pairs["header"])
        if pairs["cookie"]:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in pairs["cookie"])
        content, value = self._encode_body(arguments, headers)
        path = self._encode_path(pairs["path"], pairs["query"])
        return Prepared(path, headers, content, lambda: self._secrets(arguments, value))

    @cached_property
    def idempotency_parameter(self) -> Parameter | None:
        """The parameter that carries Idempotency-Key, if the operation declares it."""
        headers = (parameter for parameter in self.parameters if parameter.location == "header")
        return next((parameter for parameter in headers if parameter.wire.lower() == "idempotency-key"), None)

    @cached_property
    def decoders(self) -> dict[str, Decoder]:
        """How to read the answer of each declared status."""
        return {answer.status.upper(): Decoder(answer) for answer in self.answers}

    @cached_property
    def accept(self) -> str:
        """Value of the Accept header."""
        kinds = {answer.kind for answer in self.answers}
        return "application/json" if kinds <= {"json", "empty"} else "*/*"

    @cached_property
    def has_variable_url(self) -> bool:
        """Whether path or query depend on arguments."""
        return any(parameter.location in ("path", "query") for parameter in self.parameters)

    @cached_property
    def _encoders(self) -> list[_ParameterEncoder]:
        return [_ParameterEncoder(parameter) for parameter in self.parameters]

    @cached_property
    def _body_encoders(self) -> list[_BodyEncoder]:
        return [_BodyEncoder(body) for body in self.bodies]

    def _encode_path(self, segments: Pairs, query: Pairs) -> str:
        path = self.path
        for name, value in segments:
            path = path.replace(f"{{{name}}}", value)
        return f"{path}?{'&'.join(f'{name}={value}' for name, value in query)}" if query else path

    def _encode_body(self, arguments: Mapping[str, object], headers: dict[str, str]) -> tuple[bytes | None, object]:
        if not self._body_encoders:
            return None, None
        encoder = self._body_encoders[0] if len(self._body_encoders) == 1 else self._chosen_body(arguments)
        content, value = encoder.encode(arguments)
        if content is not None:
            headers["Content-Type"] = encoder.body.content_type
        return content, value

    def _chosen_body(self, arguments: Mapping[str, object]) -> _BodyEncoder:
        """Of several variants or media types: the first that takes every given argument and lacks none."""
        encoders = self._body_encoders
        given = {name for encoder in encoders for name in encoder.given(arguments)}
        fitting = [encoder for encoder in encoders if given <= encoder.names]
        if not fitting:
            closest = max(encoders, key=lambda encoder: len(given & encoder.names))
            stray = ", ".join(sorted(given - closest.names))
            raise refusal(stray, f"does not go with {', '.join(sorted(given & closest.names))}")
        complete = [encoder for encoder in fitting if encoder.required <= given] or fitting
        if len(complete) == 1:
            return complete[0]
        return next((encoder for encoder in complete if encoder.accepts(arguments)), complete[0])

    def _secrets(self, arguments: Mapping[str, object], body: object) -> frozenset[str]:
        values = (arguments.get(parameter.name) for parameter in self.parameters if parameter.secret)
        return frozenset([value for value in values if isinstance(value, str)]) | frozenset(_secret_fields(body))


class Decoder:
    """Reads an answer's body; its adapter is built on first use."""

    def __init__(self, answer: Answer) -> None:
        """For one declared answer."""
        self.answer = answer

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Validator of the JSON body."""
        return TypeAdapter(Any if self.answer.type is None else self.answer.type)

    def decode(self, content: bytes, response: httpx2.Response) -> Any:
        """The body (already read as `content`) as the declared type.

        Raises:
            pydantic.ValidationError: the body is not what the description says. "3599" is not an integer.
        """
        match self.answer.kind:
            case "json":
                return self.adapter.validate_json(content, strict=True)
            case "text":
                return decode_text(content, response.charset_encoding)
            case "bytes":
                return content
            case "empty":
                return None


class _ParameterEncoder:
    """Checks one parameter and writes it in its style (OpenAPI 3.1, 4.8.12.3)."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.adapter: TypeAdapter[Any] = TypeAdapter(parameter.type)
        self.style = parameter.style or ("form" if parameter.location in ("query", "cookie") else "simple")
        self.explode = self.style == "form" if parameter.explode is None else parameter.explode
        self.safe = _RESERVED if parameter.allow_reserved else ""

    def encode(self, arguments: Mapping[str, object]) -> Pairs:
        """Name and encoded value, once, more often (exploded), or not at all (not given)."""
        parameter = self.parameter
        value = arguments.get(parameter.name, UNSET)
        if value is UNSET or (value is None and not parameter.nullable):
            if parameter.required:
                raise refusal(parameter.name, "is required")
            return []
        value = _validate(self.adapter, value, parameter.name)
        plain = value if type(value) is str else self.adapter.dump_python(value, mode="json", by_alias=True)
        pairs = self._styled(plain)
        for _, text in pairs:
            self._check(text)
        return pairs

    def _styled(self, value: Any) -> Pairs:
        """`simple` and `form`; exploded form objects are pairs of their own, exploded form arrays repeat the name."""
        wire, form = self.parameter.wire, self.style == "form"
        if isinstance(value, dict):
            items = [(self._escape(str(name)), self._escape(_text(item))) for name, item in value.items()]
            if form and self.explode:
                return items
            joint = "=" if self.explode else ","
            return [(wire, ",".join(f"{name}{joint}{text}" for name, text in items))]
        if isinstance(value, list):
            texts = [self._escape(_text(item)) for item in value]
            return [(wire, text) for text in texts] if form and self.explode else [(wire, ",".join(texts))]
        return [(wire, self._escape(_text(value)))]

    def _escape(self, text: str) -> str:
        return quote(text, safe=self.safe) if self.parameter.location in ("path", "query") else text

    def _check(self, text: str) -> None:
        location = self.parameter.location
        if location == "path" and text in ("", ".", ".."):  # RFC 3986, 3.3: it would name another resource
            raise refusal(self.parameter.name, "can't be a segment of a path")
        unfit = location in ("header", "cookie") and not FIELD_VALUE.fullmatch(text)
        if unfit or (location == "cookie" and re.search(r'[\s",;\\]', text)):
            raise refusal(self.parameter.name, f"has characters that a {location} can't carry")


class _BodyEncoder:
    """Checks the arguments of a body and writes it in its media type."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.adapter: TypeAdapter[Any] = TypeAdapter(body.type)
        media_type = body.content_type.partition(";")[0].strip().lower()
        self.write = self._form if media_type == "application/x-www-form-urlencoded" else self._json

        self.names = frozenset(body.fields or (body.argument,))
        fields: dict[str, FieldInfo] = getattr(body.type, "model_fields", {}) if body.fields else {}
        self.required = frozenset(name for name in self.names if name not in fields or fields[name].is_required())

    def given(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """The arguments of this body; None is a value only where it is sent as null."""
        items = ((name, arguments.get(name, UNSET)) for name in self.body.fields or (self.body.argument,))
        nullable = self.body.nullable
        return {name: value for name, value in items if value is not UNSET and (value is not None or name in nullable)}

    def accepts(self, arguments: Mapping[str, object]) -> bool:
        """Whether the arguments are valid: tells variants apart that differ in a constant only."""
        try:
            self.encode(arguments)
        except InvalidRequestError:
            return False
        return True

    def encode(self, arguments: Mapping[str, object]) -> tuple[bytes | None, object]:
        """The bytes, and the checked value that they were made from."""
        body, given = self.body, self.given(arguments)
        if not given and not body.required:
            return None, None
        if body.fields:
            value = _validate(self.adapter, given, "")
        elif given:
            value = _validate(self.adapter, given[body.argument], body.argument)
        else:
            raise refusal(body.argument, "is required")
        return self.write(value), value

    def _json(self, value: object) -> bytes:
        return self.adapter.dump_json(value, by_alias=True)

    def _form(self, value: object) -> bytes:
        """WHATWG URL, 5.2; arrays repeat the name, objects are JSON (OpenAPI 3.1, 4.8.15)."""
        pairs: Pairs = []
        for name, item in self.adapter.dump_python(value, mode="json", by_alias=True).items():
            if isinstance(item, list):
                pairs += [(name, _text(part)) for part in item]
            elif item is not None:
                pairs.append((name, json.dumps(item) if isinstance(item, dict) else _text(item)))
        return urlencode(pairs, quote_via=quote_plus).encode("ascii")


def decode_text(content: bytes, charset: str | None) -> str:
    """Text of a body, whatever encoding it claims."""
    try:
        return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # no such encoding, or not one of text
        return content.decode("utf-8", "replace")


def refusal(argument: str, reason: str) -> InvalidRequestError:
    """The error for an argument, by Python name."""
    return InvalidRequestError(f"{argument}: {reason}" if argument else reason, argument=argument or None)


def explain(error: ValidationError) -> tuple[str, str]:
    """Path of the first field that does not fit, and why; never its value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind = first["type"]
    quotable = kind in _SAFE_KINDS or kind.endswith("_type")
    reason = first["msg"] if quotable else kind.replace("_", " ")
    return ".".join(str(part) for part in first["loc"]), reason[:1].lower() + reason[1:]


def _validate(adapter: TypeAdapter[Any], value: object, argument: str) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        path, reason = explain(error)
    # Raised outside of the handler: pydantic's error, which holds the value, must not be chained.
    raise refusal(".".join(filter(None, (argument, path))), reason)


def _text(value: Any) -> str:
    """A JSON scalar as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return "" if value is None else json.dumps(value)


def _secret_fields(value: object) -> Iterator[str]:
    """Values of the fields marked as secret, at every depth."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            item = getattr(value, name)
            if info.repr:
                yield from _secret_fields(item)
            elif isinstance(item, str):
                yield item
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _secret_fields(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secret_fields(item)
