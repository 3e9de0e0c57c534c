"""Scalars as JSON Schema and RFC 3339 have them; pydantic reads more into texts and numbers, and keeps less of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, LiteralString, TypeAlias
from uuid import UUID

from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

__all__ = ["as_described", "change_once", "parts_of"]

Part: TypeAlias = dict[str, Any]
"""A schema of pydantic's core, within another one or not."""

_IS_DONE = "is as described"
_IS_EXACT = "is exact"
_IS_TOLD_APART = "is told apart"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
#: The texts that are dates and times (RFC 3339, 5.6) and UUIDs (RFC 9562, 4).
_TEXTS: dict[str, re.Pattern[str]] = {
    "date": re.compile(_DATE),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}"),
    "uuid": re.compile("[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
}
#: Those that an answer may bring where nothing else can stand: a time without an offset or with a space.
_ANSWERED = {"datetime": re.compile(rf"{_DATE}[Tt ].*"), "uuid": re.compile("[0-9A-Fa-f-]{32,36}")}
#: The kind and text of the error for any other value.
_MISFITS: dict[str, tuple[LiteralString, LiteralString]] = {
    "date": ("date_form_type", "Input should be a date (2026-01-02)"),
    "datetime": ("datetime_form_type", "Input should be a date and time (2026-01-02T03:04:05Z)"),
    "uuid": ("uuid_form_type", "Input should be a UUID"),
}
_LEAP_SECOND = re.compile(r"(.*:[0-9]{2}):60(.*)")


def parts_of(schema: CoreSchema) -> Iterator[Part]:
    """The schema and those within, inner ones first, but not those within models, which see to theirs by themselves."""
    pending: list[Any] = [schema]
    parts = []
    while pending:
        part = pending.pop()
        if isinstance(part, dict) and (part is schema or part.get("type") != "model"):
            if isinstance(part.get("type"), str):  # members by name may have one that is called so
                parts.append(part)
            pending += part.values()
        elif isinstance(part, (list, tuple)):  # a tuple is a choice with its label
            pending += part
    return reversed(parts)


def as_described(schema: CoreSchema) -> CoreSchema:
    """Take the scalars within a schema for what a description means by them."""
    for part in [*parts_of(schema)]:
        if part.get("type") == "union":
            _keep_texts(part)
            change_once(part, _IS_TOLD_APART, _told_apart)
    for part in [*parts_of(schema)]:
        if change := _CHANGES.get(part.get("type", "")):
            change_once(part, _IS_DONE, change)
    return schema


def change_once(part: Part, mark: str, change: Callable[[Any], CoreSchema]) -> None:
    """Replace a schema in place, unless one with this mark is within it already: pydantic may pass it through twice."""
    if mark not in part.get("metadata", ()):
        plain: Any = {**part, "metadata": {**part.get("metadata", {}), mark: True}}
        outer = {"ref": plain.pop("ref")} if "ref" in plain else {}
        part.clear()
        part.update(change(plain), **outer)


def _keep_texts(union: Part) -> None:
    """Let a text that a union takes as such be another scalar only if it is exactly in the form of that."""
    choices = [choice[0] if isinstance(choice, tuple) else choice for choice in union["choices"]]
    if any(choice.get("type") == "str" for choice in choices):
        for choice in choices:
            if choice.get("type") in _TEXTS:
                choice["metadata"] = {**choice.get("metadata", {}), _IS_EXACT: True}


def _told_apart(union: Any) -> CoreSchema:
    from ._unions import told_apart  # only for those who have unions

    return told_apart(union)


# Numbers and booleans


def _integer(plain: Any) -> CoreSchema:
    """No text, and no boolean; 1.0 is an integer."""
    return core_schema.json_or_python_schema(
        json_schema=plain, python_schema=core_schema.no_info_before_validator_function(_no_boolean("int_type"), plain)
    )


def _number(plain: Any) -> CoreSchema:
    """The same; an integer stays one, of any size."""
    checked = core_schema.no_info_wrap_validator_function(_as_written, plain)
    integer = core_schema.int_schema(strict=True)
    is_bounded = plain.keys() & {"ge", "gt", "le", "lt", "multiple_of"}
    received = core_schema.union_schema([integer, plain], mode="left_to_right", custom_error_type="float_type")
    return core_schema.json_or_python_schema(
        json_schema=checked if is_bounded else received,
        python_schema=core_schema.no_info_before_validator_function(_no_boolean("float_type"), checked),
    )


def _as_written(value: Any, check: Callable[[Any], Any]) -> Any:
    checked = check(value)
    return value if type(value) is int else checked


def _no_boolean(kind: Any) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, (bool, str, bytes)):
            raise PydanticKnownError(kind)
        return value

    return check


def _boolean(plain: Any) -> CoreSchema:
    plain["strict"] = True
    whole: CoreSchema = plain
    return whole


def _literal(plain: Any) -> CoreSchema:
    """True is not 1, though Python takes them for equal."""
    kinds = {type(value) for value in plain["expected"]}
    if not kinds & {bool, int}:
        whole: CoreSchema = plain
        return whole
    expected = " or ".join(map(repr, plain["expected"]))

    def check(value: Any) -> Any:
        if isinstance(value, (int, float)) and (bool if isinstance(value, bool) else int) not in kinds:
            raise PydanticKnownError("literal_error", {"expected": expected})
        return value

    return core_schema.no_info_before_validator_function(check, plain)


# Dates, times, UUIDs


def _from_text(plain: Any) -> CoreSchema:
    """In the form of a text, or in requests as Python's own; a number is no date."""
    kind = plain["type"]
    given = _reader(kind, _TEXTS[kind])
    received = given if _IS_EXACT in plain["metadata"] else _reader(kind, _ANSWERED.get(kind, _TEXTS[kind]))
    return core_schema.json_or_python_schema(json_schema=received, python_schema=given)


def _reader(kind: str, form: re.Pattern[str]) -> CoreSchema:
    read, own = _READERS[kind], _CLASSES[kind]

    def check(value: Any) -> Any:
        if isinstance(value, str) and form.fullmatch(value):
            with suppress(ValueError):
                return read(value)
        if isinstance(value, own) and not (own is date and isinstance(value, datetime)):
            return value
        raise PydanticCustomError(*_MISFITS[kind])

    return core_schema.no_info_plain_validator_function(check, json_schema_input_schema=core_schema.str_schema())


def _datetime(text: str) -> datetime:
    """A leap second (RFC 3339, 5.7) is the second after it: Python has none."""
    if ":60" in text and (leap := _LEAP_SECOND.fullmatch(text)):
        return _datetime(f"{leap[1]}:59{leap[2]}") + timedelta(seconds=1)
    return datetime.fromisoformat(text.upper())


_CLASSES: dict[str, type] = {"date": date, "datetime": datetime, "uuid": UUID}
_READERS: dict[str, Callable[[str], object]] = {"date": date.fromisoformat, "datetime": _datetime, "uuid": UUID}
_CHANGES: dict[str, Callable[[Any], CoreSchema]] = {
    "int": _integer,
    "float": _number,
    "bool": _boolean,
    "literal": _literal,
    **dict.fromkeys(_TEXTS, _from_text),
}
