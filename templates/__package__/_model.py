"""Base classes of the generated models, the type of files, and the marker for "not given"."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, NewType, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, JsonValue, PlainValidator
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from ._facts import HAS_CASINGS
from ._stack import with_room
from ._text import shown
from ._values import as_described, change_once, parts_of

__all__ = [
    "UNSET",
    "EnumInteger",
    "EnumString",
    "ExpiringModel",
    "File",
    "Model",
    "RequestModel",
    "RequestVariant",
    "UnknownInteger",
    "UnknownMembers",
    "UnknownString",
    "UnknownVariant",
    "Unset",
    "Upload",
    "fail_fast",
    "fields_of",
    "from_server",
    "hides",
    "in_order",
    "is_described_open",
    "required_in_answers",
    "sets_in_order",
    "wire",
]


_IS_DONE = "takes sets in order"
_COLLECTIONS = frozenset({"dict", "frozenset", "list", "set", "tuple"})


class Unset(Enum):
    """Type of `UNSET`; an enum, so that it pickles to itself and type checkers narrow it with `is`."""

    UNSET = "UNSET"

    def __bool__(self) -> bool:
        """Falsy, like None."""
        return False

    def __repr__(self) -> str:
        """As it is written in code."""
        return "UNSET"


UNSET: Final[Literal[Unset.UNSET]] = Unset.UNSET
"""Default of optional arguments whose None is a value of its own (sent as null)."""

UnknownString = NewType("UnknownString", str)
"""A text of an answer that the description's enumeration does not list; at run time a `str`."""
UnknownInteger = NewType("UnknownInteger", int)
"""The same of numbers; at run time an `int`."""
EnumString: TypeAlias = StrEnum | UnknownString
"""Where the description lists texts: a member of an enumeration of yours, or what an answer had. Calls check either."""
EnumInteger: TypeAlias = IntEnum | UnknownInteger
"""The same of numbers."""


class Upload:
    """A file to be sent, as `File` describes it; read when the request is made."""

    __slots__ = ("_content", "content_type", "filename")

    def __init__(self, content: bytes | IO[bytes], filename: str = "", content_type: str = "") -> None:
        """A file without a name takes that of `content`, else `upload`."""
        self._content = content
        name = getattr(content, "name", "")
        self.filename = filename or (PurePath(name).name if isinstance(name, str) else "") or "upload"
        self.content_type = content_type

    def __repr__(self) -> str:
        """Without the content: it may be secret, and long."""
        return f"<{type(self).__name__} {self.filename}>"

    def read(self) -> bytes:
        """All of it. An open file is at its end afterwards; it stays open, since it is the caller's.

        Raises:
            OSError, ValueError, TypeError: it can't be read, was closed, or was opened as text.
        """
        content = self._content
        return content if isinstance(content, bytes) else b"" + content.read()


def _upload(value: Any) -> Upload:
    """A checked `File`."""
    if isinstance(value, Upload):
        return value
    whole: tuple[Any, ...] = value if isinstance(value, tuple) and len(value) in (2, 3) else ("", value)
    filename, content, content_type = whole if len(whole) == 3 else (*whole, "")
    if isinstance(content, (bytearray, memoryview)):
        content = bytes(content)
    readable = isinstance(content, bytes) or callable(getattr(content, "read", None))
    if readable and isinstance(filename, str) and isinstance(content_type, str):
        return Upload(content, filename, content_type)
    raise PydanticCustomError(
        "file_type", "Input should be bytes, a binary file, (filename, content) or (filename, content, content type)"
    )


File: TypeAlias = Annotated[
    bytes | IO[bytes] | tuple[str, bytes | IO[bytes]] | tuple[str, bytes | IO[bytes], str], PlainValidator(_upload)
]
"""A file to be sent: its content, or (filename, content), or (filename, content, content type)."""


