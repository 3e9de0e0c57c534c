"""`allOf`: over several levels, with siblings, of an enumeration."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_members(case: Case) -> None:
    """All of them."""
    body = b'{"id": "i", "note": "n", "size": 1, "colour": "red", "only": "blue"}'
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (thing.id, thing.note, thing.size, thing.colour, thing.only) == ("i", "n", 1, "red", "blue")


def test_required(case: Case) -> None:
    """From whatever part."""
    for missing, body in {"id": b'{"size": 1}', "size": b'{"id": "i"}'}.items():
        error = case.error(lambda client: client.default.get_thing(), Answer(200, body))
        assert error.field == missing


def test_nested(case: Case) -> None:
    """What stands beside an `allOf` within another one; a list keeps its items where it gets a length."""
    body = b'{"id": "i", "names": ["a"]}'
    deep = case.call(lambda client: client.default.get_deep(), Answer(200, body)).result
    assert (deep.id, deep.names) == ("i", ["a"])
    assert "list[str]" in type(deep).__annotations__["names"]
