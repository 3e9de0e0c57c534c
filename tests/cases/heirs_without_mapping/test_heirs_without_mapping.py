"""Heirs of a base whose discriminator has no mapping: the values are their names (OpenAPI 3.1, 4.8.25)."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("body", "name", "member"),
    [
        (b'{"kind": "A", "a": "1"}', "A", "a"),
        (b'{"kind": "B", "b": "1"}', "B", "b"),
        (b'{"kind": "AA", "a": "0", "aaa": "1"}', "AA", "aaa"),
        (b'{"kind": "Base", "n": 1}', "Base", "n"),
        (b'{"kind": "C", "c": "1"}', "UnknownVariant", "c"),
    ],
)
def test_answer(case: Case, body: bytes, name: str, member: str) -> None:
    """Heirs of heirs, too."""
    result = case.call(lambda client: client.default.get_q(), Answer(200, body)).result
    assert (type(result).__name__, str(getattr(result, member))) == (name, "1")
    (result,) = case.call(lambda client: client.default.get_r(), Answer(200, b"[%b]" % body)).result
    assert type(result).__name__ == name


def test_unions_of_heirs(case: Case) -> None:
    """springdoc lists the heirs without repeating the discriminator: that of the base tells them apart."""
    body = (
        b'{"each": [{"kind": "B", "b": "1"}, {"kind": "A"}, {"kind": "C"}], '
        b'"perhaps": {"kind": "AA", "b": "2"}, "other": {"c": "3"}}'
    )
    result = case.call(lambda client: client.default.get_several(), Answer(200, body)).result
    assert [type(each).__name__ for each in result.each] == ["B", "A", "UnknownVariant"]
    assert (type(result.perhaps).__name__, type(result.other).__name__) == ("AA", "Apart")
    nothing = case.call(lambda client: client.default.get_several(), Answer(200, b'{"perhaps": null}')).result
    assert nothing.perhaps is None
