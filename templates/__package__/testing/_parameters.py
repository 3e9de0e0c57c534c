"""Reads parameters: the inverse of `_styles.py` (OpenAPI 3.1, 4.8.12; RFC 6570)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

from pydantic_core import from_json

from .._http import is_json
from .._model import UNSET
from .._operation import Operation, Parameter, _ParameterEncoder
from .._styles import Style, UnfitError
from ..errors import InvalidRequestError
from ._conversion import alternatives, converted, is_list, is_object, members_of

__all__ = ["Pairs", "Sources", "read_parameters", "read_styled"]

_DELIMITERS: Final = {"spaceDelimited": (" ", "%20", "+"), "pipeDelimited": ("|", "%7C", "%7c")}
_EXPANDED: Final = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}


class Pairs:
    """Names and values, encoded as they came, and which of them belong to a parameter."""

    def __init__(self, pairs: Iterable[tuple[str, str]], unescape: Callable[[str], str]) -> None:
        """`unescape` decodes a name."""
        self._pairs = [(unescape(name), value) for name, value in pairs]
        self._taken: set[int] = set()

    def take(self, belongs: Callable[[str], bool]) -> list[tuple[str, str]]:
        """Those with such names that belong to none yet."""
        indexes = [index for index, (name, _) in enumerate(self._pairs) if belongs(name) and index not in self._taken]
        self._taken.update(indexes)
        return [self._pairs[index] for index in indexes]

    def last(self, name: str) -> str | None:
        """The last value of a name; of several, it belongs to nothing else (a parameter may share the name)."""
        indexes = [index for index, (other, _) in enumerate(self._pairs) if other == name]
        self._taken.update(indexes[1:][-1:])
        return self._pairs[indexes[-1]][1] if indexes else None

    def leave_only(self, indexes: Collection[int]) -> None:
        """Let all but these belong to something else."""
        self._taken = {*range(len(self._pairs))} - {*indexes}

    @property
    def others(self) -> list[int]:
        """The positions of those that belong to none."""
        return [index for index in range(len(self._pairs)) if index not in self._taken]

    @property
    def left(self) -> list[str]:
        """Their names."""
        return [self._pairs[index][0] for index in self.others]


class Sources:
    """The places of a request that parameters stand in."""

    def __init__(self, path: Mapping[str, str], query: str, headers: Mapping[str, str]) -> None:
        """The values in the path by name, the query, the headers."""
        self.path = path
        self.headers = headers
        query_pairs = (pair.partition("=") for pair in query.split("&") if pair)
        self.query = Pairs(((name, value) for name, _, value in query_pairs), unquote_plus)
        cookie_pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";") if pair.strip())
        self.cookies = Pairs(((name, value) for name, _, value in cookie_pairs), str)


def read_parameters(operation: Operation[Any], sources: Sources) -> dict[str, Any]:
    """The arguments for the parameters that are there, by Python name."""
    arguments: dict[str, Any] = {}
    readers = [_Reader(encoder, sources) for encoder in operation._encoders]
    for reader in sorted(readers, key=lambda reader: reader.takes_any_name):  # those take what is left
        value = reader.read()
        if value is not UNSET:
            arguments[reader.parameter.name] = value
        elif reader.can_be_nothing:
            arguments[reader.parameter.name] = {}
    return arguments


def read_styled(
    parameter: Parameter, pairs: list[tuple[str, str]], unescape: Callable[[str], str], other_names: Collection[str]
) -> tuple[Any, list[int]]:
    """The value of a member of a form that is written as a parameter of a query, and the positions of all other pairs.

    None of these is one of `other_names`, which other members have.
    UNSET: It is not there.
    """
    sources = Sources({}, "", {})
    sources.query = Pairs(pairs, unescape)
    reader = _Reader(_ParameterEncoder(parameter), sources)
    reader._unescape = unescape
    own = {index for index, (name, _) in enumerate(pairs) if unescape(name) not in other_names}
    sources.query.leave_only(own)
    value, left = reader.read(), {*sources.query.others}
    return value, [index for index in range(len(pairs)) if index in left or index not in own]


class _Reader:
    """Reads one parameter: as each shape that its type has, until one is written as it came."""

    def __init__(self, encoder: Any, sources: Sources) -> None:
        self._encoder = encoder
        self.parameter: Parameter = encoder.parameter
        self._style: Style = encoder.style
        self._sources = sources
        in_url = encoder.in_url
        self._unescape: Callable[[str], str] = (unquote if self._keeps_plus else unquote_plus) if in_url else str

    @property
    def _keeps_plus(self) -> bool:
        return self.parameter.location == "path" or self.parameter.allow_reserved

    @property
    def _is_exploded_object(self) -> bool:
        is_form = self._style.style not in ("deepObject", *_EXPANDED) and not self.parameter.content_type
        return is_form and self._style.explode and is_object(self.parameter.type)

    @property
    def takes_any_name(self) -> bool:
        """Whether each member of an object is a pair of its own, and the object may have any."""
        return self._is_exploded_object and not (self._own_names and self._is_closed)

    @property
    def can_be_nothing(self) -> bool:
        """Whether a request without it has it all the same: an object without members, none of which is a pair."""
        is_text = bool(self.parameter.content_type) or not is_object(self.parameter.type)
        return self.parameter.required and not is_text and bool(self._encoder.has_members_as_names)

    @property
    def _own_names(self) -> set[str]:
        return {*members_of(_object_of(self.parameter.type))[0]}

    @property
    def _is_closed(self) -> bool:
        kind = _object_of(self.parameter.type)
        return getattr(kind, "model_config", {}).get("extra") == "forbid"

    def read(self) -> Any:
        """The argument; UNSET: it is not there."""
        pairs = self._came()
        if not pairs:
            return UNSET
        if self.parameter.allow_empty_value and [value for _, value in pairs] == [""]:
            return ""
        if self.parameter.content_type:
            return self._of_content(pairs[0][1])
        values = [converted(self.parameter.type, raw) for raw in self._raws(pairs)]
        return next((value for value in values if self._is_written_so(value, pairs)), values[0])

    def _came(self) -> list[tuple[str, str]]:
        """Its names and values, as they came."""
        parameter, name = self.parameter, self.parameter.wire_name
        if parameter.location == "path":
            return [(name, self._sources.path[name])] if name in self._sources.path else []
        if parameter.location == "header":
            return [(name, self._sources.headers[name])] if name in self._sources.headers else []
        pairs = self._sources.query if parameter.location == "query" else self._sources.cookies
        if self._style.style == "deepObject":
            return pairs.take(lambda other: other == name or other.startswith(f"{name}["))
        own = pairs.take(lambda other: other == name)
        if self._is_exploded_object and not own:
            names = self._own_names
            return pairs.take(lambda other: self.takes_any_name or other in names)
        return own

    def _of_content(self, written: str) -> Any:
        """Where the description gives `content`, a value in a media type of its own."""
        is_json_type = is_json(self.parameter.content_type)
        decoded = unquote(written) if self.parameter.location == "cookie" and is_json_type else self._unescape(written)
        if is_json_type:
            try:
                return from_json(decoded)
            except ValueError:
                return decoded
        return converted(self.parameter.type, decoded)

    def _is_written_so(self, value: Any, pairs: list[tuple[str, str]]) -> bool:
        """Whether the client writes this value as it came."""
        try:
            own = self._encoder.encode({self.parameter.name: value})
        except (InvalidRequestError, UnfitError):
            return False
        return sorted(self._decoded(own)) == sorted(self._decoded(pairs))

    def _decoded(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        if self.parameter.location == "header":
            return [("", ",".join(map(str.strip, value.split(",")))) for _, value in pairs]
        return [(self._unescape(name), self._unescape(value)) for name, value in pairs]

    # Shapes

    def _raws(self, pairs: list[tuple[str, str]]) -> Iterator[Any]:
        """The texts that came, as an object, as a list, as one text: as far as the type has these shapes."""
        kind = self.parameter.type
        if is_object(kind):
            yield from self._objects(pairs)
        if is_list(kind):
            yield self._list(pairs)
        yield self._text(pairs)
        if self.parameter.nullable:
            yield None

    def _text(self, pairs: list[tuple[str, str]]) -> Any:
        if len(pairs) > 1:
            return [self._unescape(value) for _, value in pairs]
        first, _ = _EXPANDED.get(self._style.style, ("", ""))
        written = pairs[0][1].removeprefix(first)
        if self._style.style == "matrix":
            written = written.partition("=")[2]
        return self._unescape(written)

    def _list(self, pairs: list[tuple[str, str]]) -> list[str]:
        style, written = self._style, pairs[0][1]
        if style.style in _EXPANDED:
            return [self._unescape(item) for item in self._expanded(written)]
        if style.explode or style.style == "deepObject" or len(pairs) > 1:
            return [self._unescape(value) for _, value in pairs]
        return [self._unescape(item) for item in self._split(written)]

    def _objects(self, pairs: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
        style, written = self._style, pairs[0][1]
        if style.style == "deepObject":
            yield _nested([(name[len(self.parameter.wire_name) :], self._unescape(value)) for name, value in pairs])
        elif self._is_exploded_object:
            yield _merged((name, self._unescape(value)) for name, value in pairs)
        elif style.style in _EXPANDED and style.explode:
            items = (item.partition("=") for item in self._expanded(written, has_names=True))
            yield {self._unescape(name): self._unescape(value) for name, _, value in items}
        else:
            apart = self._expanded(written) if style.style in _EXPANDED else self._split(written)
            texts = [*map(self._unescape, apart)]
            if len(texts) % 2 == 0:
                yield dict(zip(texts[::2], texts[1::2], strict=True))

    def _split(self, written: str) -> Sequence[str]:
        delimiters = _DELIMITERS.get(self._style.style, (",",))
        for other in delimiters[1:]:
            written = written.replace(other, delimiters[0])
        return written.split(delimiters[0])

    def _expanded(self, written: str, *, has_names: bool = False) -> list[str]:
        """The items of `simple`, `label` and `matrix`; a matrix names the parameter before a value or before each."""
        style = self._style
        first, joint = _EXPANDED[style.style]
        items = written.removeprefix(first).split(joint if style.explode else ",")
        if style.style == "matrix" and not has_names:
            items = [item.removeprefix(style.name).removeprefix("=") for item in items]
        return [*map(str.strip, items)] if self.parameter.location == "header" else items


def _object_of(kind: Any) -> Any:
    """The first type of an object in a type."""
    return next((part for part in alternatives(kind) if is_object(part)), Any)


def _merged(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An object whose lists repeat the name."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        _add(members, name, value)
    return members


def _add(members: dict[str, Any], name: str, value: Any) -> None:
    if name not in members:
        members[name] = value
    elif isinstance(members[name], list):
        members[name].append(value)
    else:
        members[name] = [members[name], value]


def _nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The object of `[a][b]=…`; positions of a list are the names of its items."""
    root: dict[str, Any] = {}
    for path, value in pairs:
        names = path.removeprefix("[").removesuffix("]").split("][")
        inner = root
        for name in names[:-1]:
            below = inner.setdefault(name, {})
            inner = below if isinstance(below, dict) else {}
        _add(inner, names[-1], value)
    return root
