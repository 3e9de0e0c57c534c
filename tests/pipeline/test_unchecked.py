"""What types leave open of the schemas of requests; where they say it all, nothing is printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.description.document import Document
from codegen.model.unchecked import Unchecked

S = "#/components/schemas/S"
T = "#/components/schemas/T"
#: Objects that no value can be both of.
CLOSED = {"type": "object", "required": ["a"], "properties": {"a": {}}, "additionalProperties": False}
KIND = {"type": "object", "required": ["k"], "properties": {"k": {"const": "s"}}}


def rest(schema: Any, *, is_received: bool = False, version: str = "3.1.0", **others: Any) -> dict[str, Any]:
    """What is printed for a component that is sent, beside others, by name."""
    components = {"S": schema, **others}
    text = json.dumps({"openapi": version, "components": {"schemas": components}})
    unchecked = Unchecked(Document.parse(text, "spec.json"), {S} if is_received else set())
    unchecked.read([S])
    return unchecked.schemas


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^a", "enum": ["a", "ab"]},
        {"type": ["integer", "null"], "minimum": 1, "multipleOf": 2},
        {"type": "number", "exclusiveMaximum": 1.5},
        {"type": "array", "maxItems": 2, "items": {"type": "string", "format": "date"}},
        {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}, "additionalProperties": False},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer", "maximum": 3}}},
        {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "integer"}]},
        {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        {"oneOf": [CLOSED, {"type": "object", "required": ["b"], "properties": {"a": {}, "b": {}}}]},
        {"oneOf": [KIND, {**KIND, "properties": {"k": {"enum": ["t", "u"]}}}]},
        {"oneOf": [KIND, KIND], "discriminator": {"propertyName": "k"}},
        {"oneOf": [KIND, {"type": "object"}]},
        {"type": "object", "properties": {"below": {"$ref": S}}},
        {"title": "A", "description": "B", "format": "email", "x-own": {"not": {}}, "default": 1},
    ],
)
def test_nothing(schema: Any) -> None:
    """Types check all of it."""
    assert rest(schema) == {}


@pytest.mark.parametrize(
    ("schema", "left"),
    [
        ({"minimum": 1}, {"minimum": 1}),
        ({"type": ["string", "integer"], "maxLength": 2}, {"maxLength": 2}),
        ({"type": "number", "multipleOf": 0.01, "minimum": 1}, {"multipleOf": 0.01}),
        ({"type": "number", "enum": [0.5]}, {"enum": [0.5]}),
        ({"type": "string", "format": "date-time", "maxLength": 20}, {"maxLength": 20}),
        ({"type": "string", "pattern": "^(?!a)"}, {"pattern": "^(?!a)"}),
        ({"type": "object", "required": ["a", "b"], "properties": {"a": {}}}, {"required": ["b"]}),
        ({"type": "object", "properties": {"a": {"type": "string", "not": {"const": "x"}}, "b": {"type": "string"}}},
         {"properties": {"a": {"not": {"const": "x"}}}}),
        ({"oneOf": [KIND, {"type": "object", "required": ["b"]}]},
         {"oneOf": [KIND, {"type": "object", "required": ["b"]}]}),
        ({"allOf": [{"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 2}]},
         {"allOf": [{"maxLength": 3}, {"maxLength": 2}]}),
        (False, False),
    ],
)  # fmt: skip
def test_left(schema: Any, left: Any) -> None:
    """What types do not check, without what they do."""
    assert rest(schema) == {S: left}


def test_received() -> None:
    """The class of an answer leaves enumerations and bounds open."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "enum": ["x"], "maxLength": 1}, "b": {}}}
    assert rest(schema, is_received=True) == {S: {"properties": {"a": {"enum": ["x"], "maxLength": 1}}}}


def test_references() -> None:
    """To schemas of which something is left, only; within `not`, to whole ones."""
    schema = {"type": "object", "properties": {"t": {"$ref": T}, "self": {"$ref": S}, "all": {"$ref": f"{T}2"}}}
    target = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    assert rest(schema, T=target, T2={"type": "string"}) == {
        S: {"properties": {"t": {"$ref": T}, "self": {"$ref": S}}},
        T: {"uniqueItems": True},
    }
    assert rest({"not": {"$ref": T}}, T=target) == {S: {"not": {"$ref": f"whole:{T}"}}, f"whole:{T}": target}


def test_openapi_30() -> None:
    """Flags beside bounds, `nullable`, and what stands beside `$ref` without effect."""
    schema = {"not": {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "nullable": True}}
    assert rest(schema, version="3.0.3") == {S: {"not": {"type": ["integer", "null"], "exclusiveMinimum": 1}}}
    assert rest({"$ref": T, "minProperties": 1}, version="3.0.3", T={"type": "object"}) == {}
    assert rest({"$ref": T, "minProperties": 1}, T={"type": "object"}) == {S: {"minProperties": 1}}


@pytest.mark.parametrize("schema", [{"pattern": r"\A"}, {"not": {"pattern": r"\A"}}, {"not": {"$ref": T}}])
def test_patterns_that_cannot_be_checked(schema: Any) -> None:
    """Are left out with all that would mean something else without them."""
    assert rest(schema, T={"properties": {"a": {"pattern": r"\A"}}}) == {}


def test_read_only() -> None:
    """Members that are not sent are not required."""
    member = {"type": "string", "readOnly": True}
    schema = {"not": {"type": "object", "required": ["a", "b"], "properties": {"a": member}}}
    assert rest(schema) == {S: {"not": {"type": "object", "required": ["b"], "properties": {"a": {"type": "string"}}}}}
