"""A base class with a discriminator, as .NET describes it: what extends it by `allOf` is what is meant."""

from __future__ import annotations

import json

from tests.support.cases import Answer, Case


def test_answers(case: Case) -> None:
    """Each is of its own class, at every depth, with all that it has."""
    body = (
        b'[{"$type": "cat", "name": "a", "lives": 9, "friend": {"$type": "dog", "name": "b", "tricks": 2}},'
        b' {"$type": "puppy", "name": "c", "tricks": 1, "weeks": 6}, {"$type": "fish", "name": "d", "fins": 2}]'
    )
    cat, puppy, fish = case.call(lambda client: client.default.list_pets(), Answer(200, body)).result
    assert (type(cat).__name__, cat.lives, type(cat.friend).__name__, cat.friend.tricks) == ("Cat", 9, "Dog", 2)
    assert (type(puppy).__name__, puppy.tricks, puppy.weeks) == ("Puppy", 1, 6)
    assert (type(fish).__name__, fish.fins) == ("UnknownVariant", 2)


def test_bodies(case: Case) -> None:
    """One of the classes can be sent where the base is asked for."""
    puppy = case.models.Puppy(type_="puppy", name="p", weeks=6)
    sent = case.call(lambda client: client.default.keep_pet(pet=puppy), Answer(200, b'{"$type": "dog", "name": "b"}'))
    assert json.loads(sent.body) == {"pet": {"$type": "puppy", "name": "p", "weeks": 6}}
    assert type(sent.result) is case.models.Dog
