"""Variants that do not declare the member that tells them apart: it is sent and read all the same."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests.support.cases import Answer, Case, exchange

SQUARE = b'{"kind": "square", "size": 1.5}'


def test_answer(case: Case) -> None:
    """The variant of the value, which is a member of it."""
    for kind, name in (("square", "Square"), ("circle", "Circle"), ("star", "UnknownVariant")):
        answer = Answer(200, SQUARE.replace(b"square", kind.encode()))
        result = case.call(lambda client: client.t.r(body={"kind": "circle", "size": 1}), answer).result
        assert (type(result).__name__, result.kind, result.size) == (name, kind, 1.5)


def test_request(case: Case) -> None:
    """In a model or a dict."""
    square = case.models.Square(kind="square", size=1.5)
    for body in (square, {"kind": "square", "size": 1.5}):
        with case.client(base_url=case.server.base_url) as client:
            sent = exchange(case.server, partial(client.t.r, body=body), Answer(200, SQUARE)).body
        assert json.loads(sent) == {"kind": "square", "size": 1.5}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"size": 1.5}, "kind: field required"),
        ({"kind": "star", "size": 1}, "kind: input should be 'circle' or 'square'"),
    ],
)
def test_refused(case: Case, body: dict[str, object], reason: str) -> None:
    """A dict without the member, or with a value that stands for no variant."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=reason):
        client.t.r(body=body)


def test_outside_of_the_union(case: Case) -> None:
    """A variant that is an answer of its own need not have it; within the union it gets it when it is sent."""
    sent = case.call(lambda client: client.t.a(shape=case.models.Point(at=1)), Answer(200, b'{"at": 2}'))
    assert json.loads(sent.body) == {"shape": {"at": 1.0, "kind": "Point"}}
    assert (type(sent.result), sent.result.at) == (case.models.Point, 2)


def test_several_values(case: Case) -> None:
    """A variant with several values has none by itself."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match="kind"):
        client.t.a(shape={"at": 1})
    sent = case.call(lambda client: client.t.a(shape={"kind": "arrow", "at": 1}), Answer(200, b"{}"))
    assert json.loads(sent.body) == {"shape": {"kind": "arrow", "at": 1.0}}
