"""A discriminator with one variant: other values of it are not the end of the list."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_heir(case: Case) -> None:
    """The base lists a value that no heir has."""
    body = b'[{"kind": "paid", "id": "1", "amount": 5}, {"kind": "refunded", "id": "2"}]'
    paid, refunded = case.call(lambda client: client.default.list_events(), Answer(200, body)).result
    assert (type(paid), paid.amount) == (case.models.Paid, 5)
    assert (type(refunded), refunded.id) == (case.package.UnknownVariant, "2")


def test_one_of(case: Case) -> None:
    """`oneOf` with one variant."""
    body = b'[{"type": "card", "number": "1"}, {"type": "sepa"}]'
    card, sepa = case.call(lambda client: client.default.list_methods(), Answer(200, body)).result
    assert type(card) is case.models.Card
    assert type(sepa) is case.package.UnknownVariant
