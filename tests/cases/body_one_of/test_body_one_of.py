"""`oneOf` as a body: the arguments choose."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


def test_variants(case: Case) -> None:
    """Each with its constants; parameters go with any of them."""
    sent = case.call(lambda client: client.default.create_payment(card_number="1", trace="t"))
    assert (sent.body, sent.target) == (b'{"kind":"card","card-number":"1"}', "/payments?trace=t")
    sent = case.call(lambda client: client.default.create_payment(iban="x", amount=3))
    assert sent.body == b'{"kind":"transfer","iban":"x","amount":3}'


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ({}, "none of them"),
        ({"amount": 1}, "amount"),
        ({"card_number": "1", "iban": "x"}, "card_number, iban"),
        ({"trace": "t"}, "none of them"),
    ],
)
def test_mixed(case: Case, arguments: dict[str, Any], got: str) -> None:
    """Arguments of none or of several: a TypeError that says what goes together."""
    with case.client() as client, pytest.raises(TypeError) as caught:
        client.default.create_payment(**arguments)
    assert isinstance(caught.value, case.package.VariantError)
    assert sorted(str(caught.value).rpartition("; got ")[2].split(", ")) == got.split(", ")
    assert str(caught.value).startswith("create_payment() takes card_number, [kind, amount] or iban, [kind, amount]; ")


def test_wrong_constant(case: Case) -> None:
    """The variant is known, its constant is not that."""
    with case.client() as client, pytest.raises(ValueError, match=r"^kind: input should be 'card'"):
        client.default.create_payment(card_number="1", kind="transfer")


def test_one_argument(case: Case) -> None:
    """Where one of the variants is no object."""
    assert case.call(lambda client: client.default.create_shape(body=["a"])).body == b'["a"]'
    card = case.models.Card(card_number="1")
    assert case.call(lambda client: client.default.create_shape(body=card)).body == b'{"kind":"card","card-number":"1"}'
