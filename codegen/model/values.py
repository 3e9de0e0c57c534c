"""Values of the description as Python code: constants and defaults."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from codegen.model.bounds import admits, only_type
from codegen.normalise.markers import DEFAULT
from codegen.parser.reading import (
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

_PARSED: dict[type, tuple[Callable[[str], object], str]] = {
    DateProperty: (datetime.date.fromisoformat, "datetime.date.fromisoformat"),
    DateTimeProperty: (datetime.datetime.fromisoformat, "datetime.datetime.fromisoformat"),
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


def default_of(prop: Property, schema: Any, *, sent: Any = None) -> str | None:
    """The description's default as Python code; None where there is none, or none that the type has.

    `sent` is the schema with its references followed, of what is sent: then the client must not refuse it.
    """
    if isinstance(prop, ConstProperty) and prop.required:
        return literal(prop.value.raw_value)  # One value only: a caller has nothing to choose.
    value = schema.get(DEFAULT) if isinstance(schema, dict) else None
    kinds = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    code = next((code for kind in kinds if (code := _default(kind, value)) is not None), None)
    is_kept = code is None or sent is None or _is_sent(prop, sent, value)
    return code if is_kept else None


def _is_sent(prop: Property, schema: Any, value: Any) -> bool:
    """Whether the client sends such a value: it fits, and a time has its offset (RFC 3339, 5.6)."""
    if isinstance(only_type(prop), DateTimeProperty) and datetime.datetime.fromisoformat(value).tzinfo is None:
        return False
    return admits(prop, schema, value)


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
