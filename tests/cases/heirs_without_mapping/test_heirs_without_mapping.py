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
