"""What a client is made with, checked once."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import httpx2

from ._checks import invalid_argument
from ._http import PER_CALL_HEADERS, is_loopback, is_name, is_value
from ._security import Auth, BoundAuth, Keyring, Keys, Scheme, checked_keys

if TYPE_CHECKING:
    from ._attempts import Attempt
    from .stores import Store

__all__ = ["DEFAULT_TIMEOUT", "Limits", "Settings", "Timeout", "checked_headers", "chosen_base_url"]

Timeout: TypeAlias = httpx2.Timeout | float

DEFAULT_TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
"""Seconds to connect, and to read, to write and to wait for a free connection."""

_LONGEST = 1_000_000.0  # seconds, 11 days: what sockets and locks of every system can wait


@dataclass(kw_only=True, eq=False)
class Settings:
    """What a client is made with; durations are seconds.

    Raises:
        InvalidRequestError: naming the argument, never the value.
    """

    base_url: str
    is_base_url_given: bool = True
    """Whether the caller wants everything to go there; else an operation may have a server of its own."""
    api_key: Keys | None = field(default=None, repr=False)
    key_variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables that may hold keys, by name of the scheme; for messages."""
    security: Mapping[str, Scheme] = field(default_factory=dict[str, Scheme])
    auth: Auth | None = field(default=None, repr=False)
    timeout: Timeout | None = None
    """None: `DEFAULT_TIMEOUT`."""
    total_timeout: float = 300.0
    max_retries: int = 2
    max_retry_wait: float = 60.0
    fresh_idempotency_key_on_5xx: bool = False
    throttle: bool | Store = False
    max_response_size: int = 1024 * 1024
    """Bytes, after decompression."""
    max_binary_size: int = 256 * 1024 * 1024
    """The same of answers that are bytes by the description."""
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    on_attempt: Callable[[Attempt], object] | None = field(default=None, repr=False)
    user_agent: str = ""
    """Product and version; those of httpx2 and Python are added."""

    def __post_init__(self) -> None:
        """Check everything here, so that a mistake shows at construction and not at some call."""
        self.base_url = _checked_base_url(self.base_url)
        keys = checked_keys(self.api_key, self.security)
        if self.auth is not None and not _is_auth(self.auth):
            raise invalid_argument("auth", "must be an httpx2.Auth, or a function from request to request")
        self.keyring: Keyring = Keyring(self.security, keys, self.key_variables, self.auth)
        if isinstance(self.auth, BoundAuth):
            self.auth.check(self.base_url)
        self.headers = checked_headers("headers", self.headers or {})
        _check_observer(self.on_attempt)
        self.max_retry_wait = _seconds("max_retry_wait", self.max_retry_wait, zero=True)
        self.max_response_size = _whole("max_response_size", self.max_response_size, 1)
        self.max_binary_size = _whole("max_binary_size", self.max_binary_size, 1)
        timeout = DEFAULT_TIMEOUT if self.timeout is None else self.timeout
        self.limits: Limits = Limits.checked(timeout, self.total_timeout, self.max_retries)

    def replaced(self, headers: Mapping[str, str] | None, **limits: Any) -> Settings:
        """These settings with other limits, None being no other, and with more headers.

        Raises:
            InvalidRequestError: as at construction.
        """
        own = checked_headers("headers", {} if headers is None else headers)
        names = {name.lower() for name in own}
        kept = {name: value for name, value in (self.headers or {}).items() if name.lower() not in names}
        others = {name: limit for name, limit in limits.items() if limit is not None}
        return replace(self, headers={**kept, **own}, **others)

    def base_of(self, server: str) -> str:
        """Base URL of an operation that is at `server` by the description, if that is not empty."""
        return _checked_base_url(server) if server and not self.is_base_url_given else self.base_url


