"""A discriminator decides which variant is meant: one that is known has to fit."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("body", "field"),
    [(b'{"kind": "cat", "lives": "nine"}', "lives"), (b'{"kind": "cat"}', "lives"), (b"{}", "kind")],
)
def test_known(case: Case, body: bytes, field: str) -> None:
    """The error names the member; the variant is no part of its path."""
    error = case.error(lambda client: client.t.find(), Answer(200, body))
    assert (type(error), error.field) == (case.package.InvalidResponseError, field)


def test_unknown(case: Case) -> None:
    """Only a kind that the description does not list is `UnknownVariant`; its members have Python names, too."""
    pet = case.call(lambda client: client.t.find(), Answer(200, b'{"kind": "cow", "milk-yield": 3}')).result
    assert type(pet) is case.package.UnknownVariant
    assert (pet.kind, pet.milk_yield) == ("cow", 3)
