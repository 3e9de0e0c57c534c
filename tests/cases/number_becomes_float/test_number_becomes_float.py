"""A `number` without a fraction stays an integer, of any size, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Answer, Case

BIG = 12345678901234567


def test_parameters(case: Case) -> None:
    """In a path, a query and a header; a default, too."""
    sent = case.call(lambda client: client.default.get_u(id=5, limit=3, x_n=7), Answer(200, b"{}"))
    assert (sent.target, sent.headers["x-n"]) == ("/users/5?limit=3", "7")
    assert case.call(lambda client: client.default.get_u(id=5), Answer(200, b"{}")).target == "/users/5?limit=10"
    assert case.call(lambda client: client.default.get_u(id=2.5), Answer(200, b"{}")).target == "/users/2.5?limit=10"


def test_answers(case: Case) -> None:
    """Also those that a float cannot hold."""
    body = b'{"id": 12345678901234567, "ids": [1, 2, 2.5]}'
    result = case.call(lambda client: client.default.get_u(id=1), Answer(200, body)).result
    assert (result.id, result.ids) == (BIG, [1, 2, 2.5])
    assert [*map(type, (result.id, *result.ids))] == [int, int, int, float]


def test_bodies(case: Case) -> None:
    """In JSON, and in a form."""
    sent = case.call(lambda client: client.default.post_u(id=1, body={"amount": 1, "big": 10**20}), Answer(200))
    assert sent.body == b'{"amount":1,"big":100000000000000000000}'
    form = "application/x-www-form-urlencoded"
    sent = case.call(lambda client: client.default.post_u(id=1, body={"amount": 1}, content_type=form), Answer(200))
    assert sent.body == b"amount=1"


@pytest.mark.parametrize("value", [True, "1", float("nan"), float("inf")])
def test_refused(case: Case, value: Any) -> None:
    """What is no number of JSON."""
    with case.client() as client, pytest.raises(ValueError, match=r"^id: "):
        client.default.get_u(id=value)
