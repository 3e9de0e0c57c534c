"""Discriminators that tell no variants apart are told where they stand; those of bases know all heirs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.checks import discriminators
from codegen.description.document import Document
from codegen.description.objects import nodes
from codegen.normalise.normalise import normalise

KIND = {"kind": {"type": "string"}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def cat(**kind: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind, "lives": {"type": "integer"}}}


def document(**schemas: Any) -> Document:
    """An operation that returns each of them."""
    content = {
        name: {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}}
        for name, schema in ((f"/{name}", ref(name)) for name in schemas)
    }
    data = {"openapi": "3.1.0", "info": {}, "paths": content, "components": {"schemas": schemas}}
    return Document.parse(json.dumps(data), "spec.json")


@pytest.mark.parametrize(
    ("variants", "reason"),
    [
        ([cat(const="a"), cat(const="a")], "kind is a in several of them"),
        ([cat(enum=["a", "b"]), cat(enum=["b", "c"])], "kind is b in several of them"),
        ([{"type": "string"}, ref("Cat")], "not each of them is an object with members of its own"),
        ([{"type": "array", "items": {}}, ref("Cat")], "not each of them is an object with members of its own"),
        ([cat(type="string"), ref("Cat")], "nothing says which kind each of them has"),
    ],
)
def test_without_effect(variants: list[Any], reason: str) -> None:
    """At the discriminator, once, with the reason."""
    pet = {"oneOf": variants, "discriminator": {"propertyName": "kind"}}
    findings = [
        finding
        for finding in normalise(document(Pet=pet, Cat=cat(type="string"))).findings
        if "discriminator" in finding.pointer
    ]
    (finding,) = findings
    assert (finding.pointer, finding.code) == ("#/components/schemas/Pet/discriminator", "not-rendered")
    assert finding.message.endswith(f": {reason}")


@pytest.mark.parametrize(
    "variants",
    [
        [ref("Cat"), ref("Dog")],
        [ref("Cat"), cat(const="dog")],
        [ref("Cat"), {"type": "null"}],
        [cat(enum=["a", "b"]), cat(const="c")],
    ],
)
def test_with_effect(variants: list[Any]) -> None:
    """Nothing is told of those that do."""
    pet = {"oneOf": variants, "discriminator": {"propertyName": "kind"}}
    described = document(Pet=pet, Cat=cat(type="string"), Dog=cat(type="string"))
    assert not [finding for finding in normalise(described).findings if "discriminator" in finding.pointer]


def test_heirs_of_a_base_whose_discriminator_is_in_a_part() -> None:
    """Microsoft writes bases so: members and discriminator stand in the `allOf` of what heirs extend."""
    mapping = {"#user": "#/components/schemas/User", "#base": "#/components/schemas/Base"}
    part = {"type": "object", "properties": KIND, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    described = document(
        Entity={"type": "object", "properties": {"id": {"type": "string"}}},
        Base={"allOf": [ref("Entity"), part]},
        User={"allOf": [ref("Base"), {"type": "object", "properties": {"mail": {"type": "string"}}}]},
    )
    assert not [*discriminators.check(described, nodes(described))]
