"""`oneOf` as an answer."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("body", "name", "members"),
    [
        (b'{"iban": "i", "note": "x"}', "Transfer", {"iban": "i", "note": "x"}),
        (b'{"number": "1"}', "Card", {"number": "1"}),
    ],
)
def test_objects(case: Case, body: bytes, name: str, members: dict[str, str]) -> None:
    """The one that it fits."""
    result = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert result == getattr(case.models, name)(**members)


def test_others(case: Case) -> None:
    """A list of them, null, and what is none of them."""
    result = case.call(lambda client: client.default.get_thing(), Answer(200, b'[{"number": "1"}]')).result
    assert result == [case.models.Card(number="1")]
    assert case.call(lambda client: client.default.get_thing(), Answer(200, b"null")).result is None
    error = case.error(lambda client: client.default.get_thing(), Answer(200, b"1"))
    assert isinstance(error, case.package.InvalidResponseError)
