"""Everything that the client raises.

    ApiError
    ├── InvalidRequestError (ValueError)      an argument does not fit the description; nothing was sent
    │   └── VariantError (TypeError)          arguments that do not go together, or are not enough
    ├── ClientClosedError (RuntimeError)      the client was closed before the call
    ├── ClientMovedError (RuntimeError)       the http_client passed in belongs to another process or event loop
    ├── TokenExpiredError                     the access token has expired and cannot be renewed
    ├── TokenRequestError                     there is no access token; also of the class of the reason
    ├── ConnectionFailedError                 no whole answer: refused, reset, cut off
    ├── TimedOutError (TimeoutError)          no whole answer in time
    ├── InvalidResponseError                  a successful answer that does not fit the description
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

`except ApiError` catches all of them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ._facts import ErrorFacts
from ._headers import RateLimit
from ._text import shown

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


class ApiError(ErrorFacts, Exception):
    """Root of everything that the client raises. What is not known (no answer came) is None.

    Attributes beside those of the headers:
        status_code: of the answer.
        headers: of the answer (`httpx2.Headers`).
        envelope: the parsed error body, as far as it is what the description declares for this status.
        body: start of the raw error body (at most 4 KiB), without the secrets of the call.
        attempts: number of requests sent by this call.
        idempotency_key: the key sent with the last of them; use it to repeat the very same call.
        outcome: what the server can have seen of the call. `"not_sent"`: nothing (an argument was refused, no
            connection was made or became free); `"unknown"`: an attempt was lost or timed out after sending began, or
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


class InvalidRequestError(ApiError, ValueError):
    """An argument does not fit the description, or a setting is invalid; nothing was sent."""

    argument: str | None = None
    """Name of the Python argument."""


class VariantError(InvalidRequestError, TypeError):
    """A body can be one of several objects, and the arguments are those of none of them."""


class ClientClosedError(ApiError, RuntimeError):
    """The client was closed before the call."""


class ClientMovedError(ApiError, RuntimeError):
    """The `http_client` that was passed in was used in another process or event loop before; nothing was sent."""


class TokenExpiredError(ApiError):
    """The access token has expired and cannot be renewed; nothing was sent."""


class TokenRequestError(ApiError):
    """There is no access token, so nothing was sent; each error is also of the class of its reason.

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

    outcome: Literal["not_sent", "unknown", "answered"] = "unknown"


class TimedOutError(ApiError, TimeoutError):
    """No whole answer in time; `outcome` says whether anything was sent."""

    outcome: Literal["not_sent", "unknown", "answered"] = "unknown"


class InvalidResponseError(ApiError):
    """A successful answer that does not fit the description; its body is not kept, since it may hold secrets."""

    outcome: Literal["not_sent", "unknown", "answered"] = "answered"
    field: str | None = None
    """Path of the field that does not fit, such as `items.0.name`."""


class StatusError(ApiError):
    """An answer whose status is not a success."""

    outcome: Literal["not_sent", "unknown", "answered"] = "answered"
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


# Members that say what is wrong: of many APIs, of RFC 9457, 3.1, and of RFC 6749, 5.2.
_TEXTS = ("title", "message", "msg", "details", "detail", "error", "error_description")
# Members that hold what is wrong, as lists of such objects, or as one.
_HOLDERS = ("errors", "details", "detail", "error")


def status_error(status_code: int, problem: object, request_id: str, **facts: Any) -> StatusError:
    """The error for an answer, with its one-line message; `problem` is the body's JSON, `facts` are attributes."""
    kind = _BY_STATUS.get(status_code) or _BY_HUNDRED.get(status_code // 100, StatusError)
    error = kind("", status_code=status_code, **facts)
    error.args = (f"{_message(error, status_code, problem)}{name_request(request_id)}",)
    return error


def _message(error: StatusError, status_code: int, problem: object) -> str:
    """`409 Conflict: <title>: <details>`, as far as known."""
    sources = (*error.errors[:1], error.envelope, *_first_items(problem), problem)
    texts = next(filter(None, map(_texts, sources)), [])
    parts = [f"{status_code} {_phrase(status_code)}".strip(), *texts]
    more = f" (and {len(error.errors) - 1} more)" if len(error.errors) > 1 else ""
    return f"{': '.join(parts)}{more}"


def _texts(source: object) -> list[str]:
    """What it says is wrong, in lines."""
    members = source if isinstance(source, dict) else {name: getattr(source, name, None) for name in _TEXTS}
    texts = (members.get(name) for name in _TEXTS)
    return list(filter(None, (shown(text) for text in texts if isinstance(text, str))))


def _first_items(problem: object) -> list[object]:
    """Of `errors`, of a `detail` as FastAPI has it, and the object `error`, whether described or not."""
    held = [problem.get(name) for name in _HOLDERS] if isinstance(problem, dict) else []
    return [part[0] if isinstance(part, list) else part for part in held if part and isinstance(part, (list, dict))]


def name_request(request_id: str) -> str:
    """` (request id req_…)`, for the end of a message; empty where the answer names none."""
    return f" (request id {shown(request_id)})" if request_id else ""


def _phrase(status_code: int) -> str:
    try:
        return _PHRASES.get(status_code) or HTTPStatus(status_code).phrase
    except ValueError:
        return ""
