"""A component that is an object under another name is that object's class under another name."""

from __future__ import annotations

import json

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize("name", ["Animal", "Chain", "Described", "Maybe", "Only"])
def test_name(case: Case, name: str) -> None:
    """By a reference, as the only part of `allOf` or of a union, with a description or null beside it."""
    assert getattr(case.models, name) is case.models.Pet


def test_others(case: Case) -> None:
    """What adds something is a class of its own."""
    assert case.models.Extended is not case.models.Pet
    assert {"name", "more"} <= {*case.models.Extended.model_fields}


def test_calls(case: Case) -> None:
    """Under any name, in requests and answers, also where a discriminator tells it apart, or null may stand."""
    pet = case.models.Animal(name="Rex", friend=case.models.Described(name="Bo"))
    values = {"animal": {"name": "a"}, "maybe": None, "only": [{"name": "b"}], "either": {"name": "Rex"}}
    sent = case.call(lambda client: client.default.put_holder(**values | {"either": pet}), Answer(200, values))
    assert json.loads(sent.body) == values | {"either": {"name": "Rex", "friend": {"name": "Bo"}}}
    assert {type(sent.result.animal), type(sent.result.only[0]), type(sent.result.either)} == {case.models.Pet}
    assert sent.result.maybe is None
    sent = case.call(lambda client: client.default.get_pet(), Answer(200, {"name": "a"}))
    assert sent.result == case.models.Chain(name="a")
