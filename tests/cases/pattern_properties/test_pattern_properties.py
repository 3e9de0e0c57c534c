"""`patternProperties`, `prefixItems` and what stands beside them (JSON Schema 2020-12) are as wide as the schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case


def test_received(case: Case) -> None:
    """Members by pattern make a dict, positions a list."""
    body = b'{"one": {"x-a": 1}, "two": {"a": 1, "b": "c"}, "tuple": [1, "a"]}'
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (thing.one, thing.two, thing.tuple_) == ({"x-a": 1}, {"a": 1, "b": "c"}, [1, "a"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pp", {"x-a": 1, "y": "z"}),
        ("ppa", {"x-a": 1}),
        ("pre", ["a", 1]),
        ("pre", ["a"]),
        ("pre2", ["a", 1, 2]),
        ("multi", None),
        ("multi", "5"),
        ("multi2", "a"),
        ("multi2", ["a"]),
        ("not1", 5),
        ("not1", {"a": [1]}),
        ("cont", [1, "a"]),
        ("b64", "AAE="),
        ("js", '{"a": 1}'),
        ("tr", [1]),
        ("pn", {"a": 1}),
        ("uni", ["a", "b"]),
        ("mult", 19.99),
        ("mm", 9),
    ],
)
def test_both_ways(case: Case, name: str, value: Any) -> None:
    """Values come and go as they are."""
    body = json.dumps({name: value}).encode()
    assert getattr(case.call(lambda client: client.default.get_g(), Answer(200, body)).result, name) == value
    sent = case.call(lambda client: client.default.post_g(**{name: value}), Answer(200))
    assert json.loads(sent.body) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("pp", {"x-a": "z"}, "pp.x-a"),
        ("ppa", {"y": 1}, "ppa.y"),
        ("pre", ["a", 1, 2], "pre.2"),
        ("pre", [1, 1], "pre.0"),
        ("pre2", ["a", "b"], "pre2.1"),
        ("not1", "text", "not1"),
        ("cont", [1], "cont"),
        ("pn", {"A": 1}, "pn.A"),
        ("uni", ["a", "a"], "uni"),
        ("mult", 0.001, "mult"),
        ("dep", {"a": "1"}, "dep.b"),
        ("anyreq", {}, "anyreq"),
        ("ift", {"k": "a"}, "ift.v"),
        ("fa", 1, "fa"),
    ],
)
def test_refused(case: Case, name: str, value: Any, reason: str) -> None:
    """What the schema excludes is not sent."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{reason}"):
        client.default.post_g(**{name: value})
