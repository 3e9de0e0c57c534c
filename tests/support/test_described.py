"""Samples of schemas: what is made of unions and their discriminators fits them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.description.document import Document
from tests.support.described import Described


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def heir(base: str, **members: Any) -> dict[str, Any]:
    return {"allOf": [ref(base), {"type": "object", "properties": members}]}


NUMBER = {"type": "integer"}
KIND = {"kind": {"type": "string"}}
SCHEMAS: dict[str, Any] = {
    "Cat": {"type": "object", "required": ["kind"], "properties": {**KIND, "lives": NUMBER}},
    "Dog": {"type": "object", "properties": {"kind": {"enum": ["dog"]}}},
    "Named": {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
    "Mapped": {"oneOf": [ref("Cat")], "discriminator": {"propertyName": "kind", "mapping": {"kitty": "Cat"}}},
    "Listed": {"oneOf": [ref("Dog")], "discriminator": {"propertyName": "kind"}},
    "Beside": {"properties": {"age": NUMBER}, "anyOf": [{"type": "null"}, ref("Cat")]},
    "Base": {
        "type": "object",
        "required": ["kind"],
        "properties": KIND,
        "discriminator": {"propertyName": "kind", "mapping": {"heir": "#/components/schemas/Heir"}},
    },
    "Heir": heir("Base", a=NUMBER),
    "Circle": {"oneOf": [ref("Arc")], "properties": KIND, "discriminator": {"propertyName": "kind"}},
    "Arc": heir("Circle", a=NUMBER),
}


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("Named", {"kind": "Cat", "lives": 1}),
        ("Mapped", {"kind": "kitty", "lives": 1}),
        ("Listed", {"kind": "dog"}),
        ("Beside", {"age": 1, "kind": "text", "lives": 1}),
        ("Base", {"kind": "heir", "a": 1}),
        ("Heir", {"kind": "heir", "a": 1}),
        ("Circle", {"kind": "Arc", "a": 1}),
        ("Arc", {"kind": "Arc", "a": 1}),
    ],
)
def test_sample(name: str, sample: object) -> None:
    """The value of a discriminator is that of the mapping, else the variant's own, else its name."""
    text = json.dumps({"openapi": "3.1.0", "components": {"schemas": SCHEMAS}})
    assert Described(Document.parse(text, "spec.json")).sample(ref(name)) == sample


def test_what_leads_nowhere_is_left_out() -> None:
    """A body that is itself, a status that is none: others write such descriptions, and their packages are called."""
    circle = {"$ref": "#/components/requestBodies/Circle"}
    responses = {"ABCDEF": {"description": "None"}, "200": {"description": "One"}}
    text = json.dumps(
        {
            "openapi": "3.1.0",
            "paths": {"/": {"post": {"requestBody": circle, "responses": responses}}},
            "components": {"requestBodies": {"Circle": circle}},
        }
    )
    (operation,) = Described(Document.parse(text, "spec.json")).operations
    assert operation.bodies == []
    assert [reply.status for reply in operation.replies] == [200]
