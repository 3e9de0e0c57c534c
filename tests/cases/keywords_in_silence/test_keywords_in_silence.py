"""Keywords that no type expresses are checked in requests, also where answers have the same class."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

ACCEPTED: dict[str, list[Any]] = {
    "a": [1, "text"],
    "b": ["ab", 100],
    "c": ["ab", 100],
    "d": [{}],
    "e": [0.5, 1],
    "f": [{"x": 1, "y": 2}],
    "g": [["ab"]],
    "h": [{"k": 2}],
    "unique": [[1, True, "1", [1], {"a": 1}]],
    "least": [{"k": 1}],
    "cents": [19.99, 1],
    "contains": [[1, 2, 1.0]],
    "together": [{"b": 1}, {"a": 1, "b": 2}],
    "names": [{"ab": 1}],
    "no": [1, None],
    "one": [1, 5.5],
    "pair": [["x", 1], ["x"]],
    "by": [{"ab": 1}],
    "either": [{"a": 1}, {"a": 1, "b": 2}],
    "when": [{"a": 1, "b": 2}, {"c": 1}],
    "rest": [{"ab": 1, "ac": 2}],
    "tail": [["x", 1]],
    "depends": [{"a": 1, "b": 2}, {"b": "x"}],
    "tree": [{"below": [{"label": "branch"}]}],
}
REFUSED: dict[str, list[tuple[Any, str]]] = {
    "a": [(0, "a: should be greater than or equal to 1")],
    "b": [("abc", "b: ")],
    "c": [("abc", "c: ")],
    "d": [({"k": 1}, "d: should have at most 0 members")],
    "e": [(0.7, "e: should be 0.5 or 1.0"), (True, "e: ")],
    "f": [({}, "f.x: field required")],
    "g": [(["abc"], "g.0: ")],
    "h": [({"k": 3}, "h.k: ")],
    "unique": [([1, 1.0], "unique: should have no item twice"), ([{"a": [1]}, {"a": [1]}], "unique: ")],
    "least": [({}, "least: should have at least 1 members")],
    "cents": [(19.999, "cents: should be a multiple of 0.01")],
    "contains": [([1, 2], "contains: should have 2 to 3 items that are as `contains` says"), ([1] * 4, "contains: ")],
    "together": [({"a": 1}, "together.b: field required")],
    "names": [({"b": 1}, "names.b: the name should match pattern '^a'")],
    "no": [("text", "no: is what `not` excludes")],
    "one": [(5, "one: fits several of the variants"), (0.5, "one: ")],
    "pair": [([1], "pair.0: "), (["x", 1, 2], "pair.2: nothing may stand here")],
    "by": [({"b": 1}, "by.b: extra inputs are not permitted"), ({"a": "x"}, "by.a: ")],
    "either": [({"c": 1}, "either.a: field required")],
    "when": [({"a": 1}, "when.b: field required"), ({"b": 1, "c": 2}, "when: should have at most 1 members")],
    "rest": [({"ab": 1, "c": 1}, "rest.c: ")],
    "tail": [(["x", "y"], "tail.1: ")],
    "depends": [({"a": 1, "b": "x"}, "depends.b: ")],
    "nothing": [(1, "nothing: ")],
    "tree": [({"below": [{"below": [{"label": "leaf"}]}]}, "tree.below.0.below.0.label: is what `not` excludes")],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ACCEPTED.items() for value in values])
def test_accepted(case: Case, name: str, value: Any) -> None:
    """Sent as they are."""
    sent = case.call(lambda client: client.t.r(**{name: value}), Answer(200, b"{}"))
    assert json.loads(sent.body) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "reason"), [(name, *pair) for name, values in REFUSED.items() for pair in values]
)
def test_refused(case: Case, name: str, value: Any, reason: str) -> None:
    """With the path to what does not fit, and never the value."""
    with case.client() as client, pytest.raises(ValueError, match=name) as caught:
        client.t.r(**{name: value})
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("depth", [50, 300, 1000])
def test_depth(case: Case, depth: int) -> None:
    """However deep a value nests, it is sent or refused."""
    tree: dict[str, Any] = {"label": "branch"}
    for _ in range(depth):
        tree = {"below": [tree]}
    with case.client() as client, pytest.raises(case.package.ApiError) as caught:
        client.t.r(tree=tree)
    refused = case.package.ConnectionFailedError if depth == 50 else case.package.InvalidRequestError
    assert type(caught.value) is refused


def test_received(case: Case) -> None:
    """What an answer is beyond its types is the server's to keep."""
    body = {"a": 0, "unique": [1, 1], "no": "text", "pair": ["x", 1, 2], "nothing": 1}
    answer = case.call(lambda client: client.t.r(a=1), Answer(200, json.dumps(body).encode())).result
    assert [answer.a, answer.unique, answer.no, answer.pair, answer.nothing] == [0, [1, 1], "text", ["x", 1, 2], 1]
