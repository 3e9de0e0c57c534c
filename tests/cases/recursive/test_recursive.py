"""Schemas that hold themselves: objects, each other, maps, unions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

TREE = b'{"name":"a","parent":{"to":{"name":"b"}},"children":[{"name":"c","children":[]}]}'


def test_objects(case: Case) -> None:
    """At any depth, both ways."""
    node = case.models.Node.model_validate_json(TREE)
    sent = case.call(
        lambda client: client.default.put_tree(name=node.name, parent=node.parent, children=node.children),
        Answer(200, TREE),
    )
    assert sent.body == TREE
    assert sent.result == node
    assert sent.result.children[0].name == "c"


def test_map(case: Case) -> None:
    """Maps of maps."""
    sent = case.call(lambda client: client.default.put_map(body={"a": {"b": {}}}), Answer(200, b'{"a":{"b":{}}}'))
    assert sent.body == b'{"a":{"b":{}}}'


def test_union(case: Case) -> None:
    """JSON described in itself."""
    body = {"a": [1, ["x", {}]]}
    assert (
        case.call(lambda client: client.default.put_json(body=body), Answer(200, b"[]")).body == b'{"a":[1,["x",{}]]}'
    )


@pytest.mark.parametrize("written", ["{}", '{"a":1}', "[]", '{"a":{}}', '{"a":[]}', "[{}]", "[[]]", '""'])
@pytest.mark.parametrize("as_read", [False, True], ids=["plain values", "what was read"])
def test_an_object_is_no_list(case: Case, written: str, *, as_read: bool) -> None:
    """Nor is a list an object, or a text either, though all are iterable: what is read is sent as it came."""
    body: Any = json.loads(written)
    answer = Answer(200, written.encode())
    if as_read:
        body = case.call(lambda client: client.default.put_json(body="x"), answer).result
    assert case.call(lambda client: client.default.put_json(body=body), answer).body.decode() == written
