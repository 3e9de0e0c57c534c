"""When to repeat a request, after which wait, and how often altogether; without I/O except for the clock."""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC

import httpx2

from ._facts import HEADERS
from ._headers import value

__all__ = [
    "Clock",
    "RetryBudget",
    "backoff",
    "certificate_fault",
    "fresh_key_wait",
    "is_idempotent",
    "is_lasting",
    "is_transient",
    "retry_after",
    "retry_after_header",
]

# RFC 9110, 9.2.2
_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"})
_TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})
# Of httpx2: faults of this side.
_LASTING_FAULTS = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)
_SHORTEST_WAIT = 0.1  # seconds: full jitter alone could draw none
_LONGEST_DATE = 64  # characters of an HTTP date: parsing takes long for a longer text, and none is


class Clock:
    """Time and chance; tests replace it."""

    monotonic = staticmethod(time.monotonic)
    """Seconds since some moment."""
    sleep = staticmethod(time.sleep)
    random = staticmethod(random.random)
    """In [0, 1)."""
    time = staticmethod(time.time)
    """Seconds since 1970, for comparison with dates of the server."""

    async def asleep(self, seconds: float) -> None:
        """Sleep under asyncio or trio."""
        import anyio  # httpx2 depends on it; loaded only by who awaits

        await anyio.sleep(seconds)


class RetryBudget:
    """A token bucket shared by all calls of a client, so that an outage is not multiplied.

    The numbers are those of the standard retry mode of AWS SDKs.
    """

    CAPACITY = 500
    COST = 5
    TIMEOUT_COST = 10
    SUCCESS = 1
    """What a call that succeeds at once gives back."""

    def __init__(self) -> None:
        """A full bucket."""
        self._tokens = self.CAPACITY
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Pay for one repeat; False: there is not enough left."""
        with self._lock:
            if self._tokens < cost:
                return False
            self._tokens -= cost
            return True

    def give_back(self, cost: int) -> None:
        """After a success: what its last repeat cost, or `SUCCESS` if it needed none."""
        if self._tokens < self.CAPACITY:  # unlocked: a full bucket is the normal case
            with self._lock:
                self._tokens = min(self.CAPACITY, self._tokens + (cost or self.SUCCESS))


def is_idempotent(method: str) -> bool:
    """Whether the method is safe to repeat without an idempotency key."""
    return method.upper() in _IDEMPOTENT_METHODS


def is_transient(status_code: int | None) -> bool:
    """Whether a later attempt may get another answer than this status."""
    return status_code in _TRANSIENT_STATUSES


def is_lasting(fault: BaseException) -> bool:
    """Whether a repeat would meet the same fault in place of an answer."""
    return isinstance(fault, _LASTING_FAULTS) or bool(certificate_fault(fault))


def certificate_fault(error: BaseException | None) -> str:
    """Why one side refuses the certificate of the other, by the error or what caused it; empty: none does.

    The names of OpenSSL's reasons are `CERTIFICATE_VERIFY_FAILED`, `TLSV1_ALERT_UNKNOWN_CA`
    and the like.
    """
    import ssl  # httpx2 has loaded it

    while error is not None:
        if isinstance(error, ssl.SSLError) and re.search("CERTIFICATE|UNKNOWN_CA", error.reason or ""):
            return str(error)
        error = error.__cause__ or error.__context__
    return ""


def backoff(attempt: int, chance: float) -> float:
    """Seconds before repeating attempt 1, 2, …: exponential with full jitter, at least 0.1 and at most 20."""
    return max(_SHORTEST_WAIT, chance * min(20.0, math.ldexp(1.0, min(attempt - 1, 10))))


def fresh_key_wait(attempt: int) -> float:
    """Seconds before a new request with a new key after attempt 1, 2, …: 5, 10, 20, 40, 40."""
    return (5.0, 10.0, 20.0, 40.0)[min(attempt, 4) - 1]


def retry_after(status_code: int, headers: httpx2.Headers, now: float) -> float | None:
    """Seconds that an answer asks to wait; None: it does not say."""
    return next((seconds for _, seconds in _asked(status_code, headers, now)), None)


def retry_after_header(status_code: int, headers: httpx2.Headers, now: float) -> str:
    """Name of the header that says so; empty: none does."""
    return next((name for name, _ in _asked(status_code, headers, now)), "")


def _asked(status_code: int, headers: httpx2.Headers, now: float) -> Iterator[tuple[str, float]]:
    """Headers that ask for a wait, with its seconds; the first counts."""
    milliseconds = _longest(headers, "retry-after-ms", _seconds)
    if milliseconds is not None:
        yield "retry-after-ms", milliseconds / 1000
    sent = value(headers, ("date",)) or ""
    seconds = _longest(headers, "retry-after", lambda text: _seconds_or_date(text, sent, now))
    if seconds is not None:
        yield "Retry-After", seconds
    reset = next((name for name in HEADERS.get("rate_limit.reset", ()) if name in headers), "")
    if status_code == 429 and reset and (seconds := _longest(headers, reset, _seconds)) is not None:
        yield reset, seconds


def _longest(headers: httpx2.Headers, name: str, read: Callable[[str], float | None]) -> float | None:
    """What the header asks for; the most, where a server and a proxy have each sent one."""
    waits = [wait for text in headers.get_list(name) if (wait := read(text)) is not None]
    return max(waits, default=None)


def _seconds(text: str) -> float | None:
    number = float(text) if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", text, re.ASCII) else math.inf
    return number if math.isfinite(number) else None


def _seconds_or_date(text: str, sent: str, now: float) -> float | None:
    """RFC 9110, 10.2.3: delay in seconds, or an HTTP date, counted from when the answer was `sent` by its own clock."""
    seconds = _seconds(text)
    if seconds is not None or (end := _date(text)) is None:
        return seconds
    start = _date(sent)
    return max(0.0, end - (now if start is None else start))


def _date(text: str) -> float | None:
    """An HTTP date as seconds since 1970."""
    if not text or len(text) > _LONGEST_DATE:
        return None
    from email.utils import parsedate_to_datetime  # rarely needed

    try:
        date = parsedate_to_datetime(text)  # naive when its zone is "-0000": UTC all the same
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
