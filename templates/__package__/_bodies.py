"""Request bodies as bytes: JSON, forms, multipart, text, files (OpenAPI 3.1, 4.8.14 and 4.8.15)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from mimetypes import MimeTypes
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote_plus

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from ._checks import adapter_of, invalid_argument, path_of, validate
from ._http import default_explode, default_style, essence, is_json, media_kind
from ._model import UNSET, File, Upload, fields_of
from ._process import cached_property
from ._styles import Pairs, Style, UnfitError, as_type, json_bytes, json_text, plain, quoted, text
from .errors import InvalidRequestError

__all__ = ["CHARSET", "CHARSETS", "Body", "BodyEncoder", "Check", "Content", "Encoding", "Security"]

Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives of scheme names; an empty one allows anonymous calls; no alternative: no security."""
Check: TypeAlias = Callable[[Any], "tuple[str, ...] | None"]
"""Why a plain value does not fit, and the path to what does not; None: it fits."""

_BINARY = "application/octet-stream"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")
_escaped_character = lru_cache(quote_plus)
CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
# What the web is written in (encoding.spec.whatwg.org, 4.2), and UTF-32. Python knows more, and some of that takes a
# time that grows with the square of the length, or worse: punycode, idna.
CHARSETS = re.compile(
    r"utf-?8|utf-?(16|32)(-?[bl]e)?|(us-)?ascii|iso-?8859-?\d{1,2}|latin-?1|(windows-?|cp)(125\d|874)|ibm866|macintosh"
    r"|koi8-[ru]|gb(k|2312|18030)|big5(-hkscs)?|euc-(jp|kr)|shift_jis|iso-2022-jp",
    re.IGNORECASE,
)
_SURROGATE = "has half of a surrogate pair, which is no character"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a form or a multipart body writes one of its members, where it is not the usual way."""

    content_type: str = ""
    """One media type, or several, with commas between them, of which a file has to be one; `image/*` is several."""
    style: str = ""
    explode: bool | None = None
    allow_reserved: bool = False

    @property
    def has_style(self) -> bool:
        """Whether the member is written as a parameter of a query would be."""
        return bool(self.style or self.explode is not None or self.allow_reserved)


@dataclass(frozen=True, slots=True)
class Body:
    """A request body in one media type."""

    content_type: str
    type: Any
    fields: tuple[str, ...] = ()
    """Fields of the model that arrive as arguments of their own; empty: one argument, named `argument`.

    A body that may be missing can come as one argument nevertheless, since it may be empty, too.
    """
    argument: str = "body"
    required: bool = True
    nullable: frozenset[str] = frozenset()
    """Fields (or the argument) whose None is sent as null; elsewhere None means "not given"."""
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    """By name on the wire."""
    security: Mapping[type, Security] = field(default_factory=dict)
    """In place of the operation's, by class of the checked value."""
    schema: Check | None = None
    """Finds what is wrong with the plain value beyond its type; None: the type says it all."""


class Content(NamedTuple):
    """A body to be sent; no bytes: none."""

    content: bytes | None
    content_type: str
    value: object
    """The checked value that it was made from."""


