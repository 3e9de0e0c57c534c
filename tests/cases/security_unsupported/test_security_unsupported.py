"""Digest, mutual TLS and others: nothing is made of a key for them."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx2
import pytest

from tests.support.cases import Case


@pytest.mark.parametrize("operation", ["get_digest", "get_mutual"])
@pytest.mark.parametrize("options", [{}, {"api_key": "secret"}])
def test_nothing_is_sent(case: Case, operation: str, options: dict[str, Any]) -> None:
    """Above all not the key, as a bearer token; the server says what it lacks."""
    sent = case.call(partial(call, operation), **options)
    assert "secret" not in f"{sent.target} {sent.headers}"


def test_others_are_sent(case: Case) -> None:
    """The key of a scheme beside it, or in its place."""
    for operation in ("get_both", "get_either"):
        sent = case.call(partial(call, operation), api_key={"key": "k"})
        assert sent.headers["x-key"] == "k"
    with case.client() as client, pytest.raises(ValueError, match="needs credentials"):
        client.default.get_both()


def test_key_for_such_a_scheme(case: Case) -> None:
    """Refused when the client is made: it would not be used."""
    with (
        pytest.raises(ValueError, match=r"^api_key: must have keys for key only"),
        case.client(api_key={"digest": "k"}),
    ):
        pass


def test_auth_of_the_callers(case: Case) -> None:
    """It can do what the client can't."""
    sent = case.call(lambda client: client.default.get_digest(), auth=signed)
    assert sent.headers["authorization"] == "Digest x"


def call(operation: str, client: Any) -> Any:
    """Of the operation by name."""
    return getattr(client.default, operation)()


def signed(request: httpx2.Request) -> httpx2.Request:
    """As a function that speaks the scheme would."""
    request.headers["Authorization"] = "Digest x"
    return request
