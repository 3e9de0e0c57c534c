"""OpenAPI 3.1, 4.8.12.2.2: `content` in place of a style."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from tests.support.cases import Case


def test_object(case: Case) -> None:
    """Compact JSON, percent-encoded."""
    sent = case.call(lambda client: client.default.list_things(where={"any-of": ["a b", "é"]}))
    assert sent.target == "/things?where=%7B%22any-of%22%3A%5B%22a%20b%22%2C%22%5Cu00e9%22%5D%7D"
    assert json.loads(unquote(sent.target.partition("=")[2])) == {"any-of": ["a b", "é"]}


def test_null_and_empty(case: Case) -> None:
    """JSON can say what a style can't: null, and an empty list."""
    sent = case.call(lambda client: client.default.list_things(where={"any-of": [], "limit": None}, ids=[]))
    assert unquote(sent.target) == '/things?where={"any-of":[],"limit":null}&ids=[]'


def test_refused(case: Case) -> None:
    """The member that is missing."""
    with case.client() as client, pytest.raises(ValueError, match=r"^where\.any_of: field required"):
        client.default.list_things(where={})


def test_other_types(case: Case) -> None:
    """What is no JSON is no JSON: an object has no other form here."""
    with case.client() as client, pytest.raises(ValueError, match=r"^form: can't be written as application/x-www-form"):
        client.default.list_things(form={"a": 1})
