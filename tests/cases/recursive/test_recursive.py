"""Schemas that hold themselves: objects, each other, maps, unions."""

from __future__ import annotations

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
    assert case.call(lambda client: client.default.put_json(body=body)).body == b'{"a":[1,["x",{}]]}'
