"""A member tells variants apart, of which one is a union, or a base, whose variants another member tells apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

#: A method, and what its classes are called after.
FORMS = {"send_listed": "", "send_extended": "Heir"}
KNOWN = [
    ({"k1": "plain", "a": 1}, "Plain"),
    ({"k1": "inner", "k2": "first", "b": 1}, "First"),
    ({"k1": "inner", "k2": "second", "c": 1}, "Second"),
]
UNKNOWN = [{"k1": "new", "k2": "first", "b": 1}, {"k1": "inner", "k2": "new", "b": 1}]
#: What does not fit, and the path to where.
BROKEN = [
    ({"k1": "plain", "a": "x"}, "value.a"),
    ({"k1": "inner", "k2": "first", "b": "x"}, "value.b"),
    ({"k1": "inner", "k2": "second", "b": 1}, "value.c"),
]


def read(case: Case, method: str, value: Any) -> Any:
    """What an answer has as its member."""
    answer = Answer(200, json.dumps({"value": value}).encode())
    return case.call(lambda client: getattr(client.default, method)(), answer).result.value


def send(case: Case, method: str, value: Any) -> Any:
    """What is sent as the member."""
    sent = case.call(lambda client: getattr(client.default, method)(value=value), Answer(200, b"{}"))
    return json.loads(sent.body)["value"]


@pytest.mark.parametrize("method", FORMS)
@pytest.mark.parametrize(("value", "name"), KNOWN)
def test_known(case: Case, method: str, value: Any, name: str) -> None:
    """The outer member chooses the union, in which the inner one chooses; what was read is sent as it was."""
    result = read(case, method, value)
    assert (type(result).__name__, result.model_extra) == (name + FORMS[method], {})
    assert send(case, method, value) == send(case, method, result) == value


@pytest.mark.parametrize("method", FORMS)
@pytest.mark.parametrize("value", UNKNOWN)
def test_unknown(case: Case, method: str, value: Any) -> None:
    """An answer may bring a value of either member that is not known; a caller may only pass it on."""
    result = read(case, method, value)
    assert type(result).__name__ == "UnknownVariant"
    assert send(case, method, result) == value
    path = "value.k1" if value["k1"] == "new" else "value.k2"
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{path}: "):
        getattr(client.default, method)(value=value)


@pytest.mark.parametrize("method", FORMS)
@pytest.mark.parametrize(("value", "path"), BROKEN)
def test_broken(case: Case, method: str, value: Any, path: str) -> None:
    """A known variant that does not fit is an error at its place, in both directions."""
    answer = Answer(200, json.dumps({"value": value}).encode())
    assert case.error(lambda client: getattr(client.default, method)(), answer).field == path
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=r"^value"):
        getattr(client.default, method)(value=value)
