"""JSON Schema: all of (A, one of (B, C)) is one of (A and B, A and C)."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize("member", ["card", "iban"])
def test_member(case: Case, member: str) -> None:
    """The members of A with those of the one that fits."""
    body = f'{{"id": "i", "{member}": "x"}}'.encode()
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (thing.id, getattr(thing, member)) == ("i", "x")


def test_neither(case: Case) -> None:
    """Does not fit."""
    error = case.error(lambda client: client.default.get_thing(), Answer(200, b'{"id": "i"}'))
    assert isinstance(error, case.package.InvalidResponseError)


def test_many(case: Case) -> None:
    """One long union loses none of its variants."""
    event = case.call(lambda client: client.default.get_event(), Answer(200, b'{"id": "i", "m39": "x"}')).result
    assert (event.id, event.m39) == ("i", "x")
