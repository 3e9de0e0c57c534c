"""`with_options`: a client with other limits or headers, on the same connections."""

from __future__ import annotations

import asyncio
import os
import traceback
from typing import Any

import httpx2
import pytest

from persona_oauth import (
    AsyncClient,
    Client,
    ClientClosedError,
    InvalidRequestError,
    InvalidResponseError,
    StatusError,
)
from tests.client.scripted import API_KEY, CODE, OK, FakeClock, ScriptedServer, answer, set_clock
from tests.client.test_processes import in_child
from tests.support.checkout import PACKAGE

SECRET = "planted-view-secret"
BUSY = answer(503, b"")


def code_of(client: Any) -> Any:
    """What the call returns; of an AsyncClient, a coroutine."""
    return client.oauth.create_access_token(code=CODE)


def test_same_connection() -> None:
    """And the same retry budget; also where the view is of another view, or made after a call."""
    with ScriptedServer(OK, OK, OK) as server, Client(API_KEY, base_url=server.base_url) as client:
        view = client.with_options(timeout=5.0)
        further = view.with_options(max_retries=1)
        for each in (client, view, further):
            code_of(each)
        assert server.connections == 1
        assert client._transport._pools.get() is further._transport._pools.get()
        assert repr(view) == repr(client)
        assert isinstance(view, Client)


def test_limits() -> None:
    """Each of the view, and only there: the client goes on with its own."""
    with (
        ScriptedServer(BUSY, BUSY, OK, answer(503, b"", [("Retry-After", "9")]), OK) as server,
        Client(API_KEY, base_url=server.base_url) as client,
    ):
        set_clock(client, FakeClock())
        with pytest.raises(StatusError) as caught:
            code_of(client.with_options(max_retries=0))
        assert caught.value.attempts == 1
        code_of(client)
        with pytest.raises(StatusError):
            code_of(client.with_options(max_retry_wait=8.0))
        with pytest.raises(InvalidResponseError, match="larger than 10 bytes"):
            code_of(client.with_options(max_response_size=10))
    limits = client.with_options(timeout=httpx2.Timeout(1.0, read=2.0), total_timeout=3.0)._transport.settings.limits
    assert (limits.timeout["connect"], limits.timeout["read"], limits.total_timeout) == (1.0, 2.0, 3.0)
    assert limits.max_retries == client._transport.settings.limits.max_retries


def test_headers() -> None:
    """They are added, by name in whatever case; an argument and the headers of a call win over them."""
    with (
        ScriptedServer(OK, OK, OK) as server,
        Client(API_KEY, base_url=server.base_url, headers={"X-Team": "a", "X-Kept": "k"}) as client,
    ):
        code_of(client)
        view = client.with_options(headers={"x-team": "b", "Persona-Version": "2025-12-08"})
        code_of(view)
        view.oauth.create_access_token(code=CODE, persona_version=None, extra_headers={"X-TEAM": "c"})
    seen = [[request.header(name) for name in ("X-Team", "X-Kept", "Persona-Version")] for request in server.requests]
    assert seen == [["a", "k", "2023-01-05"], ["b", "k", "2025-12-08"], ["c", "k", None]]


def test_credentials_in_a_header() -> None:
    """They replace the key, as in `headers` of a client."""
    with ScriptedServer(OK, OK) as server, Client(API_KEY, base_url=server.base_url) as client:
        code_of(client.with_options(headers={"Authorization": "Bearer other"}))
        code_of(client)
    assert [request.header("Authorization") for request in server.requests] == ["Bearer other", f"Bearer {API_KEY}"]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"total_timeout": -1.0},
        {"max_retries": 1.5},
        {"max_retry_wait": -1},
        {"max_response_size": 0},
        {"headers": {"Idempotency-Key": SECRET}},
        {"headers": {"X-Team": f"{SECRET}\n"}},
        {"headers": SECRET},
    ],
)
def test_refused(kind: Any, options: dict[str, Any]) -> None:
    """As at construction: by name, without the value, which no frame keeps."""
    client = kind(API_KEY)
    with pytest.raises(InvalidRequestError) as caught:
        client.with_options(**options)
    assert caught.value.argument == next(iter(options))
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
    kept = "".join(str(frame.locals) for frame in frames if PACKAGE in frame.filename)
    assert SECRET not in f"{caught.value}{kept}"


def test_closing() -> None:
    """A view closes itself only; the client closes both."""
    with ScriptedServer(OK, OK) as server:
        client = Client(API_KEY, base_url=server.base_url)
        with client.with_options(timeout=5.0) as view:
            code_of(view)
        with pytest.raises(ClientClosedError):
            code_of(view)
        other = client.with_options(timeout=5.0)
        code_of(client)
        assert server.connections == 1
        client.close()
        with pytest.raises(ClientClosedError):
            code_of(other)


def test_tasks() -> None:
    """The same for an AsyncClient, in one event loop after the other: each has a connection for both."""

    async def calls(client: AsyncClient) -> None:
        async with client.with_options(max_retries=0) as view:
            await code_of(view)
        await code_of(client)
        with pytest.raises(ClientClosedError):
            await code_of(view)

    with ScriptedServer(OK, OK, OK, OK) as server:
        client = AsyncClient(API_KEY, base_url=server.base_url)
        for _ in range(2):
            asyncio.run(calls(client))
        assert server.connections == 2
        asyncio.run(client.aclose())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_fork() -> None:
    """The child's view has the child's connection, the parent's goes on with its own."""
    with ScriptedServer(OK, OK, OK) as server, Client(API_KEY, base_url=server.base_url) as client:
        view = client.with_options(timeout=5.0)
        code_of(view)
        assert in_child(lambda: code_of(view).expires_in) == "3599"
        code_of(view)
        assert server.connections == 2


def test_http_client_of_the_caller() -> None:
    """It serves the view, too, and stays open."""
    with ScriptedServer(OK, OK) as server, httpx2.Client() as http_client:
        client = Client(API_KEY, base_url=server.base_url, http_client=http_client)
        with client.with_options(max_retries=0) as view:
            code_of(view)
        code_of(client)
        assert not http_client.is_closed
