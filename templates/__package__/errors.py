"""Everything that the client raises.

ApiError
├── InvalidRequestError (ValueError)      an argument that the description refuses; nothing was sent
│   └── VariantError (TypeError)          arguments that do not go together, or are not enough
├── ClientClosedError (RuntimeError)      the client was closed before the call
├── ClientMovedError (RuntimeError)       the http_client passed in belongs to another process or event loop
├── TokenExpiredError                     the access token is dead, and there is no way to another one
├── TokenRequestError                     no access token was to be had; of the class of the reason, too
├── ConnectionFailedError                 no whole answer: refused, reset, cut off
├── TimedOutError (TimeoutError)          no whole answer in time
├── InvalidResponseError                  a successful answer that the description refuses
└── StatusError                           any other answer: 1xx, 3xx, 6xx and above
    ├── ClientError                       4xx
    │   ├── BadRequestError               400
    │   ├── UnauthorizedError             401
    │   ├── ForbiddenError                403
    │   ├── NotFoundError                 404
    │   ├── ConflictError                 409
    │   ├── UnprocessableEntityError      422
    │   └── TooManyRequestsError          429
    └── ServerError                       5xx
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol

if TYPE_CHECKING:  # errors are imported on their own by callers that only catch them: stay light
    import httpx2

__all__ = [
    "ApiError",
    "BadRequestError",
    "ClientClosedError",
    "ClientError",
    "ClientMovedError",
    "ConflictError",
    "ConnectionFailedError",
    "ForbiddenError",
    "InvalidRequestError",
    "InvalidResponseError",
    "NotFoundError",
    "RateLimit",
    "ServerError",
    "StatusError",
    "TimedOutError",
    "TokenExpiredError",
    "TokenRequestError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "VariantError",
]


class RateLimit(NamedTuple):
    """What the RateLimit-* headers report; None where absent or malformed."""

    limit: int | None
    """Requests allowed per window."""
    remaining: int | None
    """Requests left in this window."""
    reset: int | None
    """Seconds until the window resets."""


class _HasHeaders(Protocol):
    @property
    def headers(self) -> httpx2.Headers | None: ...


class HeaderFacts:
    """What the response headers tell; mixed into answers and errors."""

    __slots__ = ()

    @property
    def request_id(self: _HasHeaders) -> str | None:
        """Value of the header named `…Request-Id`: what the API's support asks for."""
        return _ending(self.headers, "request-id")

    @property
    def environment_id(self: _HasHeaders) -> str | None:
        """Value of the header named `…Environment-Id`."""
        return _ending(self.headers, "environment-id")

    @property
    def organization_id(self: _HasHeaders) -> str | None:
        """Value of the header named `…Organization-Id`."""
        return _ending(self.headers, "organization-id")

    @property
    def rate_limit(self: _HasHeaders) -> RateLimit:
        """RateLimit-Limit, -Remaining and -Reset (seconds)."""
        return RateLimit(*(_whole_number(self.headers, f"ratelimit-{part}") for part in RateLimit._fields))


def _ending(headers: httpx2.Headers | None, suffix: str) -> str | None:
    if headers is None:
        return None
    return next((headers[name] for name in headers if name.lower().endswith(suffix)), None)


def _whole_number(headers: httpx2.Headers | None, name: str) -> int | None:
    value = "" if headers is None else headers.get(name, "")
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else None


class ApiError(HeaderFacts, Exception):
    """Root of everything that the client raises. What is not known (no answer came) is None.

    Attributes beside those of the headers:
        status_code: of the answer.
        headers: of the answer (`httpx2.Headers`).
        envelope: the parsed error body, as the description declares it for this status.
        body: start of the raw error body (at most 4 KiB), only where it was not that envelope.
        attempts: number of requests sent by this call.
        idempotency_key: the key sent with the last of them; use it to repeat the very same call.
        outcome: what became of the call at the server. `"not_sent"`: it got nothing of it (an argument was refused, no
            connection was made or came free); `"unknown"`: an attempt was lost or timed out after sending began, or
            was answered before a later one was not sent; `"answered"`: the last attempt was.
        is_retryable: whether the same call with the same idempotency key may be repeated: after a lost connection, a
            time-out, 429, 502, 503 and 504; not where a repeat would meet the same fault, such as 400.
    """

    status_code: int | None = None
    headers: httpx2.Headers | None = None
    envelope: Any = None
    body: str | None = None
    attempts: int = 0
    idempotency_key: str | None = None
    outcome: Literal["not_sent", "unknown", "answered"] = "not_sent"
    is_retryable: bool = False

    def __init__(self, message: str, **facts: Any) -> None:
        """Only `message` goes to `args`, so that errors pickle: the facts travel in `__dict__`."""
        super().__init__(message)
        self.__dict__.update(facts)

    @property
    def errors(self) -> tuple[Any, ...]:
        """Items of the envelope's `errors` list (`.title`, `.details`, `.meta`, `.source.pointer`); () if none."""
        items: Any = getattr(self.envelope, "errors", None)
        return tuple(items) if isinstance(items, (list, tuple)) else ()


