"""Discriminators beside members of the base, over copies, in unions of unions, and of variants used elsewhere."""

from __future__ import annotations

import datetime
import json
import uuid

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


DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC)
UUID = uuid.UUID("8c2f1d1e-6a55-4b3e-9d0e-0f5b8f1c2a3d")


@pytest.mark.parametrize(
    ("member", "text", "value"),
    [
        *(("t", "true", True), ("t", "1", 1), ("t", "0", 0)),
        *(("u", "false", False), ("u", "0", 0)),
        *(("v", "1", 1), ("v", "1.5", 1.5), ("v", "18446744073709551617", 18446744073709551617), ("v", '"1"', "1")),
        *(("w", '"2024-02-29"', DAY), ("w", '"2024-02-29T12:30:00Z"', MOMENT)),
        *(("w", '"29.2.2024"', "29.2.2024"), ("w", '"20240229"', "20240229"), ("w", '"1709210000"', "1709210000")),
        *(("x", f'"{UUID}"', UUID), ("x", f'"{UUID.hex}"', UUID.hex), ("x", '"8c2f"', "8c2f")),
    ],
)
def test_scalars(case: Case, member: str, text: str, value: object) -> None:
    """Each is of the type that JSON gives it, and is sent as it was read."""
    pet = '{"petType": "cat"}'
    answer = Answer(200, f'{{"pet": {pet}, "{member}": {text}}}'.encode())
    read = getattr(case.call(lambda client: client.default.get_p(), answer).result, member)
    assert (type(read), read) == (type(value), value)
    sent = case.call(lambda client: client.default.post_p(pet=json.loads(pet), **{member: read}))
    assert json.loads(sent.body)[member] == json.loads(text)


@pytest.mark.parametrize(
    ("member", "text"), [("t", '"x"'), ("t", "1.5"), ("v", "true"), ("v", "[]"), ("w", "1"), ("x", "1")]
)
def test_no_scalar_of_these(case: Case, member: str, text: str) -> None:
    """No type takes what JSON says is another."""
    answer = Answer(200, f'{{"pet": {{"petType": "cat"}}, "{member}": {text}}}'.encode())
    error = case.error(lambda client: client.default.get_p(), answer)
    assert (type(error), error.field.split(".")[0]) == (case.package.InvalidResponseError, member)
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{member}"):
        client.default.post_p(pet={"petType": "cat"}, **{member: json.loads(text)})
