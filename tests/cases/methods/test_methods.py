"""All methods of OpenAPI 3.1, 4.8.9; without `operationId` they are named after method and path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.scripted import RESET, FakeClock, ScriptedServer, answer, unused_address
from tests.support.cases import Case


@pytest.mark.parametrize("method", "get put post delete options head patch trace".split())
def test_method(case: Case, method: str) -> None:
    """Sent in capitals."""
    sent = case.call(lambda client: getattr(client.default, f"{method}_things")())
    assert (sent.method, sent.target) == (method.upper(), "/things")


def test_path(case: Case) -> None:
    """A parameter is told from a fixed segment."""
    assert case.call(lambda client: client.default.get_things_by_id_parts(id="1")).target == "/things/1/parts"


@pytest.mark.parametrize(("method", "attempts"), [("post", 1), ("patch", 1), ("put", 3), ("get", 3)])
def test_lost_connection(case: Case, method: str, attempts: int) -> None:
    """Without an idempotency key, only a method that is idempotent may be repeated (RFC 9110, 9.2.2)."""
    with ScriptedServer(*[RESET] * attempts) as server:
        error = failure(case, method, server.base_url)
    assert (error.outcome, error.is_retryable, error.attempts) == ("unknown", attempts > 1, attempts)


def test_conflict_after_a_lost_connection(case: Case) -> None:
    """Without an idempotency key it is what it says, not a sign of the first attempt."""
    with ScriptedServer(RESET, answer(409, b"")) as server:
        error = failure(case, "put", server.base_url)
    assert (error.status_code, error.is_retryable, error.attempts) == (409, False, 2)


@pytest.mark.parametrize("method", ["post", "get"])
def test_refused_connection(case: Case, method: str) -> None:
    """What was not sent may be repeated, whatever the method."""
    error = failure(case, method, unused_address())
    assert (error.outcome, error.is_retryable, error.attempts) == ("not_sent", True, 3)


def failure(case: Case, method: str, base_url: str) -> Any:
    """The error that a call raises."""
    with case.client(base_url=base_url) as client:
        client._transport.clock = FakeClock()
        with pytest.raises(case.package.ApiError) as caught:
            getattr(client.default, f"{method}_things")()
    return caught.value
