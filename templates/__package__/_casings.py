"""Members in the casing that a server chose, where a header or a setting of the API lets callers choose it."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import CoreSchema

from ._values import parts_of

__all__ = ["in_any_casing", "spellings"]

_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[^A-Z_-]+")


def in_any_casing(schema: CoreSchema) -> CoreSchema:
    """Let each field of a model be read in kebab, camel and snake case, unless another field has that name."""
    for part in parts_of(schema):
        if part.get("type") == "model-fields":
            fields: list[dict[str, Any]] = [*part["fields"].values()]
            names = {field["validation_alias"] for field in fields if isinstance(field.get("validation_alias"), str)}
            for field in fields:
                if isinstance(name := field.get("validation_alias"), str):
                    free = (other for other in spellings(name) if other == name or other not in names)
                    field["validation_alias"] = [[other] for other in free]
    return schema


def spellings(name: str) -> tuple[str, ...]:
    """The name, and the name in the other casings."""
    words = [word.lower() for word in _WORD.findall(name)]
    camel = "".join([*words[:1], *(word.capitalize() for word in words[1:])])
    return tuple(filter(None, dict.fromkeys((name, "-".join(words), camel, "_".join(words)))))