class Model(BaseModel):
    """An answer's part: frozen, and open to members that a newer server adds (`model_extra`).

    Also a request's where both have the class. With `extra="forbid"`, the description allows no other members: callers
    may give none, and those of answers are not sent.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        # A value that does not fit may be a secret: keep it out of pydantic's texts.
        hide_input_in_errors=True,
        # Names such as model_id are the API's to choose.
        protected_namespaces=(),
        # JSON has neither.
        allow_inf_nan=False,
        # A validator is built when it is first needed: a large API has thousands, a program needs a few.
        defer_build=True,
    )
    _secret_names: ClassVar[frozenset[str]] = frozenset()
    """Members that this class does not declare, but another variant of a union, which says that they are secret."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As pydantic has it, but for the functions below; `keep_unknown` where nothing forbids what is unknown."""
        schema = handler(source)
        if HAS_CASINGS:
            from ._casings import in_any_casing  # only for those who need it

            schema = in_any_casing(schema)
        if cls.model_config.get("extra") == "ignore":
            schema = keep_unknown(schema)
        return required_in_answers(as_described(sets_in_order(fail_fast(schema))))

    @classmethod
    def model_rebuild(cls, **options: Any) -> bool | None:
        """As pydantic has it, from any depth of the stack. Names in annotations are those of this module."""
        return with_room(lambda: super(Model, cls).model_rebuild(**{"_types_namespace": {}, **options}))

    if not TYPE_CHECKING:  # or type checkers would take any name for one that can be set

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse, as pydantic does, which would put the value into its text.

            Raises:
                AttributeError: always.
            """
            raise AttributeError(f"{type(self).__name__} is frozen")

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Without members that the description does not know: nothing says which of them are secret."""
        kind, is_open = type(self), is_described_open(type(self))
        pairs = (
            pair
            for pair in super().__repr_args__()
            if pair[0] in kind.model_fields or (is_open and not hides(kind, pair[0]))
        )
        return ((None if name is None else shown(name), value) for name, value in pairs)


class ExpiringModel(Model):
    """One with a lifetime: it knows when the call was first sent that it came from, or else when it was made."""

    def model_post_init(self, context: Any, /) -> None:
        """`context` are seconds since 1970."""
        vars(self)["_sent_at"] = time.time() if context is None else context

    def _end_of(self, lifetime: float) -> datetime:
        """`lifetime` is in seconds; the end of time for one that goes beyond it."""
        try:
            return datetime.fromtimestamp(vars(self)["_sent_at"], UTC) + timedelta(seconds=max(0, lifetime))
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)


