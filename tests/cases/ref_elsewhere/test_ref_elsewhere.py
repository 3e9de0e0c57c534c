"""References to a response, a request body, a part of a schema, a part of a path."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


def test_responses(case: Case) -> None:
    """Shared by operations."""
    answer = Answer(200, b'{"part": {"weight": 3}}')
    assert case.call(lambda client: client.default.get_thing(id=1), answer).result.part.weight == 3
    sent = case.call(lambda client: client.default.put_thing(id=1, kind="a"), answer)
    assert (sent.body, sent.result.part.weight) == (b'{"kind":"a"}', 3)
    error = case.error(lambda client: client.default.get_thing(id=1), Answer(404, b'{"kind": "b"}'))
    assert error.envelope.kind == "b"


def test_parts(case: Case) -> None:
    """With their constraints."""
    answer = Answer(200, b'[{"weight": 1}]')
    sent = case.call(lambda client: client.default.list_others(like=1, kind="b"), answer)
    assert (sent.target, sent.result[0].weight) == ("/others?like=1&kind=b", 1)
    with case.client() as client:
        with pytest.raises(ValueError, match=r"^like: "):
            client.default.list_others(like=0)
        with pytest.raises(ValueError, match=r"^kind: "):
            client.default.list_others(kind="c")
