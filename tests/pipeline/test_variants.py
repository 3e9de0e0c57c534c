"""Variants of `oneOf` of which one takes all that another takes."""

from __future__ import annotations

import json
from collections import Counter
from itertools import permutations
from random import Random
from typing import Any

import pytest

from codegen.description import variants
from codegen.description.document import Document

#: Schemas of members.
_MEMBERS: list[Any] = [
    {},
    True,
    *({"type": kind} for kind in ("string", "integer", "number")),
    *({"enum": values} for values in (["a"], ["a", "b"], [1], [1.0], [True], [{"a": 1}], [{"a": True}])),
    {"minimum": 0, "const": 1},
    {"minimum": 0, "const": True},
    {"const": "b"},
]


DOCUMENT = Document.parse(json.dumps({"openapi": "3.1.0"}), "spec.json")


def anything(random: Random) -> dict[str, Any]:
    """An object, or a value of another kind."""
    if random.random() < 0.2:
        return dict(random.choice([{}, *_MEMBERS[2:], {"type": "object"}, {"required": ["a"]}, {"anyOf": [{}]}]))
    members = {name: random.choice(_MEMBERS) for name in "abc" if random.random() < 0.6}
    schema = {"type": "object", "properties": members, "required": [name for name in "abc" if random.random() < 0.5]}
    return {**schema, **random.choice([{}, {"additionalProperties": False}, {"minProperties": 1}])}


def test_the_same_as_of_all_pairs() -> None:
    """The first pair in the order of the description, whatever is left out of the comparison."""
    random, found = Random(1), 0  # the same schemas in each run
    for _ in range(2_000):
        union = {"oneOf": [anything(random) for _ in range(random.randint(2, 5))]}
        shapes = [variants._shape(DOCUMENT, variant) for variant in union["oneOf"]]
        pairs = permutations(range(len(shapes)), 2)
        first = next((pair for pair in pairs if variants._takes(DOCUMENT, shapes[pair[1]], shapes[pair[0]])), None)
        assert variants.covered(DOCUMENT, union) == first, json.dumps(union)
        found += first is not None
    assert 200 < found < 1_800


@pytest.mark.parametrize(
    ("wide", "narrow", "is_covered"),
    [
        ({"minimum": 0, "enum": [1]}, {"minimum": 0, "enum": [True]}, False),
        ({"minimum": 0, "enum": [1]}, {"minimum": 0, "enum": [1.0]}, True),
        ({"enum": [1]}, {"enum": [1.0]}, True),
        ({"enum": [[1], 2]}, {"enum": [[True]]}, False),
        ({"enum": [{"a": 0}]}, {"enum": [{"a": False}]}, False),
    ],
)
def test_equal_is_what_is_equal_in_json(wide: Any, narrow: Any, is_covered: bool) -> None:
    """Python takes 1 for true; JSON Schema does not, at any depth."""
    union = {"oneOf": [{"properties": {"a": member}} for member in (narrow, wide)]}
    assert (variants.covered(DOCUMENT, union) is not None) is is_covered


@pytest.mark.parametrize("kind", ["open", "closed", "constants", "values"])
def test_thousands_are_not_compared_in_pairs(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is compared only with those that have what it has."""

    def variant(number: int) -> dict[str, Any]:
        own = {f"m{number}": {"type": "string"}}
        kinds: dict[str, dict[str, Any]] = {
            "open": {"properties": own, "required": [*own]},
            "closed": {"properties": {"a": {}, **own}, "required": ["a"], "additionalProperties": False},
            "constants": {"properties": {"a": {"const": number}, "b": {}}, "required": ["a", "b"]},
            "values": {"enum": [number, f"{number}"]},
        }
        return kinds[kind]

    compared: list[Any] = []
    monkeypatch.setattr(variants, "_takes", lambda *shapes: compared.append(shapes))
    assert variants.covered(DOCUMENT, {"oneOf": [*map(variant, range(1_000))]}) is None
    assert len(compared) < 1_000


@pytest.mark.parametrize("member", [{"minimum": 0}, {"enum": ["a", "b"]}, {"const": "a"}])
def test_thousands_that_are_alike_are_compared_in_part(member: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells which of them may cover another; each pair is cheap, and of twice as many, twice as many are."""

    def variant(number: int) -> dict[str, Any]:
        own = {key: f"{value}{number}" if key == "const" else value for key, value in member.items()}
        return {"properties": {"a": own, "b": {"pattern": f"{number}"}}, "additionalProperties": False}

    compared = Counter[str]()
    monkeypatch.setattr(variants, "_takes", lambda *shapes: compared.update(["pair"]))
    monkeypatch.setattr(variants, "_MAX_PAIRS", 1)
    for count in (200, 400):
        assert variants.covered(DOCUMENT, {"oneOf": [*map(variant, range(count))]}) is None
    assert compared["pair"] == 32 * (200 + 400)