class UnknownVariant(Model):
    """A variant of an answer that the description does not know; its members are attributes.

    By their names on the wire, or as Python writes them: `milkYield` is `milk_yield`, too.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")

    def __repr_args__(self) -> Iterator[tuple[None, str]]:
        """Names only: nothing says which of the values are secret."""
        return ((None, shown(name)) for name in self.__pydantic_extra__ or ())

    def __getattr__(self, item: str) -> Any:
        """The member with this name.

        Raises:
            AttributeError: there is none.
        """
        members = {} if item.startswith("__") else self.__pydantic_extra__ or {}
        for name in (item, *(name for name in members if _letters(name) == _letters(item))):
            if name in members:
                return members[name]
        raise AttributeError(f"{type(self).__name__} has no member {item}")


class UnknownMembers(dict[str, Any]):
    """The members of an `UnknownVariant` as they are sent back: the description does not say what they have to be."""


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


class RequestModel(Model):
    """A request body: an unknown field is a mistake of the caller, so it is refused.

    A field that is left out is not sent, unless it is required and has a default; nor is one that is None, where null
    is no value of it.
    """

    # loc_by_alias: errors name the Python argument, not its name on the wire.
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", loc_by_alias=False)


class RequestVariant(RequestModel):
    """One of several objects that a request can hold; it may have members of the others, too."""


def wire(
    name: str,
    *,
    secret: bool = False,
    nullable: bool = False,
    read_only: bool = False,
    required: bool = False,
    sent: Mapping[str, JsonValue] | None = None,
    **constraints: Any,
) -> FieldInfo:
    """Describe a field for `Annotated`: its name on the wire, its constraints.

    A `secret` field is left out of the model's repr. None in an optional field means "not given", in a `nullable` one
    null. A `read_only` field is not sent; a `required` one always is, with its default where it was not given.
    `constraints` are those of `pydantic.Field` (min_length, ge, …); those in `sent` hold in requests only.
    """
    extra: dict[str, JsonValue] = {"nullable": nullable, "readOnly": read_only, "x-required": required}
    if sent:
        extra["x-sent"] = dict(sent)
    field: FieldInfo = Field(
        validation_alias=name, serialization_alias=name, repr=not secret, json_schema_extra=extra, **constraints
    )
    return field


def from_server() -> Any:
    """Default of a member that all answers have and no request: who makes an object for a request need not give it."""
    return Field(default_factory=_not_given)


def _not_given() -> None:
    return None


def required_in_answers(model: CoreSchema) -> CoreSchema:
    """Take no JSON for a model that lacks a member whose default is `from_server`."""
    part: Any = model
    fields = part["schema"].get("fields", {}) if part.get("type") == "model" else {}
    required = {
        name: {**field, "schema": field["schema"]["schema"]}
        for name, field in fields.items()
        if field["schema"].get("default_factory") is _not_given
    }
    if required:
        received: Any = {**part["schema"], "fields": {**fields, **required}}
        part["schema"] = core_schema.json_or_python_schema(json_schema=received, python_schema=part["schema"])
    return model


def in_order(value: Any) -> Any:
    """A set as a list in sorted order, since its own order differs from process to process; anything else as it is."""
    return sorted(value, key=_rank) if isinstance(value, AbstractSet) else value


def _rank(item: object) -> tuple[int, float, str]:
    """Numbers by value, then texts, then all others by their text."""
    if isinstance(item, (int, float)):
        return 0, item, ""
    if isinstance(item, str):
        return 1, 0, item
    return 2, 0, item.model_dump_json() if isinstance(item, BaseModel) else str(in_order(item))


def sets_in_order(schema: CoreSchema) -> CoreSchema:
    """Let lists take sets in sorted order, and no objects. Those of JSON are left alone: answers may be large."""
    for part in parts_of(schema):
        if part.get("type") == "list":
            change_once(part, _IS_DONE, _with_sets)
    return schema


def _with_sets(plain: Any) -> CoreSchema:
    sorted_first = core_schema.no_info_before_validator_function(_as_list, plain)
    return core_schema.json_or_python_schema(json_schema=plain, python_schema=sorted_first)


def _as_list(value: Any) -> Any:
    """What a list is made from. An object is none, though pydantic lets any of its classes iterate over its members."""
    if isinstance(value, BaseModel):
        raise PydanticKnownError("list_type")
    return in_order(value)


def keep_unknown(schema: CoreSchema) -> CoreSchema:
    """Let a class keep members that it does not declare: they are sent, and what is read can be sent back."""
    for part in parts_of(schema):
        if part.get("type") == "model-fields":
            part["extra_behavior"] = "allow"
        elif part.get("type") == "model":  # what writes the object has to know as well, or `model_dump` warns
            part["config"] = {**part.get("config", {}), "extra_fields_behavior": "allow"}
    return schema


def fail_fast(schema: CoreSchema) -> CoreSchema:
    """Let lists and maps stop at the first value that does not fit: one is enough to refuse an answer of 300,000."""
    for part in parts_of(schema):
        if part.get("type") in _COLLECTIONS:
            part["fail_fast"] = True
    return schema


def is_described_open(model: type[BaseModel]) -> bool:
    """Whether the description lets objects of this class have members that it does not name."""
    return model.model_config.get("extra") == "allow"


def hides(model: type[BaseModel], name: str | None) -> bool:
    """Whether a member that the class does not declare is a secret of another variant."""
    secrets = model._secret_names if issubclass(model, Model) else frozenset()
    return bool(secrets) and _letters(str(name)) in map(_letters, secrets)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a class by Python name.

    pydantic does not know those whose type is a class further down in the module, until it is told to look again; it
    looks by itself only at the class that is asked for, not at those within.
    """
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    return model.model_fields
