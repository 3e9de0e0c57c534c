"""Sends an access token with the requests of any client of httpx2, and renews it in time.

A renewal runs in a thread of its own, and all who need the token wait for it, threads and tasks of any event loop
alike. So it belongs to none of them: one that is cancelled or interrupted takes nothing away from the others.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import math
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Never, Protocol, TypeAlias

import httpx2

from ._call import DeadlineError
from ._checks import invalid_argument
from ._process import PerProcess
from ._retry import Clock, is_idempotent
from ._security import BoundAuth
from ._settings import Settings, chosen_base_url
from ._sharing import BEARER, LONGEST_PAUSE
from ._transport import time_left
from .errors import (
    ApiError,
    InvalidRequestError,
    InvalidResponseError,
    StatusError,
    TimedOutError,
    TokenExpiredError,
    token_request_error,
)

__all__ = ["AccessToken", "CachedToken", "Renewal", "RenewingAuth", "TokenRequest", "age_of", "life_of", "pause_after"]

_log = logging.getLogger(__package__)
_log.addHandler(logging.NullHandler())  # else Python prints our warnings where nobody has set up logging
_SHORT = 0.1  # part of a token's life that is at most left unused
_PAUSE = 5.0  # seconds from a renewal that fails, or that does not help against a 401, to the next
_LONGEST_LIFE = 1e9  # seconds: a longer life makes no difference
_UNKNOWN_LIFE = 300.0  # seconds that a new token is used whose life is told as 0 or less; a 401 ends it sooner


class AccessToken(Protocol):
    """What a token endpoint answers (RFC 6749, 5.1)."""

    @property
    def access_token(self) -> str:
        """The token."""
        ...

    @property
    def expires_in(self) -> int:
        """Seconds that it stays valid, counted from when it was asked for."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CachedToken:
    """A token; times are on the clock's monotonic scale."""

    value: str
    renew_at: float
    expires_at: float


class TokenRequest(NamedTuple):
    """The old token, and the limits of a request for the next one."""

    old: CachedToken | None
    total_timeout: float
    max_retries: int
    is_urgent: bool
    """Whether there is no token that still works."""


class Failure(NamedTuple):
    """The error of a renewal."""

    error: BaseException
    traceback: TracebackType | None

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Errors of ours become a `TokenRequestError` without a traceback, whose frames hold the assertion."""
        if not isinstance(error, ApiError):
            return cls(error, error.__traceback__)
        is_request = not isinstance(error, (InvalidRequestError, TokenExpiredError))
        return cls(token_request_error(error) if is_request else error, None)

    def to_raise(self) -> BaseException:
        """An error for each that waits: a copy, since raising adds to a traceback; others can't be copied safely."""
        error = self.error.with_traceback(self.traceback)
        if not isinstance(error, ApiError):
            return error
        mine = copy.copy(error)
        mine.__cause__ = error.__cause__
        return mine


Renewal: TypeAlias = "Future[CachedToken | Failure]"
"""A renewal under way, or one that failed a moment ago."""
Steps: TypeAlias = Generator["httpx2.Request | Renewal", httpx2.Response | None, None]
"""What is to be done for a request: send one, or wait for a renewal."""


