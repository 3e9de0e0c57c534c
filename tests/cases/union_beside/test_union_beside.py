"""`anyOf` and `oneOf` beside members of their own: the parser knows one or the other."""

from __future__ import annotations

import datetime
import uuid

import pytest

from tests.support.cases import Answer, Case


def test_conditions(case: Case) -> None:
    """Which members have to be there takes none away."""
    sent = case.call(lambda client: client.default.make_thing(number=2), Answer(200, b'{"id": "i", "radius": 1}'))
    assert sent.body == b'{"number":2}'


def test_variants(case: Case) -> None:
    """Each has what they share; its class is the only one that there is."""
    for body, name in ((b'{"id": "i", "radius": 1}', "radius"), (b'{"id": "i", "side": {"length": 2}}', "side")):
        shape = case.call(lambda client: client.default.make_thing(name="a"), Answer(200, body)).result
        assert (shape.id, shape.model_fields_set) == ("i", {"id", name})
    names = {name for name in dir(case.models) if name.startswith("Shape")}
    assert names == {"ShapeOption1", "ShapeOption2", "ShapeOption2Side"}


def test_no_further_items(case: Case) -> None:
    """Where nothing may follow, nothing is added to the types of a list."""
    result = case.call(lambda client: client.default.get_lists(), Answer(200, b'["a", 1]')).result
    assert result == ["a", 1]
    assert case.error(lambda client: client.default.get_lists(), Answer(200, b"[1.5]"))


def test_one_type_for_all(case: Case) -> None:
    """Variants that say no type have the one beside them."""
    day, key = datetime.date(2026, 1, 2), uuid.UUID(int=1)
    for body, value in ((b'"2026-01-02"', day), (f'"{key}"'.encode(), key), (b"null", None)):
        sent = case.call(lambda client: client.default.get_days(day=day, words=["a"]), Answer(200, body))
        assert (sent.target, sent.result) == ("/days?day=2026-01-02&words=a", value)
    assert case.error(lambda client: client.default.get_days(day="today"), Answer(200, b"1"))
    with case.client() as client, pytest.raises(ValueError, match=r"^day\b"):
        client.default.get_days(day="tomorrow")
