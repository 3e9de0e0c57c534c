"""Discriminators beside members of the base, over copies, in unions of unions, and of variants used elsewhere."""

from __future__ import annotations

import json

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("pet", "member"),
    [('{"petType": "dog", "age": 3, "bark": "w"}', "bark"), ('{"petType": "cat", "age": 3, "name": "w"}', "name")],
)
def test_beside_members(case: Case, pet: str, member: str) -> None:
    """The members of the variant that the value says, and those beside the union."""
    answer = Answer(200, f'{{"pet": {pet}}}'.encode())
    result = case.call(lambda client: client.default.get_p(), answer).result.pet
    assert (result.pet_type, result.age, getattr(result, member)) == (json.loads(pet)["petType"], 3, "w")
    assert member in type(result).model_fields
    sent = case.call(lambda client: client.default.post_p(pet=json.loads(pet)))
    assert json.loads(sent.body) == {"pet": json.loads(pet)}


def test_beside_members_unknown(case: Case) -> None:
    """Neither taken for a variant, nor sent."""
    answer = Answer(200, b'{"pet": {"petType": "cow", "milk": 1}}')
    pet = case.call(lambda client: client.default.get_p(), answer).result.pet
    assert (type(pet), pet.pet_type, pet.milk) == (case.package.UnknownVariant, "cow", 1)
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=r"^pet\.petType: "):
        client.default.post_p(pet={"petType": "cow"})


@pytest.mark.parametrize(
    ("body", "name", "values"),
    [
        (b'{"kind": "truck", "load": 1}', "Truck", {"load": 1}),
        (b'{"kind": "Odd", "other": "x"}', "Odd", {"other": "x"}),
        (b'{"kind": "boat"}', "Boat", {}),
        (b'{"kind": "plane"}', "UnknownVariant", {}),
    ],
)
def test_nested(case: Case, body: bytes, name: str, values: dict[str, object]) -> None:
    """A variant that is a union itself."""
    result = case.call(lambda client: client.default.get_n(), Answer(200, body)).result
    assert type(result).__name__ == name
    assert {member: getattr(result, member) for member in values} == values


def test_outside_of_the_union(case: Case) -> None:
    """A variant has its own type there: any text."""
    truck = case.call(lambda client: client.default.get_own(), Answer(200, b'{"kind": "lorry"}')).result
    assert (type(truck), truck.kind) == (case.models.Truck, "lorry")