class InvalidRequestError(ApiError, ValueError):
    """An argument that the description refuses, or a setting that makes no sense; nothing was sent."""

    argument: str | None = None
    """Name of the Python argument."""


class VariantError(InvalidRequestError, TypeError):
    """A body can be one of several objects, and the arguments are those of none of them."""


class ClientClosedError(ApiError, RuntimeError):
    """The client was closed before the call."""


class ClientMovedError(ApiError, RuntimeError):
    """The `http_client` that was passed in was used in another process or event loop before; nothing was sent."""


class TokenExpiredError(ApiError):
    """The access token has expired, and there is no way to another one; nothing was sent."""


class TokenRequestError(ApiError):
    """No access token was to be had, so nothing was sent; each is of the class of the reason, too.

    A token request that is answered with 403 raises an error that is a `TokenRequestError` and a `ForbiddenError`, with
    the facts of that answer.
    """

    reason: ClassVar[type[ApiError]] = ApiError
    """The other class."""

    def __reduce__(self) -> Any:
        """By the class of the reason: the class that is both has no name that pickle could find."""
        return _failed_token_request, (self.reason, self.args[0]), self.__dict__


def token_request_error(reason: ApiError) -> TokenRequestError:
    """The error for a request that needs an access token, where there is none for this reason."""
    if isinstance(reason, TokenRequestError):
        return reason
    error = _failed_token_request(type(reason), f"no access token: {reason}")
    error.__dict__.update(reason.__dict__)
    error.__cause__ = reason.__cause__
    return error


def _failed_token_request(kind: type[ApiError], message: str) -> TokenRequestError:
    return _token_request_class(kind)(message)


_TOKEN_REQUEST_CLASSES: dict[type[ApiError], type[TokenRequestError]] = {}


def _token_request_class(kind: type[ApiError]) -> type[TokenRequestError]:
    made = _TOKEN_REQUEST_CLASSES.get(kind)
    if made is None:
        members = {"__doc__": kind.__doc__, "__module__": __name__, "reason": kind}
        made = type(f"TokenRequest{kind.__name__}", (TokenRequestError, kind), members)
    return _TOKEN_REQUEST_CLASSES.setdefault(kind, made)


class ConnectionFailedError(ApiError):
    """No whole answer: the connection was refused, reset or cut off; `outcome` says whether anything was sent."""

    outcome = "unknown"


class TimedOutError(ApiError, TimeoutError):
    """No whole answer in time; `outcome` says whether anything was sent."""

    outcome = "unknown"


class InvalidResponseError(ApiError):
    """A successful answer that the description refuses; its body is not kept, since it may hold secrets."""

    outcome = "answered"
    field: str | None = None
    """Path of the field that does not fit, such as `items.0.name`."""


class StatusError(ApiError):
    """An answer whose status is not a success."""

    outcome = "answered"
    retry_after: float | None = None
    """Seconds that the server asks to wait: Retry-After (RFC 9110, 10.2.3), on 429 else RateLimit-Reset."""


class ClientError(StatusError):
    """4xx."""


class BadRequestError(ClientError):
    """400."""


class UnauthorizedError(ClientError):
    """401."""


class ForbiddenError(ClientError):
    """403."""


class NotFoundError(ClientError):
    """404."""


class ConflictError(ClientError):
    """409."""


class UnprocessableEntityError(ClientError):
    """422."""


class TooManyRequestsError(ClientError):
    """429."""


class ServerError(StatusError):
    """5xx."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: TooManyRequestsError,
}
_BY_HUNDRED: dict[int, type[StatusError]] = {4: ClientError, 5: ServerError}
# Python 3.13 renamed it (RFC 9110): the class keeps the old name, so the text does too, on every version.
_PHRASES = {422: "Unprocessable Entity"}


def status_error(status_code: int, **facts: Any) -> StatusError:
    """The error for an answer, with its one-line message; `facts` are attributes of `StatusError`."""
    kind = _BY_STATUS.get(status_code) or _BY_HUNDRED.get(status_code // 100, StatusError)
    error = kind("", status_code=status_code, **facts)
    error.args = (_message(error, status_code),)
    return error


def _message(error: StatusError, status_code: int) -> str:
    """`409 Conflict: <title>: <details> (request id req_…)`, as far as known."""
    parts = [f"{status_code} {_phrase(status_code)}".strip()]
    if error.errors:
        first = error.errors[0]
        parts += [_line(text) for name in ("title", "details") if isinstance(text := getattr(first, name, None), str)]
    more = f" (and {len(error.errors) - 1} more)" if len(error.errors) > 1 else ""
    request_id = f" (request id {_line(error.request_id)})" if error.request_id else ""
    return ": ".join(filter(None, parts)) + more + request_id


def _phrase(status_code: int) -> str:
    try:
        return _PHRASES.get(status_code) or HTTPStatus(status_code).phrase
    except ValueError:
        return ""


def _line(text: str, limit: int = 200) -> str:
    """One bounded line: the text is the server's, and messages end up in logs."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 2 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
