"""Reports attempts and waits to the log and to `on_attempt`; imported when there is something to report."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ._frames import raised_by_signal

__all__ = ["Attempt", "report", "report_wait"]

_log = logging.getLogger(__package__)
_PREFIX = "api_"  # a log record has attributes of its own, such as `name`


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A request that a call has sent, and its result; durations are seconds. Nothing in it is secret."""

    operation: str
    """Name of the method."""
    method: str
    path: str
    """As in the description, with parameters by name."""
    url: str
    """Without query; with the path of the description where an argument in the path is secret."""
    number: int
    """1 for the first attempt of the call."""
    status_code: int | None
    """None where no answer came."""
    error: str | None
    """What went wrong, by class: of httpx2 where no answer came, else of this package."""
    request_id: str | None
    elapsed: float
    """From sending to the end of the answer."""
    wait: float | None
    """Until the next attempt; None: this was the last one."""
    reason: str | None
    """Why there is a next one: status or exception, and the header that set the wait."""


def report(attempt: Attempt, on_attempt: Callable[[Attempt], object] | None) -> None:
    """Write it to the log, and call the caller's function, whose exceptions are logged and change nothing else."""
    extra = _prefixed({field.name: getattr(attempt, field.name) for field in fields(attempt)})
    _log.debug(
        "%s %s: attempt %d, %s, %.3f s, request id %s",
        attempt.method,
        attempt.path,
        attempt.number,
        attempt.status_code or attempt.error,
        attempt.elapsed,
        attempt.request_id,
        extra=extra,
    )
    if attempt.wait is not None:
        _log.info(
            "%s %s: repeat in %.3f s after %s", attempt.method, attempt.path, attempt.wait, attempt.reason, extra=extra
        )
    if on_attempt is not None:
        _call(on_attempt, attempt)


def report_wait(operation: str, method: str, path: str, wait: float) -> None:
    """Write to the log that a call waits, in seconds, for its turn under the rate limit."""
    extra = _prefixed({"operation": operation, "method": method, "path": path, "wait": wait})
    _log.info("%s %s: wait %.3f s: little is left of the rate limit", method, path, wait, extra=extra)


def _prefixed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a log record."""
    return {f"{_PREFIX}{name}": value for name, value in facts.items()}


def _call(on_attempt: Callable[[Attempt], object], attempt: Attempt) -> None:
    try:
        on_attempt(attempt)
    except Exception as error:  # an answer must not be lost for that
        if raised_by_signal(error) is not None:
            raise
        traceback = error.__traceback__ and error.__traceback__.tb_next
        _log.warning("on_attempt raised %s", type(error).__name__, exc_info=error.with_traceback(traceback))
