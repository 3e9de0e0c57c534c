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
    "Lost": {
        "type": "object",
        "properties": {"a": ref("Nowhere"), **KIND},
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/Nowhere", "dog": "other.yaml#/Dog"}},
    },
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
        ("Lost", {"a": "text", "kind": "text"}),
    ],
)
def test_sample(name: str, sample: object) -> None:
    """The value of a discriminator is that of the mapping, else the variant's own, else its name."""
    text = json.dumps({"openapi": "3.1.0", "components": {"schemas": SCHEMAS}})
    assert Described(Document.parse(text, "spec.json")).sample(ref(name)) == sample


def description(operation: dict[str, Any], **components: Any) -> Document:
    item = {"post": operation}
    return Document.parse(json.dumps({"openapi": "3.1.0", "paths": {"/": item}, "components": components}), "spec.json")


def test_what_leads_nowhere_is_left_out() -> None:
    """A body that is itself, a status that is none: others write such descriptions, and their packages are called."""
    circle = {"$ref": "#/components/requestBodies/Circle"}
    responses = {"ABCDEF": {"description": "None"}, "200": {"description": "One"}}
    document = description({"requestBody": circle, "responses": responses}, requestBodies={"Circle": circle})
    (operation,) = Described(document).operations
    assert operation.bodies == []
    assert [reply.status for reply in operation.replies] == [200]


def test_references_to_nowhere() -> None:
    """A body, an answer, a parameter and an example that are not there."""
    nowhere = {"$ref": "#/components/nowhere"}
    schema = {"type": "string", "examples": {"a": nowhere}}
    parameters = [nowhere, {"name": "q", "in": "query", "schema": schema}]
    (operation,) = Described(
        description({"requestBody": nowhere, "responses": {"200": nowhere}, "parameters": parameters})
    ).operations
    assert operation.bodies == []
    assert [reply.content for reply in operation.replies] == [None]
    assert operation.parameter("q", "query") == "text"


def test_without_examples() -> None:
    """What a schema says in place of what its examples do."""
    content = {"application/json": {"schema": {"type": "integer", "example": "a"}, "example": "b"}}
    document = description({"requestBody": {"content": content}, "responses": {}})
    for uses_examples, value in ((True, "b"), (False, 1)):
        (operation,) = Described(document, uses_examples).operations
        assert [body.value for body in operation.bodies] == [value]
