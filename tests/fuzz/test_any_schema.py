"""Whatever JSON Schema says in a description, it is rendered; nothing that is valid stops the run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.model.annotations import Use, Writer
from codegen.model.api import Api
from codegen.model.build import build
from codegen.normalise.normalise import normalise
from codegen.parser.reading import parse

NAMES = st.sampled_from(["a", "b", "A", "a-b", "a_b", "a[b]", "ab", "class", "é", "items"])
VALUES: st.SearchStrategy[Any] = st.sampled_from(["a", 1, None, True, 1.5, [], {}, ""])
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
    "format": st.sampled_from(["date", "date-time", "uuid", "binary", "int32", "password", "other"]),
    "enum": st.lists(VALUES, max_size=3),
    "const": VALUES,
    "default": VALUES,
    "nullable": st.just(value=True),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "title": st.just("A"),
    "description": st.just("d"),
    "readOnly": st.booleans(),
    "minimum": st.integers(0, 3),
    "minItems": st.integers(0, 1),
    "pattern": st.just("a"),
    "discriminator": st.just({"propertyName": "a"}),
}
REFERENCES = st.sampled_from("ABC").map(lambda name: {"$ref": f"#/components/schemas/{name}"})


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas that hold others, with whatever else."""
    members = st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    several = st.lists(inner, min_size=1, max_size=3)
    holding = {
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), members),
        **dict.fromkeys(("allOf", "oneOf", "anyOf", "prefixItems"), several),
        **dict.fromkeys(("items", "additionalProperties", "not", "if", "contains", "propertyNames"), inner),
    }
    return st.fixed_dictionaries({}, optional={**KEYWORDS, **holding})


SCHEMAS = st.recursive(st.booleans() | REFERENCES | st.fixed_dictionaries({}, optional=KEYWORDS), larger, max_leaves=8)


def api(answer: Any, schemas: dict[str, Any]) -> Api:
    """The description of an operation that sends and receives this, as templates see it."""
    content = {"application/json": {"schema": answer}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"description": "", "content": content}}}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Any", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas},
    }
    document = check_description(Document.parse(json.dumps(whole), "spec.json")).document
    normalised = normalise(document)
    return build(document, normalised, parse(normalised.document))


@pytest.mark.sweep
@given(SCHEMAS, st.fixed_dictionaries(dict.fromkeys("ABC", SCHEMAS)))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_schema_is_read(answer: Any, schemas: dict[str, Any]) -> None:
    """Also where references form a cycle."""
    assert api(answer, schemas).tags[0].operations


def test_a_map_of_itself_that_is_marked() -> None:
    """Whether it holds a password is asked once."""
    own = {
        "type": "object",
        "additionalProperties": {"writeOnly": True, "anyOf": [{"$ref": "#/components/schemas/Own"}]},
    }
    assert api({"type": "object", "properties": {"own": own}}, {"Own": own}).models


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"not": {"enum": []}}, "Any"),
        ({"type": "string", "not": True}, "str"),
        ({"type": "string", "enum": ["a"], "default": []}, 'Literal["a"] | UnknownString'),
        ({"enum": [1, 0.5, "a", None]}, 'Literal[1, "a"] | UnknownInteger | float | UnknownString | None'),
        ({"type": "object", "oneOf": [{"type": "string"}, {"type": "array", "items": {}}]}, "str | list[Any]"),
        ({"type": "object", "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Own"}]}, "str | list[Any]"),
        ({"type": "object", "properties": {"a[b]": {}, "ab": {}}}, "models.PostAResponse"),
    ],
    ids=["not", "not-anything", "default", "mixed", "object-of-others", "recursive", "brackets"],
)
def test_types(schema: dict[str, Any], expected: str) -> None:
    """What the parser would refuse, or forget."""
    own = {"type": "array", "items": {"type": "object", "oneOf": [{"$ref": "#/components/schemas/Own"}]}}
    (tag,) = api(schema, {"Own": own}).tags
    [kind] = tag.operations[0].returns
    assert Writer(Use.ANSWER).annotation(kind) == expected
