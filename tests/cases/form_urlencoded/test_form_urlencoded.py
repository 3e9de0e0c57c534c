"""`application/x-www-form-urlencoded` (WHATWG URL, 5.2) without an encoding of its own (OpenAPI 3.1, 4.8.15)."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, strategies as st

from templates.__package__._bodies import _escaped
from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({}, ""),
        ({"ids": [1, 2]}, "&ids=1&ids=2"),
        ({"ids": []}, ""),
        ({"day": datetime.date(2026, 1, 2), "flag": True}, "&day=2026-01-02&flag=true"),
        ({"owner": {"first-name": "A", "age": 3}}, "&owner=%7B%22first-name%22%3A%22A%22%2C%22age%22%3A3%7D"),
        ({"owners": [{"age": 1}, {"age": 2}]}, "&owners=%7B%22age%22%3A1%7D&owners=%7B%22age%22%3A2%7D"),
        ({"maybe": None}, "&maybe="),
    ],
)
def test_form(case: Case, arguments: dict[str, Any], body: str) -> None:
    """Arrays repeat the name, objects are JSON, null is an empty text."""
    sent = case.call(lambda client: client.default.create_thing(thing_name="a b&ü", **arguments))
    assert sent.body.decode() == f"thing-name=a+b%26%C3%BC{body}"
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"


def test_encoded(case: Case) -> None:
    """A form that is a text by its schema goes out as it was given."""
    sent = case.call(lambda client: client.default.send_encoded(body="a=%20&b=ü"))
    assert (sent.body.decode(), sent.headers["content-type"]) == ("a=%20&b=ü", "application/x-www-form-urlencoded")


@pytest.mark.sweep
@given(st.text())
def test_escapes(text: str) -> None:
    """As Python's own `quote_plus` has it (WHATWG URL, 5.2)."""
    assert _escaped(text) == quote_plus(text)