class _Renewals:
    """The state of renewals in one process: a forked child does not run those of its parent."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # held for moments, never while anyone waits
        self.current: Renewal | None = None
        self.pause_until = -math.inf


def _is_good_enough(
    cached: CachedToken, refused: CachedToken | None, renewal: Renewal | None, now: float, *, is_paused: bool
) -> bool:
    """Whether to send the token without waiting for another one.

    While the old token works, only the caller that starts a renewal waits for it, and nobody does in the pause after a
    failed one. A refused token is sent again in the pause after a renewal that did not help.
    """
    is_alive = cached.expires_at > now
    if cached is refused:
        return renewal is None and is_paused
    return now < cached.renew_at or (is_alive and (renewal is not None or is_paused))


class RenewingAuth(BoundAuth):
    """Sends a bearer token (RFC 6750), and gets the next one in time; safe to share between threads and tasks."""

    _default_base_url: ClassVar[str | None] = None
    _base_url_variable: ClassVar[str] = ""
    _clock: Any = Clock()

    @classmethod
    def _chosen_base_url(cls, base_url: str | None) -> str:
        """As a client of the same description chooses its own."""
        chosen = chosen_base_url(base_url, cls._base_url_variable)
        return cls._default_base_url or "" if chosen is None else chosen

    def __init__(self, leeway: float, settings: Settings) -> None:
        """For the origin of the settings' `base_url`, and for no other.

        Raises:
            InvalidRequestError: `leeway` is invalid.
        """
        if isinstance(leeway, bool) or not isinstance(leeway, (int, float)) or not 0 <= leeway < math.inf:
            raise invalid_argument("leeway", "must be a finite number of seconds, and not negative")
        self._leeway = leeway
        self._settings = settings
        self._base_url = settings.base_url
        self._origin = httpx2.URL(settings.base_url).origin
        self._cached: CachedToken | None = None
        self._renewals = PerProcess(_Renewals)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"

    def __reduce__(self) -> Never:
        """Refuse to be pickled or copied: it holds secrets, and has to be shared.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"{type(self).__name__} holds secrets: it can't be pickled or copied")

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """As httpx2 has it: requests to send, the last one's answer is the client's."""
        steps, response = self._steps(request), None
        with suppress(StopIteration):
            while True:
                step = steps.send(response)
                response = None
                if isinstance(step, Future):
                    self._wait(step)
                else:
                    response = yield step

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """The same for tasks."""
        steps, response = self._steps(request), None
        with suppress(StopIteration):
            while True:
                step = steps.send(response)
                response = None
                if isinstance(step, Future):
                    await _wait_in_task(step, self._longest_wait)
                else:
                    response = yield step

    def _wait(self, renewal: Renewal) -> None:
        """Block until it is done, but no longer than the call has left that needs it: tasks are cancelled then."""
        left = time_left()
        wait([renewal], self._longest_wait if left is None else max(0.0, min(self._longest_wait, left)))
        if left is not None and left < self._longest_wait and not renewal.done():
            raise DeadlineError

    @property
    def _longest_wait(self) -> float:
        """Seconds to wait for a renewal, which ends before that unless something hangs."""
        return self._settings.total_timeout + 1.0

    def _steps(self, request: httpx2.Request) -> Steps:
        if request.url.origin != self._origin:
            _log.debug("no token for a request to %s: it is for %s", request.url.host, self._base_url)
            yield request
            return
        cached = yield from self._token(None)
        request.headers["Authorization"] = f"Bearer {cached.value}"
        response = yield request
        if response is None or not self._is_to_be_repeated(request, response):
            return
        newer = yield from self._token(cached)
        if newer is not cached:
            request.headers["Authorization"] = f"Bearer {newer.value}"
            yield request

    def _is_to_be_repeated(self, request: httpx2.Request, response: httpx2.Response) -> bool:
        """Whether the server that the token is for refused it, and the request can be sent again."""
        last = response.request
        if response.status_code != 401 or last.url.origin != self._origin:
            return False
        if last is not request and not is_idempotent(request.method):
            return False  # it was redirected, so something has been done
        try:
            return isinstance(request.content, bytes)
        except httpx2.RequestNotRead:  # a stream, which is spent
            return False

    def _token(self, refused: CachedToken | None) -> Generator[Renewal, httpx2.Response | None, CachedToken]:
        """The token to send; the `refused` one again if there is no other."""
        cached, renewal = self._choose(refused)
        if cached is not None and renewal is None:
            return cached
        assert renewal is not None
        yield renewal
        result = renewal.result() if renewal.done() else None
        if isinstance(result, CachedToken):
            return result
        if cached is not None and self._clock.monotonic() < cached.expires_at:
            return cached
        if result is None:
            late = TimedOutError(f"within {self._longest_wait:g} s", outcome="not_sent", is_retryable=True)
            raise token_request_error(late)
        raise result.to_raise()

    def _choose(self, refused: CachedToken | None) -> tuple[CachedToken | None, Renewal | None]:
        """The current token, and the renewal to wait for before a request is sent; None: send it at once."""
        renewals = self._renewals.get()
        with renewals.lock:
            now, cached = self._clock.monotonic(), self._cached
            is_paused = now < renewals.pause_until
            if cached is not None and _is_good_enough(cached, refused, renewals.current, now, is_paused=is_paused):
                return cached, None
            if renewals.current is None or (renewals.current.done() and not is_paused):
                works_still = cached is not None and cached is not refused and cached.expires_at > now
                within = (cached.expires_at - now) / 2 if cached is not None and works_still else math.inf
                renewals.current = self._start_renewal(cached, within)
                if refused is not None and cached is refused:
                    renewals.pause_until = now + _PAUSE
            return cached, renewals.current

    def _start_renewal(self, old: CachedToken | None, within: float) -> Renewal:
        """Start a renewal: with repeats, unless there is time for another one later."""
        renewal: Renewal = Future()
        is_urgent = within == math.inf
        total_timeout = min(self._settings.total_timeout, within)
        arguments = (
            renewal,
            TokenRequest(old, total_timeout, self._settings.max_retries if is_urgent else 0, is_urgent),
        )
        threading.Thread(target=self._run_renewal, args=arguments, name=f"{__package__} token", daemon=True).start()
        return renewal

    def _run_renewal(self, renewal: Renewal, wanted: TokenRequest) -> None:
        result: CachedToken | Failure
        try:
            result = self._obtain(wanted)
        except BaseException as error:  # noqa: BLE001 (whatever it is, those who wait have to get it)
            result = Failure.of(error)
        self._publish(renewal, result)
        if isinstance(result, Failure):
            status = getattr(result.error, "status_code", None) or ""
            kind = getattr(result.error, "reason", type(result.error)).__name__
            _log.warning("no new token: %s %s", kind, status)
        renewal.set_result(result)

    def _publish(self, renewal: Renewal, result: CachedToken | Failure) -> None:
        """Keep the token. Without a valid one, keep the failure for requests that come before the next try."""
        renewals = self._renewals.get()
        with renewals.lock:
            now = self._clock.monotonic()
            if isinstance(result, CachedToken):
                self._cached, renewals.current = result, None
                return
            renewals.pause_until = now + pause_after(result.error)
            is_alive = self._cached is not None and now < self._cached.expires_at
            renewals.current = None if is_alive else renewal

    def _obtain(self, wanted: TokenRequest) -> CachedToken:
        asked_at = self._clock.monotonic()
        token = self._ask_for_token(wanted.total_timeout, wanted.max_retries)
        asked_at = min(asked_at, self._clock.monotonic() - age_of(token, self._clock.time()))  # it may have been kept
        return self._cached_token(token.access_token, life_of(token), asked_at)

    def _cached_token(self, value: str, life: float, asked_at: float) -> CachedToken:
        if not BEARER.fullmatch(value):
            raise InvalidResponseError("access_token: has characters that a header can't carry", field="access_token")
        life = min(life, _LONGEST_LIFE)
        return CachedToken(value, asked_at + life - min(self._leeway, life * _SHORT), asked_at + life)

    def _ask_for_token(self, total_timeout: float, max_retries: int) -> AccessToken:
        """Ask for a token; may block for `total_timeout` seconds."""
        raise NotImplementedError


