"""Schemas that want one name: by case, by title, by digits."""

from __future__ import annotations

from tests.support.cases import Answer, Case

BODY = (
    b'{"a": {"one": "1"}, "b": {"two": "2"}, "c": {"three": "3"}, "d": {"four": "4"}, "e": {"street": "5"},'
    b' "f": {"inner": {"zip": "6"}}, "g": {"five": "7"}}'
)


def test_all(case: Case) -> None:
    """Every one is there, with its own members."""
    result = case.call(lambda client: client.default.get_things(), Answer(200, BODY)).result
    assert (result.a.one, result.b.two, result.c.three, result.d.four) == ("1", "2", "3", "4")
    assert (result.e.street, result.f.inner.zip_, result.g.five) == ("5", "6", "7")


def test_written_as_class(case: Case) -> None:
    """Who is written like a class keeps the name; so a newcomer renames nobody."""
    assert case.models.User.model_fields.keys() == {"two"}
    assert case.models.SameTitle.model_fields.keys() == {"four"}
