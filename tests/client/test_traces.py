"""What is left of a call that failed: no reference cycle, and no request in the frames of its exception."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any

import anyio
import httpx2
import pytest

from persona_oauth import ApiError, AsyncClient, Client, InvalidRequestError
from persona_oauth.auth import ClientCredentials
from persona_oauth.stores import RedisStore
from tests.client.scripted import API_KEY, CODE, CUT_BODY, RESET, STALL, Act, Driver, ScriptedServer, answer

ERRORS = answer(400, {"errors": [{"title": "T", "details": "D"}]})
# asyncio's transport of a closed connection holds itself by a bound method, and its buffer, a deque since Python 3.12.
_OF_ASYNCIO = {"_SelectorSocketTransport", "TransportSocket", "socket", "method", "tuple", "dict", "deque"}


@contextmanager
def garbage() -> Iterator[list[object]]:
    """What only the garbage collector can free of what happens meanwhile."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found += gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def attempt(client: Client, **call: Any) -> None:
    try:
        client.oauth.create_access_token(code=CODE, **call)
    except ApiError:
        return
    raise AssertionError("the call has not failed")


async def aattempt(client: AsyncClient, **call: Any) -> None:
    try:
        await client.oauth.create_access_token(code=CODE, **call)
    except ApiError:
        return
    raise AssertionError("the call has not failed")


FAILURES: dict[str, tuple[Act, dict[str, Any]]] = {
    "400": (ERRORS, {}),
    "HTML": (answer(502, b"<html>"), {}),
    "no JSON": (answer(201, b"{"), {}),
    "reset": (RESET, {}),
    "cut off": (Act(CUT_BODY, "close"), {}),
    "read time-out": (STALL, {"timeout": 0.1}),
    "total time-out": (STALL, {"total_timeout": 0.1}),
    "refused argument": (RESET, {"timeout": 0}),
}


@pytest.mark.parametrize("name", FAILURES)
def test_no_cycle(driver: Driver, name: str) -> None:
    """Reference counts free all of a failed call: its request, its error and their frames."""
    act, call = FAILURES[name]
    with ScriptedServer(choose=lambda _: act) as server:
        settings = {"base_url": server.base_url, "max_retries": 0}
        left = driver.run(partial(aleft, settings, call)) if driver.flavour != "sync" else left_by(settings, call)
    kinds = {type(each).__name__ for each in left} - (_OF_ASYNCIO if driver.flavour == "asyncio" else set())
    assert kinds == set()
    assert not any(CODE in repr(each) or API_KEY in repr(each) for each in left)


REFUSED: dict[str, Callable[[], object]] = {
    "key": lambda: Client("two words"),
    "base URL": lambda: AsyncClient(API_KEY, base_url="ftp://localhost"),
    "proxy": lambda: Client(API_KEY),
    "view": lambda: Client(API_KEY, base_url="http://localhost").with_options(timeout=-1),
    "private key": lambda: ClientCredentials("client", "no key"),
    "Redis": lambda: RedisStore("no URL"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_cycle_of_a_refusal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does an object that was not made leave one, with its key among the variables of a frame."""
    monkeypatch.setenv("HTTPS_PROXY", "no://proxy")

    def make() -> None:
        with suppress(InvalidRequestError):
            REFUSED[name]()
            pytest.fail("it is not refused")

    make()
    with garbage() as left:
        make()
    assert {type(each).__name__ for each in left} == set()


def left_by(settings: dict[str, Any], call: dict[str, Any]) -> list[object]:
    """What a call leaves, after one that makes what is made only once."""
    with Client(API_KEY, **settings) as client:
        attempt(client, **call)
        with garbage() as left:
            attempt(client, **call)
    return left


async def aleft(settings: dict[str, Any], call: dict[str, Any]) -> list[object]:
    """The same for tasks."""
    async with AsyncClient(API_KEY, **settings) as client:
        await aattempt(client, **call)
        with garbage() as left:
            await aattempt(client, **call)
    return left


def frames_of(error: BaseException | None) -> Iterator[FrameType]:
    """The frames of the libraries, of the exception and of those that led to it; not those of the tests."""
    seen: set[int] = set()
    ahead = [error]
    while ahead:
        each = ahead.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        ahead += [each.__cause__, each.__context__]
        traceback = each.__traceback__
        while traceback is not None:
            if not traceback.tb_frame.f_globals["__name__"].startswith("tests."):
                yield traceback.tb_frame
            traceback = traceback.tb_next


def assert_holds_no_request(error: BaseException) -> None:
    """No frame of httpx2, or of what it calls, or of the client's transport, has a request or a part of it."""
    for frame in frames_of(error):
        if ".api." in frame.f_globals["__name__"]:
            continue  # the method that was called has the arguments
        for name, value in frame.f_locals.items():
            text = repr(value)
            assert not isinstance(value, (httpx2.Request, httpx2.Response)), (frame, name)
            assert CODE not in text, (frame, name)
            assert API_KEY not in text, (frame, name)


class MistakeError(Exception):
    """Of a hook."""


@pytest.mark.parametrize("event", ["request", "response"])
def test_frames_of_an_exception_of_a_hook(driver: Driver, event: str) -> None:
    """It comes out as it is, with the frame of the hook, and without what httpx2's frames held."""
    mistake = MistakeError("planted")

    def fail(_: object) -> None:
        reason = "the hook's own variable stays"
        raise mistake from ValueError(reason)

    with ScriptedServer(choose=lambda _: ERRORS) as server, pytest.raises(MistakeError) as caught:
        driver.call_with_hook(server.base_url, event, fail)
    assert caught.value is mistake
    assert_holds_no_request(mistake)
    of_hook = [frame for frame in _all_frames(mistake) if frame.f_code is fail.__code__]
    assert [frame.f_locals["reason"] for frame in of_hook] == ["the hook's own variable stays"]


def _all_frames(error: BaseException) -> Iterator[FrameType]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_frames_of_a_cancellation(backend: str) -> None:
    """Within the wait for an answer."""
    kept: list[BaseException] = []

    async def main(base_url: str) -> None:
        async with AsyncClient(API_KEY, base_url=base_url) as client:
            with anyio.move_on_after(0.3):
                try:
                    await client.oauth.create_access_token(code=CODE)
                except anyio.get_cancelled_exc_class() as error:
                    kept.append(error)
                    raise

    with ScriptedServer(STALL) as server:
        anyio.run(main, server.base_url, backend=backend)
    assert len(kept) == 1
    assert_holds_no_request(kept[0])


def test_frames_of_a_time_out_of_asyncio() -> None:
    """The TimeoutError that the caller gets has the cancellation in its chain: before Python 3.11.4, as its context."""

    async def main(base_url: str) -> TimeoutError:
        async with AsyncClient(API_KEY, base_url=base_url) as client:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.3):
                    await client.oauth.create_access_token(code=CODE)
        return caught.value

    with ScriptedServer(STALL) as server:
        error = asyncio.run(main(server.base_url))
    assert isinstance(error.__cause__ or error.__context__, asyncio.CancelledError)
    assert_holds_no_request(error)


def test_frames_of_an_interrupt() -> None:
    """Of a hook, as of a signal that comes while a thread waits."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with ScriptedServer() as server, pytest.raises(KeyboardInterrupt) as caught:
        Driver("sync").call_with_hook(server.base_url, "request", interrupt)
    assert_holds_no_request(caught.value)