class BodyEncoder:
    """Checks the arguments of a body and writes it in its media type."""

    def __init__(self, body: Body) -> None:
        """For one body; what its arguments have to be is found out on first use."""
        self.body = body
        self.names = frozenset(body.fields or (body.argument,))
        self.fields: dict[str, FieldInfo] = fields_of(body.type) if body.fields else {}
        required = (name for name in self.names if name not in self.fields or self.fields[name].is_required())
        self.required = frozenset(required)
        self._wires = {info.serialization_alias: name for name, info in self.fields.items()}
        self._essence = essence(body.content_type)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return adapter_of(File if self._write == self._binary else self.body.type)

    @cached_property
    def _write(self) -> Callable[[Any], tuple[bytes, str]]:
        """How this media type is written; a file has its bytes already, whatever its type."""
        kind = media_kind(self.body.content_type)
        if kind in ("json", "text") and self.body.type is File:
            return self._binary
        writers = {"form": self._form, "multipart": self._multipart, "json": self._json, "text": self._text}
        return writers.get(kind, self._binary)

    def own_arguments(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """The arguments of this body; None is a value only where it is sent as null."""
        items = ((name, arguments.get(name, UNSET)) for name in self.body.fields or (self.body.argument,))
        nullable = self.body.nullable
        return {name: value for name, value in items if value is not UNSET and (value is not None or name in nullable)}

    @property
    def signature(self) -> str:
        """Its arguments in the order of the description, optional ones in brackets."""
        names = self.body.fields or (self.body.argument,)
        needed = ", ".join(name for name in names if name in self.required)
        optional = ", ".join(name for name in names if name not in self.required)
        return f"{needed}{', ' * bool(needed and optional)}{f'[{optional}]' * bool(optional)}"

    def takes(self, names: set[str]) -> bool:
        """Whether a call can have exactly these arguments for the body."""
        return names <= self.names and (self.required <= names or not (names or self.body.required))

    def accepts(self, arguments: Mapping[str, object]) -> bool:
        """Whether the arguments are valid: tells variants apart that differ in a constant only."""
        try:
            self.check(arguments)
        except InvalidRequestError:
            return False
        return True

    def check(self, arguments: Mapping[str, object]) -> Any:
        """The checked value; UNSET: there is none, and there need be none.

        Raises:
            InvalidRequestError: naming the argument.
        """
        body, own, whole = self.body, self.own_arguments(arguments), self._whole(arguments)
        if whole is not None:
            if own:
                raise invalid_argument(body.argument, "takes the place of its members, so give it or them")
            return validate(self._adapter, whole, body.argument)
        if not own and not body.required:
            return UNSET
        if body.fields:
            return validate(self._adapter, own, "", self._wires)
        if own:
            return validate(self._adapter, own[body.argument], body.argument)
        raise invalid_argument(body.argument, "is required")

    def _whole(self, arguments: Mapping[str, object]) -> object:
        """A body that may be missing, where it was given as one argument in place of its members; else None."""
        fields = self.body.fields
        whole = arguments.get(self.body.argument) if fields and self.body.argument not in fields else None
        return None if whole is UNSET else whole

    def encode(self, arguments: Mapping[str, object]) -> Content:
        """The bytes and what they are.

        Raises:
            InvalidRequestError: naming the argument.
        """
        value = self.check(arguments)
        if value is UNSET:
            return Content(None, "", None)
        try:
            written = plain(value)
            if self.body.schema and (problem := self.body.schema(written)):
                raise UnfitError(*problem)
            return Content(*self._write(written), value)
        except UnfitError as error:
            path, reason = error.path, error.reason
        except RecursionError:
            path, reason = (), "nests too deeply"
        first = (self._wires.get(path[0], path[0]),) if self.body.fields and path else (self.body.argument, *path[:1])
        raise invalid_argument(path_of((*first, *path[1:])), reason)

    def _json(self, value: Any) -> tuple[bytes, str]:
        return json_bytes(value), "application/json" if "*" in self._essence else self.body.content_type

    def _text(self, value: Any) -> tuple[bytes, str]:
        """Encode in the declared charset, else UTF-8, which is then declared for `text/*` (RFC 6657)."""
        content_type = self.body.content_type.replace("*", "plain")
        content = _encoded(text(value), content_type)
        lacks_charset = not CHARSET.search(content_type) and content_type.startswith("text/") and not content.isascii()
        return content, f"{content_type}; charset=utf-8" if lacks_charset else content_type

    def _binary(self, upload: Any) -> tuple[bytes, str]:
        wildcard = "*" in self._essence
        return _read(upload), _file_type(upload, self._essence) if wildcard else self.body.content_type

    # Forms

    def _form(self, value: Any) -> tuple[bytes, str]:
        """WHATWG URL, 5.2. A body that is a text by its schema is one that the caller has encoded."""
        if isinstance(value, str):
            return _utf8(value), self.body.content_type
        pairs: Pairs = []
        for name, item in _members(value):
            if type(item) is str and name not in self.body.encoding:
                pairs.append((_escaped(name), _escaped(item)))
            else:
                pairs += _below(name, partial(self._form_pairs, name), item)
        return "&".join(f"{name}={item}" for name, item in pairs).encode("ascii"), self.body.content_type

    def _form_pairs(self, name: str, value: Any) -> Pairs:
        """Without an encoding of its own: arrays repeat the name, objects are JSON."""
        encoding = self.body.encoding.get(name, Encoding())
        if encoding.has_style:
            return _style(name, encoding, _keep_reserved if encoding.allow_reserved else _escaped).pairs(value)
        if is_json(encoding.content_type):
            return [(_escaped(name), _escaped(json_text(value)))]
        write = partial(as_type, content_type=encoding.content_type) if encoding.content_type else text
        return [(_escaped(name), _escaped(write(item))) for item in (value if isinstance(value, list) else [value])]

    # Multipart

    def _multipart(self, value: Any) -> tuple[bytes, str]:
        """RFC 7578. The boundary is new for each call, and the same in its repeats."""
        boundary = uuid.uuid4().hex
        parts = [part for name, item in _members(value) for part in _below(name, partial(self._parts, name), item)]
        content = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode("ascii"), part) for part in parts)
        content_type = re.sub(r";\s*boundary=[^;]*", "", self.body.content_type.replace("*", "form-data"))
        return content + f"--{boundary}--\r\n".encode(), f"{content_type}; boundary={boundary}"

    def _parts(self, name: str, value: Any) -> list[bytes]:
        """A part for each item of an array (RFC 7578, 4.3)."""
        encoding = self.body.encoding.get(name, Encoding())
        if encoding.has_style and not encoding.content_type and not _holds_file(value):
            pairs = _style(name, encoding, str).pairs(value)
            return [_part(written, _utf8(item)) for written, item in pairs]
        parts = _taken_apart(name, value, nested=not encoding.content_type)
        return [_member_part(written, item, encoding) for written, item in parts]


