"""Values of the description as Python code: constants and defaults."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from markupsafe import Markup as Code

from .bounds import admits
from .types import Kind, Scalar, Type, Values, alternatives

#: How Python reads the texts of these kinds.
_READERS: dict[Kind, tuple[Callable[[str], object], str]] = {
    Kind.DATE: (datetime.date.fromisoformat, "datetime.date.fromisoformat"),
    Kind.DATE_TIME: (datetime.datetime.fromisoformat, "datetime.datetime.fromisoformat"),
    Kind.UUID: (uuid.UUID, "uuid.UUID"),
}
_CLASSES: dict[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.BOOLEAN: (bool,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
}


_SCALARS = (str, int, float, bool, type(None))


def literal(value: Any) -> str:
    """A scalar of the description as a Python literal; `repr` escapes whatever could end or disguise it."""
    if not isinstance(value, _SCALARS):
        raise TypeError(f"no literal for a {type(value).__name__}")
    quoted = repr(value)
    if isinstance(value, str) and quoted.startswith("'") and '"' not in quoted:
        return f'"{quoted[1:-1]}"'  # as ruff would have it, also where ruff does not look, in Markdown
    return quoted


def json_literal(value: Any) -> str:
    """A JSON value of the description as Python code."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(name)}: {json_literal(item)}' for name, item in value.items())}}}"
    return f"[{', '.join(map(json_literal, value))}]" if isinstance(value, list) else literal(value)


def default_of(kind: Type, value: Any, *, is_sent: bool) -> Code | None:
    """A `default` as Python code; None where the type has no such value, or the client would refuse to send it."""
    for part in alternatives(kind):
        if (code := _default(part, value)) is not None and not (is_sent and not _can_be_sent(part, value)):
            return Code(code)
    return None


def _default(kind: Type, value: Any) -> str | None:
    match kind:
        case Values(values):
            return literal(value) if any(type(own) is type(value) and own == value for own in values) else None
        case Scalar(scalar) if scalar in _READERS:
            return _read(scalar, value) if isinstance(value, str) else None
        case Scalar(scalar):
            return literal(value) if type(value) in _CLASSES.get(scalar, ()) else None
    return None


def _read(kind: Kind, text: str) -> str | None:
    """A default that Python reads from text; None where it cannot: the module could not be imported then."""
    read, code = _READERS[kind]
    try:
        read(text)
    except ValueError:
        return None
    return f"{code}({literal(text)})"


def _can_be_sent(kind: Type, value: Any) -> bool:
    """Whether a default is within its bounds, and a time has its offset (RFC 3339, 5.6)."""
    if not isinstance(kind, Scalar):
        return True
    if kind.kind is Kind.DATE_TIME and datetime.datetime.fromisoformat(value).tzinfo is None:
        return False
    return admits(kind.bounds, value)
