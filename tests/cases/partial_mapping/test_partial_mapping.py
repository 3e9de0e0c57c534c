"""A mapping that names some of the heirs: the others go by their names (OpenAPI 3.1, 4.8.25)."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_answer(case: Case) -> None:
    """One odd element does not cost the list."""
    body = (
        b'[{"petType": "Dog", "bark": "w"}, {"petType": "kitty", "claws": 2}, {"petType": "Pet"},'
        b' {"petType": "fish", "fins": 2}]'
    )
    result = case.call(lambda client: client.t.r(body=[]), Answer(200, body)).result
    models = case.models
    assert [type(one) for one in result] == [models.Dog, models.Cat, models.Pet, case.package.UnknownVariant]
    assert [one.pet_type for one in result] == ["Dog", "kitty", "Pet", "fish"]


def test_request(case: Case) -> None:
    """As models and as dicts."""
    pets = [case.models.Dog(pet_type="Dog", bark="w"), {"petType": "kitty", "claws": 2}, {"pet_type": "Pet"}]
    sent = case.call(lambda client: client.t.r(body=pets), Answer(200, b"[]"))
    assert sent.body == b'[{"petType":"Dog","bark":"w"},{"petType":"kitty","claws":2},{"petType":"Pet"}]'