class Limits(NamedTuple):
    """The bounds of one call, in seconds and repeats."""

    timeout: Mapping[str, float | None]
    total_timeout: float
    max_retries: int

    @classmethod
    def checked(cls, timeout: Timeout, total_timeout: float, max_retries: int) -> Limits:
        """Check the limits.

        Raises:
            InvalidRequestError: naming the argument.
        """
        whole = timeout if isinstance(timeout, httpx2.Timeout) else httpx2.Timeout(_seconds("timeout", timeout))
        return cls(
            # A part that is None, that is unlimited, is still bounded by the total.
            {name: part if part is None else _seconds("timeout", part) for name, part in whole.as_dict().items()},
            _seconds("total_timeout", total_timeout),
            _whole("max_retries", max_retries, 0),
        )

    def replaced(self, timeout: Timeout | None, total_timeout: float | None, max_retries: int | None) -> Limits:
        """These limits with what a call sets for itself; None: as it is."""
        if timeout is None and total_timeout is None and max_retries is None:
            return self
        return Limits.checked(
            httpx2.Timeout(**self.timeout) if timeout is None else timeout,
            self.total_timeout if total_timeout is None else total_timeout,
            self.max_retries if max_retries is None else max_retries,
        )


def _is_auth(auth: object) -> bool:
    """A class can be called, too, but an instance was meant."""
    return isinstance(auth, httpx2.Auth) or (callable(auth) and not isinstance(auth, type))


def _check_observer(on_attempt: object) -> None:
    if on_attempt is None:
        return
    import inspect

    call = getattr(on_attempt, "__call__", None)  # noqa: B004 (that of an object can be a coroutine function)
    if call is None or any(map(inspect.iscoroutinefunction, (on_attempt, call))):
        raise invalid_argument("on_attempt", "must be a plain function, which takes an Attempt")


def chosen_base_url(base_url: str | None, variable: str) -> str | None:
    """The argument, else what the environment variable has; None: neither.

    Raises:
        InvalidRequestError: naming the variable, never its value.
    """
    if base_url is not None or not variable or not (text := os.environ.get(variable)):
        return base_url
    return _checked_base_url(text, f"the environment variable {variable} ")


def _checked_base_url(text: str, what: str = "") -> str:
    url = _parsed(text)
    # A blank or a % would be part of the host, so that no such host exists.
    if url is None or not url.host or re.search(r"[\s%]", url.host) or url.userinfo or "?" in text or "#" in text:
        raise invalid_argument("base_url", f"{what}must be a URL with a host, without user, query and fragment")
    if url.port is not None and not 0 < url.port < 65536:  # the system would take another one: the rest of a division
        raise invalid_argument("base_url", f"{what}must have a port from 1 to 65535")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise invalid_argument("base_url", f"{what}must be https, except for a loopback address")
    return str(url).rstrip("/")


def _parsed(text: str) -> httpx2.URL | None:
    """None: it is no URL, or sockets know no such host."""
    with suppress(httpx2.InvalidURL, TypeError, ValueError):  # not chained: they quote the text
        url = httpx2.URL(text + "")  # which refuses what is no text
        url.host.encode("idna")  # labels have 1 to 63 characters
        return url
    return None


def checked_headers(argument: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a caller.

    Raises:
        InvalidRequestError: naming the argument and the header, never the value.
    """
    if not isinstance(headers, Mapping):
        raise invalid_argument(argument, "must be a mapping from names to values")
    for name, value in headers.items():
        if not isinstance(name, str) or not is_name("header", name):
            raise invalid_argument(argument, "a name is not valid")
        if name.lower() in PER_CALL_HEADERS:
            raise invalid_argument(argument, f"{name} is made for each call")
        if not isinstance(value, str) or not is_value("header", value):
            raise invalid_argument(argument, f"the value of {name} is not valid")
        if name.lower() == "authorization" and not value:
            raise invalid_argument(argument, f"the value of {name} is empty")
    return dict(headers)


def _seconds(argument: str, value: float, *, zero: bool = False) -> float:
    # A whole number can be too large for math.isfinite().
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == math.inf:
        raise invalid_argument(argument, "must be a finite number of seconds")
    if value < 0 or (value == 0 and not zero):
        raise invalid_argument(argument, "must not be negative" if zero else "must be more than 0")
    if value > _LONGEST:
        raise invalid_argument(argument, f"must be at most {_LONGEST:,.0f} seconds")
    return float(value)


def _whole(argument: str, value: int, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise invalid_argument(argument, f"must be a whole number, at least {least}")
    return value
