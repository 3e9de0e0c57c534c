"""OpenAPI 3.1, 4.8.12: headers, which are written without percent-encoding."""

from __future__ import annotations

import datetime
import inspect
from typing import Any

import pytest

from tests.support.cases import Case

DEFAULTS = {"x-limit": "5", "x-mode": "fast", "x-maybe": "perhaps"}


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        ({"x_text": "a, b/c%"}, "x-text", "a, b/c%"),
        ({"x_text": ""}, "x-text", ""),
        ({"x_ids": [1, 2]}, "x-ids", "1,2"),
        ({"x_words": ["a b", "c"]}, "x-words", "a b,c"),
        ({"x_since": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}, "x-since", "2026-01-01T00:00:00Z"),
        ({"x_flag": False}, "x-flag", "false"),
        ({"x_flat": {"a": 1, "b": "x"}}, "x-flat", "a,1,b,x"),
        ({"x_point": {"a": 1, "b": "x"}}, "x-point", "a=1,b=x"),
        ({"x_json": {"é": [1]}}, "x-json", '{"\\u00e9":[1]}'),
    ],
)
def test_header(case: Case, arguments: dict[str, Any], name: str, value: str) -> None:
    """Style `simple`; JSON in ASCII."""
    assert case.call(lambda client: client.default.list_things(**arguments)).headers[name] == value


def test_not_given(case: Case) -> None:
    """Neither None nor an empty list is sent."""
    headers = case.call(lambda client: client.default.list_things(x_ids=[], x_text=None)).headers
    assert not [name for name in headers if name.startswith("x-") and name not in DEFAULTS]


@pytest.mark.parametrize("place", ["headers", "extra_headers"])
@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({}, {"x-limit": "7", "x-mode": "slow", "x-maybe": "no", "x-text": "t"}),
        ({"x_limit": 5, "x_mode": "fast", "x_maybe": "perhaps"}, {**DEFAULTS, "x-text": "t"}),
        ({"x_limit": None, "x_maybe": None, "x_text": None}, {"x-mode": "slow"}),
        ({"x_limit": 9, "x_text": "u"}, {"x-limit": "9", "x-mode": "slow", "x-maybe": "no", "x-text": "u"}),
    ],
    ids=["left out", "the defaults", "None", "others"],
)
def test_argument_wins(case: Case, place: str, arguments: dict[str, Any], sent: dict[str, str]) -> None:
    """Over a header of the caller, also where it is the default; None sends none. What is left out has the caller's."""
    headers = {"X-Limit": "7", "x-mode": "slow", "X-MAYBE": "no", "X-Text": "t"}
    options: dict[str, Any] = {"headers": headers} if place == "headers" else {}
    extra = {"extra_headers": headers} if place == "extra_headers" else {}
    whole = case.call(lambda client: client.default.list_things(**arguments, **extra), **options).headers
    assert {name: value for name, value in whole.items() if name.startswith("x-")} == sent


def test_defaults(case: Case) -> None:
    """Those of the description, where nobody says anything else."""
    headers = case.call(lambda client: client.default.list_things()).headers
    assert {name: value for name, value in headers.items() if name.startswith("x-")} == DEFAULTS


@pytest.mark.parametrize(
    "arguments",
    [
        {"x_text": "a\r\nb: c"},
        {"x_text": "é"},
        {"x_text": " a"},
        {"x_words": ["a,b"]},
        {"x_point": {"b": "x,c=1"}},
    ],
)
def test_refused(case: Case, arguments: dict[str, Any]) -> None:
    """What would end the header, or the item, or has no encoding there."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{next(iter(arguments))}: has "):
        client.default.list_things(**arguments)


def test_ignored(case: Case) -> None:
    """Parameters that other parts of a description speak of (OpenAPI 3.1, 4.8.12.1), or the body; and `X Bad`."""
    with case.client() as client:
        names = inspect.signature(client.default.list_things).parameters
    assert not {"accept", "content_type", "authorization", "content_length", "x_bad"} & {*names}
