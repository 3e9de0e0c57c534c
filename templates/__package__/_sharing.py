"""One access token for all processes that share a store: the first without one asks for it, and the others wait."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from . import errors
from ._checks import invalid_argument
from ._frames import raised_by_signal
from .errors import ApiError
from .stores import Entry, Store

__all__ = ["BEARER", "LONGEST_PAUSE", "SharedStore", "SharedTokens", "StoredToken", "checked_store"]

T = TypeVar("T")

_log = logging.getLogger(__package__)
_STORE_PAUSE = 5.0  # seconds that a store is left alone after it has failed
_WARNING_INTERVAL = 60.0  # seconds from one warning about it to the next
_POLL_INTERVAL = 0.05  # seconds between two looks for the token that another process asks for
# Parts of the time that a token request may take. The lock of a process that was killed ends while others still wait,
# so that one of them asks in its place.
_LOCK_PART = 1 / 3
_PATIENCE_PART = 2 / 3
_SHORT_PATIENCE = 1.0  # seconds to wait for others after one of them did not reach the server
LONGEST_PAUSE = 60.0
"""The most seconds without a token request after a failed one."""
BEARER = re.compile(r"[\x21-\x7e]+")
"""What a header can carry of a token, which is opaque otherwise."""


def checked_store(store: Store, argument: str = "store") -> Store:
    """The store.

    Raises:
        InvalidRequestError: It is none; a URL, for example.
    """
    if not all(callable(getattr(store, name, None)) for name in ("get", "put", "lock")):
        raise invalid_argument(argument, "must have the methods of stores.Store, as a RedisStore or a FileStore has")
    return store


class SharedStore:
    """A store that may fail: then each process goes on without it, and logs that once a minute."""

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._monotonic = monotonic
        self._pause_until = -math.inf
        self._quiet_until = -math.inf

    def get(self, key: str) -> Entry | None:
        """What is under the key; None: nothing, or the store failed."""
        return self._try(lambda: self._get(key), None)

    def _get(self, key: str) -> Entry | None:
        try:
            return self._store.get(key)
        except ValueError as error:  # no failure of the store: the next put() replaces what is there
            self._warn_of_malformed(error)
            return None

    def read(self, key: str, reader: Callable[[Entry], T]) -> T | None:
        """What the reader makes of the entry; None: there is none, or it is malformed."""
        entry = self.get(key)
        try:
            return None if entry is None else reader(entry)
        except Exception as error:  # noqa: BLE001 (anything may stand in the store)
            self._warn_of_malformed(error)
            return None

    def _warn_of_malformed(self, error: Exception) -> None:
        _pass_interrupts(error)
        self.warn("the store has something else than expected: %s", type(error).__name__)

    def put(self, key: str, value: str, seconds: float) -> None:
        """Keep the value, unless the store fails."""
        self._try(lambda: self._store.put(key, value, seconds), None)

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        """Whether the lock is taken, or the store fails, so that there is no lock."""
        context = self._try(lambda: self._store.lock(key, seconds), None)
        is_taken = self._try(context.__enter__, None) if context else None
        try:
            yield is_taken is not False
        finally:
            if context and is_taken is not None:
                self._leave(lambda: context.__exit__(None, None, None))

    def warn(self, what: str, *details: object) -> None:
        """Log a warning about the store, but at most once a minute."""
        now = self._monotonic()
        if now < self._quiet_until:
            _log.debug(what, *details)
        else:
            self._quiet_until = now + _WARNING_INTERVAL
            _log.warning(what, *details)

    def _try(self, action: Callable[[], T], otherwise: T) -> T:
        if self._monotonic() < self._pause_until:
            return otherwise
        try:
            return action()
        except Exception as error:  # noqa: BLE001 (a store may raise anything, and no request may fail of it)
            _pass_interrupts(error)
            self._pause_until = self._monotonic() + _STORE_PAUSE
            # Not its text, which may have an address with a password.
            self.warn("the store failed, this process goes on without it: %s", type(error).__name__)
            return otherwise

    def _leave(self, release: Callable[[], object]) -> None:
        try:
            release()
        except Exception as error:  # noqa: BLE001 (as above)
            _pass_interrupts(error)
            self.warn("the lock of the store was lost: %s", type(error).__name__)


def _pass_interrupts(error: Exception) -> None:
    """Raise what a signal handler raised: that was no failure of the store."""
    interrupt = raised_by_signal(error)
    if interrupt is not None:
        raise interrupt from None


class StoredToken(NamedTuple):
    """A token with the seconds that it lives: altogether, and from now."""

    value: str
    life: float
    left: float

    def __repr__(self) -> str:
        """Without its value."""
        return object.__repr__(self)


class SharedTokens:
    """What is under one key: the token, or for some seconds the reason why there is none."""

    def __init__(self, store: Store, key: str, clock: Any) -> None:
        self._clock = clock
        self._store = SharedStore(store, clock.monotonic)
        self._key = key

    def obtain(
        self, total_timeout: float, is_usable: Callable[[StoredToken], bool], ask: Callable[[float], StoredToken]
    ) -> StoredToken:
        """The token in the store, if `is_usable`; else the one that `ask` gets, which is called with its seconds.

        Raises:
            ApiError: of `ask`, or what the server answered another process a moment ago.
        """
        started, patience = self._clock.monotonic(), total_timeout * _PATIENCE_PART
        while not isinstance(shared := self._shared(is_usable), StoredToken):
            if shared is not None:
                patience = min(patience, _SHORT_PATIENCE)
            waited = self._clock.monotonic() - started
            with self._store.lock(self._key, max(1.0, total_timeout * _LOCK_PART)) as is_ours:
                if is_ours or waited >= patience:
                    if not is_ours:
                        self._store.warn("another process takes long to get a token, this one asks for its own")
                    shared = self._shared(is_usable)  # one may have come between the look and the lock
                    seconds = max(1.0, total_timeout - waited)
                    return shared if isinstance(shared, StoredToken) else self._asked(ask, seconds)
            self._clock.sleep(_POLL_INTERVAL * (0.5 + self._clock.random()))
        return shared

    def put_failure(self, error: ApiError, seconds: float) -> None:
        """Share for some seconds that a token request failed.

        If the server answered, the others raise the same error. If it was not reached, they may still reach it
        themselves: they wait for each other only for a moment.
        """
        reason = {"failed": type(error).__name__, "status": error.status_code, "is_retryable": error.is_retryable}
        self._store.put(self._key, json.dumps(reason), seconds)

    def _shared(self, is_usable: Callable[[StoredToken], bool]) -> StoredToken | ApiError | None:
        """What another process has shared: a token that can be used, or why it did not reach the server.

        Raises:
            ApiError: The server refused another process a token a moment ago.
        """
        shared = self._store.read(self._key, _read)
        if isinstance(shared, ApiError) and shared.status_code is not None:
            raise shared
        return shared if not isinstance(shared, StoredToken) or is_usable(shared) else None

    def _asked(self, ask: Callable[[float], StoredToken], seconds: float) -> StoredToken:
        token = ask(seconds)
        content = json.dumps({"access_token": token.value, "life": token.life})
        self._store.put(self._key, content, token.left)
        return token


def _read(entry: Entry) -> StoredToken | ApiError:
    content = json.loads(entry.value)
    if "failed" in content:
        return _read_failure(content, entry.seconds)
    value, life = content["access_token"], float(content["life"])
    left = min(life, float(entry.seconds))
    if not BEARER.fullmatch(value) or not 0 < left < math.inf:
        raise ValueError("no token of ours")
    return StoredToken(value, life, left)


def _read_failure(content: Any, seconds: float) -> ApiError:
    """Why another process got no token."""
    kind: type[ApiError] = getattr(errors, content["failed"])
    if not issubclass(kind, ApiError) or seconds > LONGEST_PAUSE:
        raise ValueError("no failure of ours")
    status, is_retryable = content["status"], bool(content["is_retryable"])
    if not isinstance(status, int | None):
        raise TypeError("no status of ours")
    return kind("another process got none a moment ago", status_code=status, is_retryable=is_retryable)
