"""What a client is made with, checked once."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import httpx2

from ._checks import refusal
from ._http import is_loopback, is_name, is_value

__all__ = ["DEFAULT_TIMEOUT", "ApiKey", "Auth", "Basic", "Bearer", "Limits", "Scheme", "Settings", "Timeout"]

Auth: TypeAlias = httpx2.Auth | Callable[[httpx2.Request], httpx2.Request]
Timeout: TypeAlias = httpx2.Timeout | float

DEFAULT_TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
"""Seconds to connect, and to read, to write and to wait for a free connection."""

_API_KEY = re.compile(r"[\x21-\x7e]+")
_USER_AND_PASSWORD = re.compile(r"[^\x00-\x1f\x7f]+")  # RFC 7617, 2: anything but control characters
# They are made from the operation and its arguments, for each call.
_RESERVED_HEADERS = frozenset({"content-type", "content-length", "transfer-encoding", "idempotency-key"})


class Bearer:
    """RFC 6750: `Authorization: Bearer <api_key>`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return f"Bearer {api_key}"


class Basic:
    """RFC 7617: `Authorization: Basic …`; the key is `user:password`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return "Basic " + base64.b64encode(api_key.encode()).decode()


class ApiKey(NamedTuple):
    """The key as it is, in a header, the query or a cookie."""

    location: str
    name: str

    def credential(self, api_key: str) -> str:
        """Value of the parameter."""
        return api_key


Scheme: TypeAlias = Bearer | Basic | ApiKey


@dataclass(kw_only=True, eq=False)
class Settings:
    """What a client is made with; durations are seconds.

    Raises:
        InvalidRequestError: naming the argument, never the value.
    """

    base_url: str
    is_base_url_given: bool = True
    """Whether the caller wants everything to go there; else an operation may have a server of its own."""
    api_key: str | None = field(default=None, repr=False)
    key_variable: str = ""
    """Environment variable that may hold the key, for messages."""
    security: Mapping[str, Scheme] = field(default_factory=dict[str, Scheme])
    auth: Auth | None = field(default=None, repr=False)
    timeout: Timeout | None = None
    """None: `DEFAULT_TIMEOUT`."""
    total_timeout: float = 300.0
    max_retries: int = 2
    max_retry_wait: float = 60.0
    fresh_idempotency_key_on_5xx: bool = False
    max_response_size: int = 1024 * 1024
    """Bytes, after decompression."""
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    user_agent: str = ""
    """Product and version; those of httpx2 and Python are added."""

    def __post_init__(self) -> None:
        """Check everything here, so that a mistake shows at construction and not at some call."""
        self.base_url = _checked_base_url(self.base_url)
        if self.api_key is not None:
            self._check_key(self.api_key)
        self.headers = _checked_headers(self.headers or {})
        self.max_retry_wait = _seconds("max_retry_wait", self.max_retry_wait, zero=True)
        self.max_response_size = _whole("max_response_size", self.max_response_size, 1)
        timeout = DEFAULT_TIMEOUT if self.timeout is None else self.timeout
        self.limits: Limits = Limits.checked(timeout, self.total_timeout, self.max_retries)

    def _check_key(self, api_key: str) -> None:
        pattern, what = _API_KEY, "printable ASCII without blanks"
        if self.security and all(isinstance(scheme, Basic) for scheme in self.security.values()):
            pattern, what = _USER_AND_PASSWORD, "text without control characters"
        if not isinstance(api_key, str) or not pattern.fullmatch(api_key):
            raise refusal("api_key", f"must be {what}, and not empty")

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
        """Refuse what makes no sense.

        Raises:
            InvalidRequestError: naming the argument.
        """
        parts = (timeout if isinstance(timeout, httpx2.Timeout) else httpx2.Timeout(timeout)).as_dict()
        return cls(
            # A part that is None, that is unlimited, is still bounded by the total.
            {name: part if part is None else _seconds("timeout", part) for name, part in parts.items()},
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


def _checked_base_url(text: str) -> str:
    url = None
    with suppress(httpx2.InvalidURL, TypeError, ValueError):  # not chained: they quote the text
        url = httpx2.URL(text)
    # A blank or a % would be part of the host, so that no such host exists.
    if url is None or not url.host or re.search(r"[\s%]", url.host) or url.userinfo or "?" in text or "#" in text:
        raise refusal("base_url", "must be a URL with a host, without user, query and fragment")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise refusal("base_url", "must be https, except for a loopback address")
    return str(url).rstrip("/")


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        raise refusal("headers", "must be a mapping from names to values")
    for name, value in headers.items():
        if not isinstance(name, str) or not is_name("header", name):
            raise refusal("headers", "a name is not valid")
        if name.lower() in _RESERVED_HEADERS:
            raise refusal("headers", f"{name} is made for each call")
        if not isinstance(value, str) or not is_value("header", value):
            raise refusal("headers", f"the value of {name} is not valid")
        if name.lower() == "authorization" and not value:
            raise refusal("headers", f"the value of {name} is empty")
    return dict(headers)


def _seconds(argument: str, value: float, *, zero: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise refusal(argument, "must be a finite number of seconds")
    if value < 0 or (value == 0 and not zero):
        raise refusal(argument, "must not be negative" if zero else "must be more than 0")
    return float(value)


def _whole(argument: str, value: int, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise refusal(argument, f"must be a whole number, at least {least}")
    return value
