"""Enumerations: of mixed types, of values that differ by case, of none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"mixed": "a"}, "mixed=a"),
        ({"mixed": 1}, "mixed=1"),
        ({"wide": 0.5}, "wide=0.5"),
        ({"strings": "1"}, "strings=1"),
        ({"cases": "BEARER"}, "cases=BEARER"),
        ({"cases": "bearer"}, "cases=bearer"),
        ({"odd": 'a"b'}, "odd=a%22b"),
        ({"odd": ""}, "odd="),
        ({"odd": "-1"}, "odd=-1"),
        ({"empty": "x"}, "empty=x"),
        ({"one": "only"}, "one=only"),
        ({"floats": 0.5}, "floats=0.5"),
        ({"named": "dark-blue"}, "named=dark-blue"),
        ({"many": ["red", "red"]}, "many=red&many=red"),
    ],
)
def test_values(case: Case, arguments: dict[str, Any], query: str) -> None:
    """Each of them can be sent."""
    assert case.call(lambda client: client.default.list_things(**arguments)).target == f"/things?{query}"


@pytest.mark.parametrize(
    "arguments", [{"cases": "beareR"}, {"wide": "b"}, {"one": "other"}, {"named": "blue"}, {"many": ["x"]}]
)
def test_refused(case: Case, arguments: dict[str, Any]) -> None:
    """No other can."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{next(iter(arguments))}"):
        client.default.list_things(**arguments)
