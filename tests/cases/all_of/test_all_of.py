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
