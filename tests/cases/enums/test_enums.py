"""Enumerations: of mixed types, of values that differ by case, of none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case


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


@pytest.mark.parametrize("value", [1, 2, "a", "b", True, False])
def test_mixed_in_answers(case: Case, value: object) -> None:
    """An answer may bring a value that is not listed, of each of the types; a request may not."""
    answer = Answer(200, json.dumps({"mixed": value}).encode())
    result = case.call(lambda client: client.default.check_words(), answer).result
    assert (result.mixed, type(result.mixed)) == (value, type(value))
    with case.client() as client, pytest.raises(case.package.ApiError) as caught:
        client.default.check_words(mixed=value)
    is_listed = any(value is own for own in (1, "a", True))
    assert isinstance(caught.value, case.package.InvalidRequestError) is not is_listed


def test_null(case: Case) -> None:
    """Is sent only where `enum` lists it, whatever `type` says."""
    sent = case.call(lambda client: client.default.check_words(nullable=None), Answer(200, b"{}"))
    assert json.loads(sent.body) == {"nullable": None}
    for name in ("never_null", "constant"):
        with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{name}"):
            client.default.check_words(**{name: None})
