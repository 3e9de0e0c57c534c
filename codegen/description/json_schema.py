"""A description whose schemas are JSON Schema 2020-12, to validate values against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegen.description.document import as_mapping
from codegen.description.objects import DATA, MAPS

#: Fields whose data may look like keywords: `$ref`, `$id`.
_EXAMPLES = ("example", "examples", "default")


def as_json_schema(value: Any, *, is_map: bool = False) -> Any:
    """The description, or a part of it, without examples and with its schemas as JSON Schema.

    In OpenAPI 3.0 some keywords have other forms, and in both versions a member may be required in one direction only.
    """
    if isinstance(value, list):
        return [as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    if is_map:
        return {key: as_json_schema(item) for key, item in value.items()}
    copy = {
        key: _field(key, item) if isinstance(item, (dict, list)) else item
        for key, item in value.items()
        if not _is_dropped(key)
    }
    return _modernise(copy) if "type" in copy or "properties" in copy else copy


def _field(key: str, value: Any) -> Any:
    return value if key in DATA else as_json_schema(value, is_map=key in MAPS)


def _is_dropped(key: str) -> bool:
    return key in _EXAMPLES or (key.startswith("$") and key not in ("$ref", "$defs"))


def _modernise(schema: dict[str, Any]) -> dict[str, Any]:
    schema = with_numeric_bounds(schema)
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list):
            schema["enum"] = [*schema["enum"], None]
    members, required = schema.get("properties"), schema.get("required")
    if isinstance(members, dict) and isinstance(required, list):
        schema["required"] = [
            name for name in required if not (isinstance(name, str) and _is_one_way(members.get(name)))
        ]
    return schema


def with_numeric_bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which `exclusiveMinimum: true` beside `minimum` (OpenAPI 3.0) is the bound itself."""
    modern = dict(schema)
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(modern.get(flag), bool) and modern.pop(flag) and bound in modern:
            modern[flag] = modern.pop(bound)
    return modern


def _is_one_way(member: Any) -> bool:
    """Whether a member is only sent or only received, so that `required` holds in that direction only."""
    return bool(as_mapping(member).get("readOnly") or as_mapping(member).get("writeOnly"))
