"""The requests that a sandbox remembers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Final

from ._outcome import Exchange

__all__ = ["Log"]

_MOST: Final = 10_000  # a server may run for weeks
_LARGEST: Final = 64 << 20  # bytes of all bodies


class Log:
    """The latest exchanges, within bounds of number and size; safe to share between threads."""

    def __init__(self) -> None:
        """Empty."""
        self._exchanges: deque[Exchange] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def append(self, exchange: Exchange) -> None:
        """Remember an exchange; forget the first ones where they are too many, or too large."""
        with self._lock:
            self._exchanges.append(exchange)
            self._size += len(exchange.call.body)
            while len(self._exchanges) > _MOST or (self._size > _LARGEST and len(self._exchanges) > 1):
                self._size -= len(self._exchanges.popleft().call.body)

    def __iter__(self) -> Iterator[Exchange]:
        """Those that there are now, the first one first."""
        with self._lock:
            return iter([*self._exchanges])

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._exchanges.clear()
            self._size = 0
