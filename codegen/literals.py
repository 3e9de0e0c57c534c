"""Values of the description as Python code: constants and defaults."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from .constraints import admits
from .parser import (
    BooleanProperty,
    ConstProperty,
    DateProperty,
    DateTimeProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    LiteralEnumProperty,
    Property,
    StringProperty,
    UnionProperty,
    UuidProperty,
)
from .schemas import DEFAULT


def _instant(value: str) -> datetime.datetime:
    """With its offset from UTC, since the client sends none without (RFC 3339, 5.6)."""
    found = datetime.datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


_PARSED: dict[type, tuple[Callable[[str], object], str]] = {
    DateProperty: (datetime.date.fromisoformat, "datetime.date.fromisoformat"),
    DateTimeProperty: (_instant, "datetime.datetime.fromisoformat"),
    UuidProperty: (uuid.UUID, "uuid.UUID"),
}


def literal(value: Any) -> str:
    """A scalar of the description as a Python literal; `repr` escapes whatever could end or disguise it."""
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(f"no literal for a {type(value).__name__}")
    quoted = repr(value)
    if isinstance(value, str) and quoted.startswith("'") and '"' not in quoted:
        return f'"{quoted[1:-1]}"'  # as ruff would have it, also where ruff does not look, in Markdown
    return quoted


def default_of(prop: Property, schema: Any, whole: Any) -> str | None:
    """The description's default as Python code; None where there is none, or none that the type has.

    `whole` is the schema with its references followed.
    """
    if isinstance(prop, ConstProperty) and prop.required:
        return literal(prop.value.raw_value)  # One value only: a caller has nothing to choose.
    value = schema.get(DEFAULT) if isinstance(schema, dict) else None
    kinds = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    code = next((code for kind in kinds if (code := _default(kind, value)) is not None), None)
    return code if code is not None and admits(prop, whole, value) else None


def _default(prop: Property, value: Any) -> str | None:
    if isinstance(value, str) and type(prop) in _PARSED:
        return _parsed(prop, value)
    if isinstance(prop, LiteralEnumProperty | EnumProperty):
        return literal(value) if isinstance(value, str | int) and value in prop.values else None
    if isinstance(prop, ConstProperty):
        return literal(value) if value == prop.value.raw_value else None
    kinds: dict[type, tuple[type, ...]] = {
        StringProperty: (str,),
        BooleanProperty: (bool,),
        IntProperty: (int,),
        FloatProperty: (int, float),
    }
    return literal(value) if type(value) in kinds.get(type(prop), ()) else None


def _parsed(prop: Property, value: str) -> str | None:
    """A default that Python reads from text; none where it would not, since the module could not be imported then."""
    parse, code = _PARSED[type(prop)]
    try:
        parse(value)
    except ValueError:
        return None
    return f"{code}({literal(value)})"
