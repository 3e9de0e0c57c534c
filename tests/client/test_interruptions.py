"""What a signal handler raises, or another thread in this one, is the caller's: time limits of Celery and RQ are such.

It can come at any moment, mostly while a library waits for the network.
"""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from persona_oauth import Client
from persona_oauth.stores import Entry, MemoryStore
from tests.client.scripted import API_KEY, CODE, OK, Act, ScriptedServer, then
from tests.support.server import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such signals")


class TimeLimitError(Exception):
    """As task queues have it."""


ERRORS = [
    TimeLimitError("planted"), TimeoutError("planted"), ConnectionResetError("planted"), RuntimeError("planted"),
    ValueError("planted"),
]  # fmt: skip

ANY: type[BaseException] = Exception


@contextmanager
def raising(error: Exception) -> Iterator[Callable[[], None]]:
    """What sends this thread a signal whose handler raises."""

    def handler(*_: object) -> None:
        raise error

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        yield partial(signal.pthread_kill, threading.get_ident(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)


# Not a ConnectionResetError: httpcore2 passes over one that is raised while the last bytes of the request are sent,
# which may still be so when the server sees them, and goes on to read.
@pytest.mark.parametrize(
    "error",
    [error for error in ERRORS if not isinstance(error, ConnectionError)],
    ids=lambda error: type(error).__name__,
)
def test_signal_while_reading(error: Exception) -> None:
    """It passes through as the object that it is, and nothing is repeated."""
    with raising(error) as kill, ScriptedServer(Act(OK.data[:-5], "stall", once(kill))) as server:
        outcome = raised_by(server.base_url)
    assert outcome is error
    assert len(server.requests) == 1


def test_signal_while_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever the network calls."""
    error = OSError("planted")
    with raising(error) as kill:
        monkeypatch.setattr("socket.create_connection", lambda *_, **__: kill())
        assert raised_by("http://127.0.0.1:1/api/v1") is error


def test_raised_by_another_thread() -> None:
    """Which leaves no frame: the class tells, since no library has it."""
    thread = ctypes.c_ulong(threading.get_ident())

    def interrupt() -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeLimitError))

    with ScriptedServer(then(Act(OK.data, before_each_byte=once(interrupt)), "close")) as server:
        assert isinstance(raised_by(server.base_url), TimeLimitError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_signal_while_the_store_is_asked(error: Exception) -> None:
    """A store may fail, but this is no failure of it."""

    class Slow(MemoryStore):
        def get(self, key: str) -> Entry | None:
            kill()
            return super().get(key)

    with raising(error) as kill, ScriptedServer() as server:
        assert raised_by(server.base_url, throttle=Slow()) is error


def test_signal_in_on_attempt() -> None:
    """Its own exceptions are logged; this is none."""
    error = TimeLimitError("planted")
    with raising(error) as kill, ScriptedServer(OK) as server:
        assert raised_by(server.base_url, on_attempt=lambda _: kill()) is error


def raised_by(base_url: str, **options: Any) -> BaseException:
    options = {"total_timeout": PATIENCE, "timeout": PATIENCE, **options}
    with Client(API_KEY, base_url=base_url, **options) as client, pytest.raises(ANY) as caught:
        client.oauth.create_access_token(code=CODE)
    error: BaseException = caught.value
    return error


def once(call: Callable[[], object]) -> Callable[[], object]:
    """Called before the first byte only."""
    calls = [call]
    return lambda: calls and calls.pop()()