def _taken_apart(name: str, value: Any, *, nested: bool = True) -> Iterator[tuple[str, Any]]:
    """The items of an array; `name[member]`, as in Rails, for an object with a file, which JSON can't hold."""
    for item in value if isinstance(value, list) else [value]:
        if nested and isinstance(item, dict) and _holds_file(item):
            for key, part in item.items():
                yield from _taken_apart(f"{name}[{key}]", part)
        else:
            yield name, item


def _holds_file(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Upload) or any(map(_holds_file, inner))


def _member_part(name: str, value: Any, encoding: Encoding) -> bytes:
    """A file with its name and type, an object as JSON, anything else as text; in the first type of several."""
    if isinstance(value, Upload):
        return _part(name, _read(value), _file_type(value, encoding.content_type), value.filename)
    first = encoding.content_type.partition(",")[0].strip()
    usual = "application/json" if isinstance(value, (dict, list)) else ""
    content_type = usual if "*" in first else first or usual
    written = as_type(value, content_type)
    return _part(name, _encoded(written, content_type), content_type)


def _part(name: str, content: bytes, content_type: str = "", filename: str = "") -> bytes:
    """One part, without the boundary before it."""
    disposition = f'form-data; name="{_in_quotes(name)}"' + (f'; filename="{_in_quotes(filename)}"' if filename else "")
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    return _utf8(f"Content-Disposition: {disposition}\r\n{kind}\r\n") + content


def _in_quotes(name: str) -> str:
    """WHATWG HTML, 4.10.21.8: what would end the name or the line."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _file_type(upload: Upload, declared: str) -> str:
    """What the caller says, if the description allows it; else what the description says, if it is one type.

    If it describes several, the type follows from the name of the file.
    """
    allowed = [media_type.strip() for media_type in declared.split(",") if media_type.strip()]
    own = upload.content_type.strip()
    if not own:
        if len(allowed) == 1 and "*" not in declared:
            return declared
        own = _guessed(upload.filename) if allowed else _BINARY
    if not re.fullmatch(r"[\t\x20-\x7e]*", own):  # RFC 9110, 5.5
        raise UnfitError("has a content type with characters that a header can't carry")
    if not allowed or any(fnmatchcase(essence(own), essence(pattern)) for pattern in allowed):
        return own
    raise UnfitError(f"needs a content type that is {' or '.join(allowed)}: (filename, content, content type)")


def _guessed(filename: str) -> str:
    """By Python's own table, which is the same on every machine."""
    known, coding = MimeTypes().guess_type(filename)
    return known if known and not coding else _BINARY


def _read(upload: Upload) -> bytes:
    try:
        return upload.read()
    except (OSError, ValueError, TypeError) as error:
        reason = f"can't be read ({type(error).__name__}); it has to be a binary file that is open"
    raise UnfitError(reason)


def _encoded(written: str, content_type: str) -> bytes:
    """In the charset of the media type, which has to be one of the web; JSON has none (RFC 8259, 8.1)."""
    charset = None if is_json(content_type) else CHARSET.search(content_type)
    if charset is None:
        return _utf8(written)
    if CHARSETS.fullmatch(charset[1]):
        with suppress(LookupError, UnicodeError):
            return written.encode(charset[1])
    raise UnfitError(f"has characters that {content_type} can't carry")


def _utf8(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise UnfitError(_SURROGATE) from None


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise UnfitError("has no members that a form could list")
    return value.items()


def _below(name: str, write: Callable[[Any], Any], value: Any) -> Any:
    try:
        return write(value)
    except UnfitError as error:
        raise error.below(name) from None


def _style(name: str, encoding: Encoding, escape: Callable[[str], str]) -> Style:
    style = encoding.style or default_style("query")
    explode = default_explode(style) if encoding.explode is None else encoding.explode
    return Style(escape(name), style, explode, escape)


def _escaped(value: str) -> str:
    """As `quote_plus`, but looks up only the characters that change, which is faster."""
    try:
        return _UNSAFE.sub(lambda match: _escaped_character(match[0]), value)
    except UnicodeEncodeError:
        raise UnfitError(_SURROGATE) from None


def _keep_reserved(value: str) -> str:
    """Keep `+`, `&` and `=`, too: `allowReserved` leaves it to the caller to encode them."""
    return quoted(value, allow_reserved=True)