def age_of(token: AccessToken, now: float) -> float:
    """Seconds since it was asked for, by its `expires_at`; `now` is in seconds since 1970."""
    end = getattr(token, "expires_at", None)
    if not isinstance(end, datetime) or end.tzinfo is None:
        return 0.0
    return max(0.0, min(token.expires_in, _LONGEST_LIFE) - (end.timestamp() - now))


def life_of(token: AccessToken) -> float:
    """Seconds that a new token is used for."""
    return token.expires_in if token.expires_in > 0 else _UNKNOWN_LIFE


def pause_after(error: BaseException) -> float:
    """Seconds from a failed renewal to the next: more where the server asks for that by Retry-After."""
    asked = error.retry_after if isinstance(error, StatusError) else None
    return max(_PAUSE, min(asked or 0.0, LONGEST_PAUSE))


async def _wait_in_task(renewal: Renewal, seconds: float) -> None:
    """Wait for it under any event loop."""
    import anyio  # httpx2 depends on it; loaded only by those who await

    is_done = anyio.Event()
    schedule = _scheduler()

    def wake(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it who waited
            schedule(is_done.set)

    renewal.add_done_callback(wake)
    with anyio.move_on_after(seconds):
        await is_done.wait()


def _scheduler() -> Callable[[Callable[[], Any]], Any]:
    """How another thread makes this event loop call something."""
    trio = sys.modules.get("trio")  # whose loop can't run before it was imported
    if trio is not None and trio.lowlevel.in_trio_task():
        schedule: Callable[[Callable[[], Any]], Any] = trio.lowlevel.current_trio_token().run_sync_soon
        return schedule
    return asyncio.get_running_loop().call_soon_threadsafe
