"""`additionalProperties` of a type, beside members that are known, and none at all."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_map(case: Case) -> None:
    """A dict; its values have to be of that type."""
    assert case.call(lambda client: client.default.put_labels(body={"a b": 1})).body == b'{"a b":1}'
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.a: "):
        client.default.put_labels(body={"a": "x"})


def test_beside_members(case: Case) -> None:
    """Further members are passed on by their names, in the type that they have."""
    body = {"name": "n", "p-q": {"x-pos": 1}}
    assert case.call(lambda client: client.default.put_open(body=body)).body == b'{"name":"n","p-q":{"x-pos":1}}'
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.p"):
        client.default.put_open(body={"name": "n", "p": 1})


def test_constraints(case: Case) -> None:
    """They hold for values, too, whether or not some members have names."""
    assert case.call(lambda client: client.default.put_counts(body={"name": "n", "a": 0})).body == b'{"name":"n","a":0}'
    with case.client() as client:
        for call in (client.default.put_labels, client.default.put_counts):
            with pytest.raises(ValueError, match=r"^body\.a: input should be greater than or equal to 0"):
                call(body={"a": -1})


def test_closed(case: Case) -> None:
    """No member may be there."""
    assert case.call(lambda client: client.default.put_closed(body={})).body == b"{}"
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.x: "):
        client.default.put_closed(body={"x": 1})
