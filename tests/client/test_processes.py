"""A client used before a fork is as good as new in the child."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from persona_oauth._process import PerProcess, cached_property

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def in_child(act: Callable[[], Any]) -> Any:
    """What `repr(act())` is in a forked child, which ends at once."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads: they are what is tested
        process = os.fork()
    if process == 0:  # whatever happens, this copy of pytest must not go on
        try:
            text = repr(act())
        except BaseException as error:  # noqa: BLE001 (the parent is told what it was)
            text = f"raised {error!r}"
        os.write(write, text.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read().decode()
    os.waitpid(process, 0)
    return text


def test_value_of_each_process() -> None:
    """A child makes its own and lets go of its parent's, once, whether it asks for one or not."""
    abandoned: list[int] = []
    value = PerProcess(os.getpid, abandoned.append)
    assert value.peek() is None
    assert value.get() == os.getpid() == value.peek()
    assert in_child(lambda: (value.get() == os.getpid(), abandoned)) == repr((True, [os.getpid()]))
    assert in_child(lambda: (value.peek(), abandoned)) == repr((None, [os.getpid()]))
    assert value.get() == os.getpid()
    assert abandoned == []


def test_threads_get_one_value() -> None:
    """Also where all of them make it at once."""
    together = threading.Barrier(8)

    def make() -> object:
        together.wait(10)
        return object()

    value, got = PerProcess(make), list[object]()
    threads = [threading.Thread(target=lambda: got.append(value.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1


def test_cached_property_has_no_lock() -> None:
    """Forked while another thread computes it, the child computes it, too."""
    begun, end = threading.Event(), threading.Event()

    class Owner:
        @cached_property
        def answer(self) -> int:
            begun.set()
            if threading.current_thread() is not threading.main_thread():
                end.wait(10)
            return 42

    owner = Owner()
    thread = threading.Thread(target=lambda: owner.answer)
    thread.start()
    begun.wait(10)
    try:
        assert in_child(lambda: owner.answer) == "42"
    finally:
        end.set()
        thread.join()
