"""Values as text: what JSON makes of them, and how parameters write them (OpenAPI 3.1, 4.8.12; RFC 6570)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel, Field, TypeAdapter
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from ._checks import adapter_of, misfit
from ._http import is_json
from ._model import UNSET, UnknownMembers, UnknownVariant, Upload, fields_of, in_order

__all__ = ["Pairs", "Style", "UnfitError", "as_type", "json_bytes", "json_text", "plain", "quoted", "text"]

Pairs = list[tuple[str, str]]

# RFC 3986, 2.2: what `allowReserved` leaves as it is; a query can't carry the rest of them, `#`, `[` and `]`.
_RESERVED = ":/?@!$&'()*+,;="
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class UnfitError(ValueError):
    """A value that can't be sent there, below the argument that holds it."""

    def __init__(self, reason: str, *path: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def below(self, name: str) -> UnfitError:
        """The same as seen from the object or list around."""
        return UnfitError(self.reason, name, *self.path)


# --- what JSON makes of them


class _Member(NamedTuple):
    name: str
    wire: str
    nullable: bool
    has_to_be_sent: bool
    """Also where nobody gave it: a constant, which may tell variants apart, or a required member with a default."""
    constraints: TypeAdapter[Any] | None
    """Of a class that answers have, too: there they are the server's to keep."""


@cache
def _members(model: type[BaseModel]) -> tuple[_Member, ...]:
    """The members that are sent."""
    members = []
    for name, info in fields_of(model).items():
        details = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        nullable = info.is_required() or info.annotation is Any or bool(details.get("nullable"))
        if not details.get("readOnly"):
            constant = get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1
            has_to_be_sent = constant or bool(details.get("x-required"))
            sent: Any = details.get("x-sent")
            constraints = adapter_of(Annotated[info.annotation, Field(**sent)]) if sent else None
            wire = name if info.serialization_alias is None else info.serialization_alias
            members.append(_Member(name, wire, nullable, has_to_be_sent, constraints))
    return tuple(members)


def plain(value: Any) -> Any:
    """Objects as dicts by their names on the wire, without what was not given; dates, UUIDs … as text; files stay.

    Raises:
        UnfitError: there is no JSON for it.
    """
    if value is None or isinstance(value, (str, int, Upload)):
        return value
    if isinstance(value, BaseModel):
        return _object(value)
    if isinstance(value, dict):
        return {str(name): _below(str(name), item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_below(str(index), item) for index, item in enumerate(in_order(value))]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise UnfitError("must be a finite number")
    if isinstance(value, datetime) and value.utcoffset() is None:  # RFC 3339, 5.6: or each side reads its own time
        raise UnfitError("needs a time zone: datetime(…, tzinfo=…)")
    try:
        return to_jsonable_python(value)
    except (PydanticSerializationError, ValueError):
        raise UnfitError(f"there is no JSON for a {type(value).__name__}") from None


def _object(model: BaseModel) -> dict[str, Any]:
    """Leave out members that were not given, and those that are None where null is not allowed.

    The server knows their defaults; in a `PATCH`, sending these would change what is there.
    """
    members: dict[str, Any] = UnknownMembers() if isinstance(model, UnknownVariant) else {}
    set_by_caller = model.model_fields_set
    for name, wire, nullable, has_to_be_sent, constraints in _members(type(model)):
        if name in set_by_caller or has_to_be_sent:
            value = getattr(model, name)
            if value is not UNSET and (value is not None or nullable):
                if constraints is not None and (problem := misfit(constraints, value)):
                    raise UnfitError(problem, name)
                members[wire] = _below(name, value)
    if model.model_extra:
        members.update(_undeclared(model))
    return members


def _undeclared(model: BaseModel) -> dict[str, Any]:
    """The members that the class does not declare; those that a newer server has added to a closed class stay here."""
    is_closed = model.model_config.get("extra") == "forbid"
    return {} if is_closed else {name: _below(name, value) for name, value in (model.model_extra or {}).items()}


def _below(name: str, value: Any) -> Any:
    try:
        return plain(value)
    except UnfitError as error:
        raise error.below(name) from None


def as_type(value: Any, content_type: str, *, ascii_only: bool = False) -> str:
    """A plain value in a media type: JSON, or the text of a scalar.

    Raises:
        UnfitError: nothing here writes a list or an object in that media type.
    """
    if is_json(content_type):
        return json_text(value, ascii_only=ascii_only)
    if isinstance(value, (dict, list)):
        raise UnfitError(f"can't be written as {content_type}")
    return text(value)


def text(value: Any) -> str:
    """A plain value as text: scalars as they are, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json_text(value)


def json_text(value: Any, *, ascii_only: bool = False) -> str:
    """As `json_bytes`, decoded."""
    return json_bytes(value, ascii_only=ascii_only).decode()


def json_bytes(value: Any, *, ascii_only: bool = False) -> bytes:
    """Compact JSON of a plain value, in UTF-8 or with escapes.

    Raises:
        UnfitError: it holds a file, or half of a surrogate pair.
    """
    try:
        return to_json(value, ensure_ascii=ascii_only)
    except (PydanticSerializationError, UnicodeError):
        raise UnfitError("there is no JSON for it") from None


def quoted(value: str, *, allow_reserved: bool = False) -> str:
    """Percent-encoded; `allow_reserved` keeps reserved characters and what is encoded already (RFC 6570, 3.2.3)."""
    try:
        if not allow_reserved:
            return quote(value, safe="")
        parts = re.split("(%[0-9A-Fa-f]{2})", value)
        return "".join(part if index % 2 else quote(part, safe=_RESERVED) for index, part in enumerate(parts))
    except UnicodeEncodeError:
        raise UnfitError("has half of a surrogate pair, which is no character") from None


# --- styles


@dataclass(frozen=True, slots=True)
class Style:
    """How one parameter is written: OpenAPI 3.1, 4.8.12.3, in the sense of RFC 6570 where that knows the style."""

    name: str
    """As it is written, escaped."""
    style: str
    explode: bool
    escape: Callable[[str], str]
    allow_empty: bool = False
    """Whether an empty array or object is written, as an empty text; elsewhere it counts as not given."""
    separators: str = ""
    """Characters that no item of a list may hold, since nothing escapes them."""

    def pairs(self, value: Any) -> Pairs:
        """Names and values of a plain value; in a path the text stands for itself, so the name is that in the template.

        Raises:
            UnfitError: it can't be told apart from something else when it is written so.
        """
        if isinstance(value, (dict, list)):
            value = _without_nulls(value)
            if not value:
                return [(self.name, "")] if self.allow_empty else []
        if self.style in ("simple", "label", "matrix"):
            return [(self.name, self._expanded(value))]
        if isinstance(value, dict):
            return self._object_pairs(value)
        if isinstance(value, list) and (self.explode or self.style == "deepObject"):
            return [(self.name, self.escape(text(item))) for item in value]
        return self._one_pair(value)

    def _object_pairs(self, value: dict[str, Any]) -> Pairs:
        if self.style == "deepObject":
            return list(self._deep(self.name, value))
        if not self.explode:
            return self._one_pair(value)
        return [(self._item(name), written) for name, item in value.items() for written in self._repeated(item)]

    def _one_pair(self, value: Any) -> Pairs:
        return [(self.name, self._joined(value, self.escape(_DELIMITERS.get(self.style, ""))))]

    def _repeated(self, value: Any) -> list[str]:
        """RFC 6570 knows no list within an object; as elsewhere in a form, its name is repeated."""
        items = value if isinstance(value, list) else [value]
        return [self.escape(text(item)) for item in items]

    def _joined(self, value: Any, delimiter: str) -> str:
        """`a,b` or `name,a,other,b`; a delimiter of its own must not be in a value: both would be encoded alike."""
        if isinstance(value, dict):
            value = [part for item in value.items() for part in item]
        if not isinstance(value, list):
            return self.escape(text(value))
        for item in value:
            refuse_within(_DELIMITERS.get(self.style, ""), text(item))
        return (delimiter or ",").join(self._item(item) for item in value)

    def _expanded(self, value: Any) -> str:
        """`simple`, `label` and `matrix`: RFC 6570, 3.2.2, 3.2.5 and 3.2.7."""
        first, joint = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}[self.style]
        label = self.name if self.style == "matrix" else None
        items: list[tuple[str | None, str]]
        if isinstance(value, dict) and self.explode:
            items = [(self._item(name, "="), self._item(item)) for name, item in value.items()]
        elif isinstance(value, list) and self.explode:
            items = [(label, self._item(item)) for item in value]
        else:
            items = [(label, self._joined(value, ","))]
        return first + joint.join(self._named(*item) for item in items)

    def _named(self, name: str | None, written: str) -> str:
        """In a matrix, a name stands alone before an empty value."""
        if name is None:
            return written
        return f"{name}={written}" if written or self.style != "matrix" else name

    def _deep(self, name: str, value: Any) -> Pairs:
        """`name[member]=…`, also of members of members. Lists repeat the name; of objects in them, their position."""
        if isinstance(value, dict):
            given = _without_nulls(value).items()
            return [pair for key, item in given for pair in self._deep(self._key(name, key), item)]
        if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            return [pair for key, item in enumerate(value) for pair in self._deep(self._key(name, str(key)), item)]
        return [(name, written) for written in self._repeated(value)]

    def _key(self, name: str, key: str) -> str:
        return f"{name}{self.escape('[')}{self.escape(key)}{self.escape(']')}"

    def _item(self, value: Any, more: str = "") -> str:
        written = text(value)
        if self.separators:
            refuse_within(self.separators + more, written)
        return self.escape(written)


def refuse_within(separators: str, written: str) -> None:
    """Refuse an item that would end where nothing says that it goes on."""
    if separator := next((separator for separator in separators if separator in written), ""):
        raise UnfitError(f"has {separator!r} within an item, where it would end it")


def _without_nulls(value: Any) -> Any:
    """RFC 6570, 2.3: members that are null are ignored."""
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if item is not None}
    return [item for item in value if item is not None]
