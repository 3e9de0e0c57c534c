"""What became of a call at the server, and whether it may be repeated: what a worker needs to know of an error."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest

from persona_oauth import ApiError, Client, ClientClosedError, ConnectionFailedError, TimedOutError
from persona_oauth.auth import AccessTokenAuth
from persona_oauth.models import AccessToken
from tests.client.scripted import (
    API_KEY,
    CLOSE,
    CODE,
    CUT_BODY,
    RESET,
    STALL,
    Act,
    Driver,
    FakeClock,
    ScriptedServer,
    answer,
    unused_address,
)
from tests.support.authority import impersonate
from tests.support.server import PATIENCE, Answer, Server

EMPTY = b""
ONCE = {"max_retries": 0}


@pytest.mark.parametrize(
    ("script", "settings", "outcome", "is_retryable"),
    [
        ([RESET], ONCE, "unknown", True),
        ([CLOSE], ONCE, "unknown", True),
        ([Act(CUT_BODY, "close")], ONCE, "unknown", True),
        ([STALL], {**ONCE, "timeout": httpx2.Timeout(PATIENCE, read=0.2)}, "unknown", True),
        ([STALL], {**ONCE, "total_timeout": 0.2}, "unknown", True),
        ([answer(429, EMPTY)], ONCE, "answered", True),
        ([answer(429, EMPTY, [("Retry-After", "3600")])], {}, "answered", True),
        *[([answer(status, EMPTY)], ONCE, "answered", True) for status in (502, 503, 504)],
        *[([answer(status, EMPTY)], ONCE, "answered", False) for status in (302, 400, 401, 404, 409, 422, 500, 501)],
        ([answer(201, b"{")], ONCE, "answered", False),
        ([RESET, answer(409, EMPTY)], {"max_retries": 1}, "answered", True),
        ([RESET, answer(400, EMPTY)], {"max_retries": 1}, "answered", False),
        ([answer(503, EMPTY), RESET], {"max_retries": 1}, "unknown", True),
    ],
)
def test_of_each_fault(
    driver: Driver, script: list[Act], settings: dict[str, Any], outcome: str, is_retryable: bool
) -> None:
    """The last answer counts; without one, the server may or may not have done it."""
    with ScriptedServer(*script) as server:
        error = driver.call(server.base_url, **settings)
    assert isinstance(error, ApiError)
    assert (error.outcome, error.is_retryable) == (outcome, is_retryable)


def test_refused_connection(driver: Driver) -> None:
    """Nothing was sent, and the text says so."""
    error = driver.call(unused_address())
    assert type(error) is ConnectionFailedError
    assert (error.outcome, error.is_retryable) == ("not_sent", True)
    assert str(error).endswith("(nothing was sent)")


def test_refused_after_a_lost_one(driver: Driver) -> None:
    """The first attempt may have been carried out, so nothing is known."""
    listener = socket.create_server(("127.0.0.1", 0))

    class Refusing(FakeClock):
        def sleep(self, seconds: float) -> None:
            listener.close()

    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    driver = Driver(driver.flavour, Refusing())
    error = driver.call(base_url, max_retries=1, timeout=httpx2.Timeout(PATIENCE, read=0.2))
    assert isinstance(error, ApiError)
    assert isinstance(error.__cause__, httpx2.ConnectError)
    assert (error.outcome, error.is_retryable, error.attempts) == ("unknown", True, 2)
    assert "nothing was sent" not in str(error)


def test_no_connection_of_the_pool() -> None:
    """The only one is in use: nothing was sent, and the client does not wait for it again."""
    http_client = httpx2.Client(limits=httpx2.Limits(max_connections=1))
    with ScriptedServer(Act(CUT_BODY, "stall")) as server, http_client, http_client.stream("GET", server.base_url):
        error = Driver("sync").call(server.base_url, http_client=http_client, timeout=0.05)
    assert type(error) is TimedOutError
    assert (error.outcome, error.is_retryable, error.attempts) == ("not_sent", True, 1)
    assert str(error) == "PoolTimeout (nothing was sent)"


def test_certificate_that_is_not_trusted(driver: Driver, tmp_path: Path) -> None:
    """It is not repeated: the next attempt would meet the same certificate."""
    tls, _ = impersonate("localhost", tmp_path)
    with Server(tls=tls, is_secure=True) as server:
        error = driver.call(server.base_url)
    assert type(error) is ConnectionFailedError
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert (error.outcome, error.is_retryable, error.attempts, server.connections) == ("not_sent", False, 1, 1)


@pytest.mark.parametrize("call", [{"code": ""}, {"timeout": -1}])
def test_refused_argument(driver: Driver, call: dict[str, Any]) -> None:
    """Nothing was sent, and it would be refused again."""
    with ScriptedServer() as server:
        error = driver.call(server.base_url, call)
    assert isinstance(error, ApiError)
    assert (error.outcome, error.is_retryable) == ("not_sent", False)


def test_closed_client() -> None:
    """Nothing was sent."""
    client = Client(api_key=API_KEY)
    client.close()
    with pytest.raises(ClientClosedError) as caught:
        client.oauth.create_access_token(code=CODE)
    assert (caught.value.outcome, caught.value.is_retryable) == ("not_sent", False)


def test_no_token_to_send(driver: Driver) -> None:
    """The token request was answered, but nothing of the call that needed it was sent."""

    def renew() -> AccessToken:
        with ScriptedServer(answer(503, EMPTY)) as issuer, Client(API_KEY, base_url=issuer.base_url) as client:
            return client.oauth.create_access_token(code=CODE, max_retries=0)

    dead = AccessToken(access_token="t", token_type="bearer", expires_in=0, scope="")
    with ScriptedServer() as server:
        auth = AccessTokenAuth(dead, renew=renew, base_url=server.base_url)
        error = driver.call(server.base_url, api_key=None, auth=auth)
    assert isinstance(error, ApiError)
    assert (error.status_code, error.outcome, error.is_retryable) == (503, "not_sent", True)


def test_raised_to_the_caller() -> None:
    """An error that was answered keeps its outcome when it is raised to the caller."""
    with (
        Server(Answer(404, {"errors": []})) as server,
        Client(API_KEY, base_url=server.base_url) as client,
        pytest.raises(ApiError) as caught,
    ):
        client.oauth.create_access_token(code=CODE)
    assert (caught.value.outcome, caught.value.is_retryable) == ("answered", False)
