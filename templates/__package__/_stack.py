"""Room on the stack: what builds validators calls itself for each type in a type, and callers may be deep already."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from ._process import PerProcess

__all__ = ["with_room"]

T = TypeVar("T")

_FRAMES = 50_000
_BYTES = 256 << 20  # of address space: memory is taken for what is used of it
_turn = PerProcess(threading.Lock)


def with_room(build: Callable[[], T]) -> T:
    """What `build` returns. Where the stack is too short for it, it runs again on a longer one: that of a new thread.

    Raises:
        RecursionError: that is too short as well, or there can be no other thread.
    """
    with suppress(RecursionError):
        return build()
    from concurrent.futures import Future  # few need it

    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(build())
        except Exception as error:  # noqa: BLE001 (the caller gets it)
            future.set_exception(error)

    with _turn.get(), _wide_limits():
        try:
            threading.Thread(target=run, daemon=True).start()
        except RuntimeError as error:
            raise RecursionError("too little is left of the stack, and there can be no other thread") from error
        return future.result()


@contextmanager
def _wide_limits() -> Iterator[None]:
    frames, size = sys.getrecursionlimit(), threading.stack_size(_BYTES)
    sys.setrecursionlimit(max(frames, _FRAMES))
    try:
        yield
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(frames)
