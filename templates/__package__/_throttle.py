"""Slows calls down before a rate limit is reached: the calls that are left are spread over the time that is left."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import httpx2

from ._facts import HEADERS
from ._headers import RateLimit, whole_number
from ._process import PerProcess
from ._security import BoundAuth
from ._sharing import SharedStore, checked_store
from .stores import Entry, Store

if TYPE_CHECKING:
    from ._settings import Settings

__all__ = ["Throttle", "throttle_of"]

_LOW = 0.15  # part of the limit: while as much is left, calls go at once
_LONGEST_RESET = 24 * 3600.0  # seconds: a larger number is not the length of a window
_LOOK_INTERVAL = 1.0  # seconds between two looks into the store, while enough is left as far as is known here
_LOCK_SECONDS = 5.0  # seconds until the lock of a process that was killed ends
_POLL, _POLLS = 0.01, 50  # seconds between two tries to get the lock, and how many there are
_ROUNDS = 100_000


@dataclass
class _Window:
    """What is left of a window of the rate limit; times are on the clock's monotonic scale."""

    remaining: int
    end: float
    next: float
    """When the next call may be sent."""

    def take(self, now: float, chance: float) -> float:
        """Seconds until the next call may be sent; its place is taken."""
        if self.remaining <= 0:
            return self.end - now + chance  # or all would be sent in one moment
        slot = min(max(now, self.next), self.end)
        self.next = slot + (self.end - slot) / self.remaining
        self.remaining -= 1
        return slot - now

    def merged(self, other: _Window | None) -> _Window:
        """The stricter of both: answers may come late and out of order."""
        if other is None:
            return self
        return _Window(min(self.remaining, other.remaining), min(self.end, other.end), max(self.next, other.next))


class Throttle:
    """The pace of all calls of a client, and of all that share its store; safe to share between threads and tasks."""

    def __init__(self, clock: Callable[[], Any], store: Store | None = None, key: Callable[[], str] = str) -> None:
        """`key` is what to share under; it is called at the first use of the store."""
        self._clock = clock
        self._store = None if store is None else SharedStore(store, lambda: float(clock().monotonic()))
        self._key = key
        self._lock = PerProcess(threading.Lock)
        self._reported: _Window | None = None
        self._window: _Window | None = None
        self._look_at = 0.0

    def observe(self, headers: httpx2.Headers | None) -> None:
        """Take note of what an answer says. This never waits."""
        parts = (whole_number(headers, HEADERS.get(f"rate_limit.{part}", ())) for part in RateLimit._fields)
        limit, remaining, reset = parts
        if limit is None or remaining is None or reset is None or reset > _LONGEST_RESET or remaining >= limit * _LOW:
            return
        now = self._clock().monotonic()
        self._reported = _Window(remaining, now + reset, now).merged(_running(self._reported, now))

    def uses_store(self) -> bool:
        """Whether `reserve` is about to use the store."""
        return self._store is not None and (
            self._reported is not None or self._window is not None or self._clock().monotonic() >= self._look_at
        )

    def reserve(self) -> float:
        """Seconds to wait before a call is sent."""
        clock = self._clock()
        now = clock.monotonic()
        with self._lock.get():
            reported, self._reported = _running(self._reported, now), None
            known = _running(self._window, now)
            window = reported.merged(known) if reported else known
            if self._store is not None and (window is not None or now >= self._look_at):
                self._look_at = now + _LOOK_INTERVAL
                window, wait = self._reserve_in(self._store, window, now)
            else:
                wait = window.take(now, clock.random()) if window else 0.0
            self._window = window
            return wait

    def _reserve_in(self, store: SharedStore, window: _Window | None, now: float) -> tuple[_Window | None, float]:
        key = self._key()
        if window is None and store.get(key) is None:
            return None, 0.0
        with self._locked(store, key):
            shared = _running(store.read(key, partial(_read, now=now)), now)
            window = shared.merged(window) if shared else window
            if window is None:
                return None, 0.0
            wait = window.take(now, self._clock().random())
            content = json.dumps({"remaining": window.remaining, "ahead": window.end - window.next})
            store.put(key, content, window.end - now)
            return window, wait

    @contextmanager
    def _locked(self, store: SharedStore, key: str) -> Iterator[None]:
        """Hold the lock; go on without it after half a second, since an uneven pace is better than a stop."""
        for _ in range(_POLLS):
            with store.lock(key, _LOCK_SECONDS) as is_ours:
                if is_ours:
                    yield
                    return
            self._clock().sleep(_POLL)
        yield


def _running(window: _Window | None, now: float) -> _Window | None:
    return window if window is not None and now < window.end else None


def _read(entry: Entry, now: float) -> _Window:
    """The window ends when the entry expires, so that the clocks of several machines need not agree."""
    content = json.loads(entry.value)
    end = now + min(float(entry.seconds), _LONGEST_RESET)
    return _Window(max(0, int(content["remaining"])), end, end - max(0.0, float(content["ahead"])))


def throttle_of(settings: Settings, clock: Callable[[], Any]) -> Throttle:
    """What slows down the calls of a client.

    Raises:
        InvalidRequestError: `throttle` is neither true nor a store.
    """
    auth = settings.auth
    identity, store = auth.identity_and_store() if isinstance(auth, BoundAuth) else ("", None)
    if not isinstance(settings.throttle, bool):
        store = checked_store(settings.throttle, "throttle")
    return Throttle(clock, store, cache(lambda: _key(settings, identity)))


def _key(settings: Settings, identity: str) -> str:
    """The same for all that share a limit. Of API keys it has 32 bits of a slow hash, too few to find a key by."""
    keys = json.dumps(sorted(settings.keyring.keys.items())).encode()
    salt = f"{httpx2.URL(settings.base_url).origin} {identity}".encode()
    return f"{__package__}.limit.{hashlib.pbkdf2_hmac('sha256', keys, salt, _ROUNDS, 4).hex()}"
