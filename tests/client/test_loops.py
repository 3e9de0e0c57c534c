"""An AsyncClient works in each event loop that it is used in, one after the other and at the same time."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import httpx2
import pytest

from persona_oauth import (
    AsyncClient,
    Client,
    ClientClosedError,
    ClientMovedError,
    ConnectionFailedError,
    InvalidRequestError,
)
from tests.client.scripted import API_KEY, CODE, OK, TOKEN, Act, Received, ScriptedServer
from tests.support.server import PATIENCE


def always_ok(_: Received) -> Act:
    return OK


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Answers everything; a connection that is left behind is a warning, and that an error."""
    with ScriptedServer(choose=always_ok) as server, no_warnings():
        yield server


@contextmanager
def no_warnings() -> Iterator[None]:
    """Also of what the garbage collector finds."""
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


async def call(client: AsyncClient) -> None:
    token = await client.oauth.create_access_token(code=CODE)
    assert token.access_token == TOKEN


async def calls(client: AsyncClient) -> None:
    """More than one, so that there is a connection to use again."""
    for _ in range(3):
        await call(client)


def test_one_loop_after_the_other(server: ScriptedServer) -> None:
    """Each closes its connections when it ends."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    for _ in range(10):
        asyncio.run(calls(client))
    asyncio.run(client.aclose())
    assert server.connections == 10


def test_trio_after_asyncio(server: ScriptedServer) -> None:
    """And back."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    for backend in ("asyncio", "trio", "asyncio", "trio"):
        anyio.run(calls, client, backend=backend)
    anyio.run(client.aclose, backend="trio")
    assert server.connections == 4


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_loop_in_each_thread(server: ScriptedServer, backend: str) -> None:
    """At the same time; each has its own connection."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    together, failures = threading.Barrier(5), list[BaseException]()

    async def main() -> None:
        together.wait(PATIENCE)
        await calls(client)
        together.wait(PATIENCE)
        await calls(client)

    def work() -> None:
        try:
            anyio.run(main, backend=backend)
        except BaseException as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    anyio.run(client.aclose, backend=backend)
    assert failures == []
    assert server.connections == 5


def test_loops_in_turns(server: ScriptedServer) -> None:
    """Each keeps its connection while another one runs."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    with asyncio.Runner() as first, asyncio.Runner() as second:
        for _ in range(3):
            first.run(call(client))
            second.run(call(client))
        assert server.connections == 2
    asyncio.run(client.aclose())


def test_loop_that_is_just_closed(server: ScriptedServer) -> None:
    """By hand, without the end of its asynchronous generators: the next loop finds what it left behind."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(calls(client))
        loop.close()
    asyncio.run(client.aclose())
    assert server.connections == 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_closed_from_another_loop(server: ScriptedServer, backend: str) -> None:
    """The loops of other threads close what is theirs, and calls in them are refused."""
    client = AsyncClient(API_KEY, base_url=server.base_url)
    used, closed = threading.Event(), threading.Event()
    refused: list[BaseException] = []

    async def main() -> None:
        await call(client)
        used.set()
        while not closed.is_set():
            await anyio.lowlevel.checkpoint()
        with pytest.raises(ClientClosedError) as caught:
            await call(client)
        refused.append(caught.value)

    thread = threading.Thread(target=lambda: anyio.run(main, backend=backend))
    thread.start()
    used.wait(PATIENCE)
    asyncio.run(client.aclose())
    closed.set()
    thread.join()
    assert len(refused) == 1


def test_dropped_client(server: ScriptedServer) -> None:
    """A client that nobody closed is closed with its loop."""

    async def main() -> None:
        await calls(AsyncClient(API_KEY, base_url=server.base_url))

    asyncio.run(main())


def test_no_event_loop() -> None:
    """A coroutine that something else drives."""
    client = AsyncClient(API_KEY)
    with pytest.raises(InvalidRequestError, match="event loop"):
        client.oauth.create_access_token(code=CODE).send(None)


def test_http_client_in_a_second_loop(server: ScriptedServer) -> None:
    """It can't be made anew; whichever client of ours it was passed to."""

    async def main(http_client: httpx2.AsyncClient) -> None:
        await call(AsyncClient(API_KEY, base_url=server.base_url, http_client=http_client))

    with asyncio.Runner() as first, asyncio.Runner() as second:
        http_client = httpx2.AsyncClient()
        first.run(main(http_client))
        with pytest.raises(ClientMovedError) as caught:
            second.run(main(http_client))
        assert isinstance(caught.value, RuntimeError)
        assert caught.value.outcome == "not_sent"
        first.run(main(http_client))
        first.run(http_client.aclose())


def test_http_client_without_connections() -> None:
    """A transport that answers by itself, as in tests, has nothing that belongs to a loop."""
    answer = httpx2.Response(201, content=OK.data.partition(b"\r\n\r\n")[2])
    http_client = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: answer))
    client = AsyncClient(API_KEY, http_client=http_client)
    for _ in range(3):
        asyncio.run(call(client))


def test_http_client_that_the_caller_used_in_another_loop(server: ScriptedServer) -> None:
    """That we can't know before; what httpx2 raises becomes an ApiError."""
    http_client = httpx2.AsyncClient()

    async def use() -> None:
        await http_client.get(server.base_url)

    with asyncio.Runner() as first, asyncio.Runner() as second:
        first.run(use())
        with pytest.raises(ConnectionFailedError, match="another event loop"):
            second.run(call(AsyncClient(API_KEY, base_url=server.base_url, http_client=http_client)))
        first.run(http_client.aclose())


def test_sync_client_in_tasks(server: ScriptedServer) -> None:
    """The event loop makes no difference to a client for threads."""

    async def main(client: Client) -> None:
        client.oauth.create_access_token(code=CODE)

    with Client(API_KEY, base_url=server.base_url) as client:
        for backend in ("asyncio", "trio"):
            anyio.run(main, client, backend=backend)
    assert server.connections == 1
