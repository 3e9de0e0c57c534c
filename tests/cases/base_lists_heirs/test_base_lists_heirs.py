"""A base whose `oneOf` lists what extends it by `allOf`, as springdoc describes classes."""

from __future__ import annotations

import json

from tests.support.cases import Answer, Case

PETS = [
    {"name": "a", "kind": "cat", "home": {"street": "s"}, "lives": 9},
    {"name": "b", "kind": "puppy", "home": {"street": "t"}, "good": True, "weeks": 7},
]


def test_answer(case: Case) -> None:
    """Each variant has the members of all that it extends, at every depth."""
    cat, puppy = case.call(lambda client: client.default.list_pets(), Answer(200, json.dumps(PETS).encode())).result
    assert isinstance(cat, case.models.Cat)
    assert (cat.name, cat.kind, cat.home.street, cat.lives) == ("a", "cat", "s", 9)
    assert isinstance(puppy, case.models.Puppy)
    assert (puppy.name, puppy.kind, puppy.home.street, puppy.good, puppy.weeks) == ("b", "puppy", "t", True, 7)
    assert type(cat.home) is type(puppy.home)


def test_request(case: Case) -> None:
    """A variant is sent with the members of its base."""
    for pet in PETS:
        sent = case.call(lambda client, pet=pet: client.default.add_pet(body=pet), Answer(204))  # type: ignore[misc]  # no type for a default
        assert json.loads(sent.body) == pet
