"""Reads what the headers of an answer say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # errors are imported on their own by callers that only catch them: stay light
    import httpx2

__all__ = ["HasHeaders", "RateLimit", "value", "whole_number"]


class RateLimit(NamedTuple):
    """What the headers report of the rate limit; None where absent or malformed."""

    limit: int | None
    """Requests allowed per window."""
    remaining: int | None
    """Requests left in this window."""
    reset: int | None
    """Seconds until the window resets."""


class HasHeaders(Protocol):
    """An answer, or an error."""

    @property
    def headers(self) -> httpx2.Headers | None:
        """Those of the answer, if there is one."""
        ...


def value(headers: httpx2.Headers | None, names: Iterable[str]) -> str | None:
    """The value of the first of these headers that the answer has; of a header that it has twice, the first."""
    if headers is None:
        return None
    return next((values[0] for name in names if (values := headers.get_list(name))), None)


def whole_number(headers: httpx2.Headers | None, names: Iterable[str]) -> int | None:
    """The same as a whole number; None: it is not one.

    Of a list it is the first item: `RateLimit-Limit: 100, 100;w=60` names the windows, too.
    """
    match = re.fullmatch(r"([0-9]{1,15})(?:\s*,.*)?", value(headers, names) or "")
    return int(match[1]) if match else None
