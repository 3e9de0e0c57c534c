"""A part of `allOf` that narrows members of another: required ones, sizes and limits hold together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Answer, Case


def test_answer(case: Case) -> None:
    """The types are those of the part that has them."""
    body = b'{"address": {"street": "s"}, "tags": [1], "n": 7}'
    result = case.call(lambda client: client.t.r(n=7), Answer(200, body)).result
    assert (result.address.street, result.tags, result.n) == ("s", [1], 7)
    for broken, field in ((b'{"address": {}}', "address.street"), (b'{"tags": ["x"]}', "tags.0")):
        error = case.error(lambda client: client.t.r(n=7), Answer(200, broken))
        assert (type(error), error.field) == (case.package.InvalidResponseError, field)


@pytest.mark.parametrize(
    "arguments", [{"address": {}}, {"tags": []}, {"tags": [1, 2, 3]}, {"n": 4}, {"n": 10}], ids=repr
)
def test_request(case: Case, arguments: dict[str, Any]) -> None:
    """The limits of both parts."""
    (name,) = arguments
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{name}"):
        client.t.r(**arguments)
