"""Keywords that no type expresses: what an application passes on is checked in a time that grows with its size."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


def nested(levels: int, innermost: Any) -> Any:
    """Objects within one another."""
    value = innermost
    for _ in range(levels):
        value = {"down": value}
    return value


@pytest.mark.parametrize("member", ["tree", "rest"])
def test_a_schema_in_itself(case: Case, member: str) -> None:
    """Each level is checked once, where a condition or a variant would double it: 2 to the power of 60."""
    error = case.package.InvalidRequestError
    assert case.call(lambda client: client.t.r(**{member: nested(60, {})})).result is None
    wrong = {"label": "leaf"} if member == "tree" else {"unknown": 1}
    with case.client() as client, pytest.raises(error, match="down"):
        client.t.r(**{member: nested(60, wrong)})


def test_numbers_that_share_a_hash(case: Case) -> None:
    """Python's hash of a number is no secret: with these, a set takes the square of their number."""
    numbers = [number * (2**61 - 1) for number in range(1, 40_000)]
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match="no item twice"):
        client.t.r(unique=[*numbers, numbers[0]])
