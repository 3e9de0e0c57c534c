"""Unions whose variants hold the union again: time grows with the size of a body, not with a power of its depth."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Answer, Case


def nested(member: str, levels: int, innermost: Any) -> Any:
    """Objects within one another."""
    for _ in range(levels):
        innermost = {member: innermost}
    return innermost


def depth_of(value: Any, member: str) -> int:
    """How many objects are within one another."""
    depth = 0
    while value is not None and not isinstance(value, str):
        value, depth = getattr(value, member), depth + 1
    return depth


def test_a_discriminator_that_may_be_missing(case: Case) -> None:
    """Each level can be either variant."""
    answer = Answer(200, nested("inner", 45, {}))
    assert depth_of(case.call(lambda client: client.default.get_shape(), answer).result, "inner") == 46
    error = case.error(lambda client: client.default.get_shape(), Answer(200, nested("inner", 45, 1)))
    assert isinstance(error, case.package.InvalidResponseError)


@pytest.mark.parametrize("innermost", [{}, "leaf"])
def test_both_ways(case: Case, innermost: Any) -> None:
    """Sent and received, and written as it was."""
    body = {"node": nested("left", 60, innermost)}
    sent = case.call(lambda client: client.default.put_tree(node=body["node"]), Answer(200, body))
    assert depth_of(sent.result.node, "left") == 60 + (innermost == {})
    assert sent.result.model_dump(exclude_unset=True) == body


def test_too_deep(case: Case) -> None:
    """It is told at its place."""
    error = case.error(lambda client: client.default.put_tree(node={}), Answer(200, {"node": nested("left", 150, {})}))
    assert str(error) == f"{error.field}: input nests too deeply"
    assert error.field.startswith("node.left.left.")


def test_a_variant_of_itself(case: Case) -> None:
    """A union that is one of its own variants has the others."""
    for kind in ("dash", "wave"):
        line = case.call(lambda client: client.default.get_line(), Answer(200, {"kind": kind, "size": 1})).result
        assert type(line).__name__.lower() == kind
