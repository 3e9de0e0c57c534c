"""Each member of a union has bounds of its own: a value has to keep to those of one member."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    "arguments",
    [
        {"code": "abc"},
        {"code": 10},
        {"code": "abc", "codes": ["abcd", 11]},
        {"code": "abc", "same": "ax"},
        {"code": "abc", "same": "bx"},
        {"code": 10, "label": "abc"},
        {"code": 10, "more": ["ab"]},
        {"code": 10, "more": -1},
        {"code": 10, "maybe": None},
        {"code": 10, "maybe": 12},
    ],
    ids=str,
)
def test_fits(case: Case, arguments: dict[str, Any]) -> None:
    """What keeps to the bounds of one member is sent."""
    assert case.call(lambda client: client.default.put_code(**arguments)).method == "PUT"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"code": "ab"}, "code"),
        ({"code": 9}, "code"),
        ({"code": 10, "codes": ["abc", "ab"]}, "codes"),
        ({"code": 10, "same": "cx"}, "same"),
        ({"code": 10, "label": 9}, "label"),
        ({"code": 10, "more": ["abc"]}, "more"),
        ({"code": 10, "more": ["ab", "cd"]}, "more"),
        ({"code": 10, "more": 1}, "more"),
        ({"code": 10, "maybe": "ab"}, "maybe"),
    ],
    ids=str,
)
def test_fits_no_member(case: Case, arguments: dict[str, Any], place: str) -> None:
    """What is out of the bounds of each member is refused before anything is sent."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=rf"\b{place}\b"):
        client.default.put_code(**arguments)


def test_default_out_of_bounds(case: Case) -> None:
    """A default that no member lets through is not sent."""
    parameters = inspect.signature(case.module("api.default").DefaultApi.put_code).parameters
    assert not isinstance(parameters["start"].default, int)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"label": "ab"}, "label"),
        ({"label": []}, "label"),
        ({"maybe": "ab"}, "maybe"),
        ({"greetings": ["x"]}, "greetings.0"),
        ({"greetings": [1, 1.5]}, "greetings.1"),
        ({"by_name": {"a": "x"}}, "by_name.a"),
        ({"by_name": {1: 1}}, "by_name.1"),
        ({"more": ["abc"]}, "more.0"),
        ({"more": 1}, "more"),
    ],
    ids=str,
)
def test_path(case: Case, arguments: dict[str, Any], path: str) -> None:
    """Names members and indexes, not the choice of a union that a value does not fit."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError) as caught:
        client.default.put_code(code=10, **arguments)
    assert str(caught.value).startswith(f"{path}: ")
