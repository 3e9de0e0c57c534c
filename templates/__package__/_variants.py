"""Unions whose variants one member tells apart (OpenAPI 3.1, 4.8.25: discriminators)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, InitErrorDetails, ValidationError, core_schema

from ._casings import spellings
from ._checks import TAGGED, UNTAGGED
from ._facts import HAS_CASINGS
from ._model import UnknownVariant, fields_of
from ._unions import told_apart, validated_once

__all__ = ["discriminated"]

_MISSING: Final = UNTAGGED + "missing"
_UNKNOWN: Final = UNTAGGED + "unknown"
_REFUSED: Final = UNTAGGED + "refused"


class discriminated:  # noqa: N801  it stands in annotations, as pydantic's functions do
    """For `Annotated`: validates as the variant that the member says, and as no other.

    JSON is what a server sent: an object with a value that the description does not know is an `UnknownVariant`, where
    that is one of the union. Values of Python are a caller's: an unknown value is refused, but an object of a class of
    the union is let through, with the member filled in where it was left out.
    """

    def __init__(self, member: str, *values: Sequence[str], missing: Sequence[int] = ()) -> None:
        """`values` are those of each variant, in the order of the union.

        `missing` are the variants that an object without the member can be.
        """
        self._member = member
        self._spellings = spellings(member) if HAS_CASINGS else (member,)
        self._paths: list[list[str | int]] = [[name] for name in self._spellings]
        self._values = values
        self._missing = missing
        self._variants = {value: index for index, listed in enumerate(values) for value in listed}
        self._classes: tuple[tuple[type[BaseModel], ...], ...] = ()
        """Of each variant, several where another member tells them apart."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """One validator for JSON, one for Python."""
        whole = handler(source)
        choices = list(whole["choices"]) if whole["type"] == "union" else [whole]
        self._classes = tuple(_classes_in(kind) for kind in (get_args(source) or (source,))[: len(self._values)])
        variants = choices[: len(self._values)]
        unknown = choices[len(self._values) :]
        return core_schema.json_or_python_schema(
            json_schema=self._json_schema(variants, unknown), python_schema=self._python_schema(variants)
        )

    def _json_schema(self, variants: list[Any], unknown: list[Any]) -> CoreSchema:
        """pydantic looks the value up by itself: a function of ours would get a copy of the whole object."""
        by_value = {value: variants[index] for value, index in self._variants.items()}
        tagged = core_schema.tagged_union_schema(by_value, discriminator=self._paths)
        fallbacks = [*(self._unknown(choice) for choice in unknown), *self._without_member(variants)]
        labelled: list[Any] = [(tagged, TAGGED), *((choice, UNTAGGED) for choice in fallbacks)]
        union = core_schema.union_schema(labelled, mode="left_to_right")
        return validated_once(union) if self._missing else union

    def _unknown(self, choice: CoreSchema) -> CoreSchema:
        """An object whose value of the member is none of those that are known."""
        known = "|".join(map(re.escape, self._variants))
        text = core_schema.str_schema(pattern=rf"^(?!(?:{known})\Z)")
        return core_schema.chain_schema([self._object(core_schema.typed_dict_field(text)), choice])

    def _without_member(self, variants: list[Any]) -> list[CoreSchema]:
        """An object without the member, or with null in its place."""
        if not self._missing:
            return []
        absent = core_schema.typed_dict_field(core_schema.none_schema(), required=False)
        return [core_schema.chain_schema([self._object(absent), self._one_missing(variants)])]

    def _one_missing(self, variants: list[Any]) -> CoreSchema:
        return told_apart(core_schema.union_schema([variants[index] for index in self._missing]))

    def _object(self, field: core_schema.TypedDictField) -> CoreSchema:
        return core_schema.typed_dict_schema(
            {self._member: {**field, "validation_alias": self._paths}},
            extra_behavior="allow",
            config={"regex_engine": "python-re"},
        )

    def _python_schema(self, variants: list[Any]) -> CoreSchema:
        choices: dict[Any, CoreSchema] = {
            f"{UNTAGGED}{index}": core_schema.no_info_after_validator_function(self._completed, choice)
            for index, choice in enumerate(variants)
        }
        choices[_UNKNOWN] = core_schema.is_instance_schema(UnknownVariant)
        choices[_REFUSED] = core_schema.no_info_plain_validator_function(self._refuse)
        if self._missing:
            choices[_MISSING] = self._one_missing(variants)
        return core_schema.tagged_union_schema(choices, discriminator=self._choice)

    def _choice(self, value: Any) -> str:
        """The key of the choice for a value of Python."""
        if isinstance(value, UnknownVariant):
            return _UNKNOWN
        own = self._own_value(value)
        index = self._class_of(value) if isinstance(value, BaseModel) else None
        if own is None:
            absent = _MISSING if self._missing and isinstance(value, Mapping) else _REFUSED
            return absent if index is None else f"{UNTAGGED}{index}"
        told = self._variants.get(own) if isinstance(own, str) else None
        return _REFUSED if told is None or index not in (None, told) else f"{UNTAGGED}{told}"

    def _class_of(self, value: BaseModel) -> int | None:
        fitting = (index for index, kinds in enumerate(self._classes) if isinstance(value, kinds))
        return next(fitting, None)

    def _own_value(self, value: Any) -> object:
        """The member's value in an object or a dict; None where it has none."""
        if isinstance(value, BaseModel):
            return getattr(value, python_name(type(value), self._member), None)
        if not isinstance(value, Mapping):
            return None
        names = chain(self._spellings, (python_name(kind, self._member) for kind in chain(*self._classes)))
        return next((value[name] for name in names if name in value), None)

    def _completed(self, value: BaseModel) -> BaseModel:
        """The object with the member, where it can be left out and there is one value of it only."""
        index = self._class_of(value)
        name = python_name(type(value), self._member)
        if index is None or getattr(value, name, "") is not None or len(self._values[index]) > 1:
            return value
        return value.model_copy(update={name: self._values[index][0]})

    def _refuse(self, value: object) -> object:
        """Say what is wrong, at the member.

        Raises:
            ValidationError: always.
        """
        if not isinstance(value, (Mapping, BaseModel)):
            raise ValidationError.from_exception_data("union", [InitErrorDetails(type="dict_type", input=None)])
        if self._own_value(value) is None:
            detail = InitErrorDetails(type="missing", loc=(self._member,), input=None)
        else:
            expected = " or ".join(map(repr, self._variants))
            detail = InitErrorDetails(type="literal_error", loc=(self._member,), input=None, ctx={"expected": expected})
        raise ValidationError.from_exception_data("union", [detail])


def _classes_in(kind: Any) -> tuple[type[BaseModel], ...]:
    """The classes of a variant, which is one or an annotated union of several."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return () if issubclass(kind, UnknownVariant) else (kind,)
    parts = get_args(kind)[:1] if get_origin(kind) is Annotated else get_args(kind)
    return tuple(chain(*map(_classes_in, parts)))


@cache
def python_name(model: type[BaseModel], wire_name: str) -> str:
    """The name of a field in Python; empty where the class has none with that name on the wire."""
    fields = fields_of(model).items()
    return next((name for name, info in fields if wire_name in (info.serialization_alias, name)), "")
