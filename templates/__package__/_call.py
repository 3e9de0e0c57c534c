"""One call of an operation: which requests to send, what their answers mean, when to repeat; without I/O.

`Call.steps` is a generator that yields what is to be done (`Send` a request, `Wait` some seconds, call a function that
may `Block`) and gets the outcome back. It returns errors instead of raising them, so that no frame that holds a request
ends up in a traceback.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import ValidationError

from ._facts import HEADERS, HeaderFacts
from ._headers import value
from ._http import BODILESS, may_lack_content
from ._model import UNSET
from ._operation import Answer, Decoder, Operation, Security, explain
from ._retry import (
    RetryBudget,
    backoff,
    certificate_fault,
    fresh_key_wait,
    is_idempotent,
    is_lasting,
    is_transient,
    retry_after,
    retry_after_header,
)
from ._security import SecretURL
from ._settings import Limits, Settings
from ._text import shown
from .errors import (
    ApiError,
    ClientClosedError,
    ConnectionFailedError,
    InvalidResponseError,
    StatusError,
    TimedOutError,
    name_request,
    status_error,
)

if TYPE_CHECKING:
    from ._throttle import Throttle

__all__ = [
    "ApiResponse",
    "Block",
    "Body",
    "Call",
    "DeadlineError",
    "Outcome",
    "Plan",
    "Pool",
    "Reply",
    "Send",
    "Sender",
    "Step",
    "Steps",
    "Wait",
]

T = TypeVar("T")

_log = logging.getLogger(__package__)
_REDACTED = "[redacted]"
_SHORTEST_SECRET = 6  # characters: to replace shorter texts would garble a body more than it hides
_NOTHING = Decoder(Answer("2XX", "empty"))
# Without a connection, nothing of the request has left.
_NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    ClientClosedError,
)


class _Triple(NamedTuple, Generic[T]):
    data: T
    status_code: int
    headers: httpx2.Headers


class ApiResponse(HeaderFacts, _Triple[T]):
    """An answer: unpacks to data, status code and headers.

    Attributes beside these and those of the headers:
        content: the body as it came, decompressed; it may hold secrets. Empty where it went to a file.
        elapsed: seconds from `started_at` to the end of the answer, further attempts and waits included.
        attempts: number of requests sent by this call.
        idempotency_key: the key sent with the last of them.
    """

    content: bytes = b""
    elapsed: float = 0.0
    attempts: int = 0
    idempotency_key: str | None = None
    _sent_at: float = 0.0

    @property
    def started_at(self) -> datetime:
        """When the first attempt was sent, in UTC."""
        return datetime.fromtimestamp(self._sent_at, UTC)

    def __repr__(self) -> str:
        """Without header values, and without plain text or bytes: these may be secret."""
        data = f"<{type(self.data).__name__}>" if isinstance(self.data, (str, bytes)) else repr(self.data)
        return f"{type(self).__name__}(data={data}, status_code={self.status_code})"


class Body(NamedTuple):
    """What is done with the body of an answer."""

    limit: int
    """Bytes that it may have."""
    into: Path | None = None
    """The file that it goes to; None: it is kept in memory."""


class Send(NamedTuple):
    """Send this request and read the whole answer before `deadline`, on the clock's monotonic scale."""

    request: httpx2.Request
    auth: Any
    deadline: float
    body: Callable[[int], Body]
    """What is done with the body of an answer of this status."""

    def __repr__(self) -> str:
        """Without its values, which hold secrets."""
        return object.__repr__(self)


class Wait(NamedTuple):
    """Wait before going on."""

    seconds: float


class Block(NamedTuple):
    """Call this function, which may block for some time; it takes and gives seconds."""

    function: Callable[[], float]


class Reply(NamedTuple):
    """An answer as it came, decompressed; `problem` says why `content` is not the whole body."""

    response: httpx2.Response
    content: bytes
    problem: str = ""
    file: Path | None = None
    """The file that has the body in place of `content`."""

    def __repr__(self) -> str:
        """Without its values, which hold secrets."""
        return object.__repr__(self)


class DeadlineError(Exception):
    """The total time-out passed."""


Answered: TypeAlias = Reply | Exception | None
Outcome: TypeAlias = Answered | float
Step: TypeAlias = Send | Wait | Block
Steps: TypeAlias = Generator[Step, Outcome, "ApiResponse[T] | ApiError"]


class Plan(NamedTuple):
    """What is the same for every call of an operation by one client."""

    headers: Mapping[str, str]
    preset: Mapping[str, tuple[str, str]]
    """Headers of the caller that the operation has a parameter for, by Python name of that parameter."""
    query: str
    auth: Any
    url: httpx2.URL | None
    """None where it depends on arguments."""

    def __repr__(self) -> str:
        """Without its values, which hold secrets."""
        return object.__repr__(self)


class Sender(Protocol):
    """What a call needs of its transport."""

    settings: Settings
    clock: Any
    throttle: Throttle | None

    def plan(self, operation: Operation[Any], security: Security, extra_headers: Mapping[str, str] | None) -> Plan:
        """What is the same for every call of an operation with this security and these headers."""
        ...


class Pool(Protocol):
    """What a call needs of the pool that sends its requests."""

    budget: RetryBudget

    def build_request(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        timeout: Mapping[str, float],
    ) -> httpx2.Request:
        """One attempt's request."""
        ...


class Call(Generic[T]):
    """One logical call: up to 1 + max_retries requests with one body and one idempotency key."""

    def __init__(
        self,
        sender: Sender,
        pool: Pool,
        operation: Operation[T],
        arguments: Mapping[str, object],
        limits: Limits,
        extra_headers: Mapping[str, str] | None,
        into: Path | None = None,
    ) -> None:
        """Check and encode the arguments; `into` is the file for an answer of bytes.

        Raises:
            InvalidRequestError: naming the argument; `api_key` where credentials are missing.
        """
        self._pool = pool
        self._settings = sender.settings
        self._throttle = sender.throttle
        self._clock = sender.clock
        self._operation = operation
        self._limits = limits
        self._into = into
        self._prepared = operation.prepare(arguments)
        plan = sender.plan(operation, self._prepared.security, extra_headers)
        self._auth = plan.auth
        self._attempts = 0
        self._was_sent = False  # any earlier attempt
        self._is_unsettled = False  # whether the server may be at work on an earlier attempt with the same key
        self._paid = 0
        self._started = self._clock.monotonic()
        self._sent_at = self._clock.time()
        self._deadline = self._started + limits.total_timeout
        self._headers = {**plan.headers, **self._prepared.headers}
        if "Cookie" in plan.headers and "Cookie" in self._prepared.headers:  # an API key, and a parameter
            self._headers["Cookie"] = f"{plan.headers['Cookie']}; {self._prepared.headers['Cookie']}"
        self._url = plan.url or self._full_url(plan.query)
        for name, header in plan.preset.items():
            self._apply_preset(name, header, arguments)
        self._key_header, self._own_key = self._idempotency()

    def _full_url(self, key: str) -> httpx2.URL:
        """With the API key where that is a part of the query."""
        path, operation = self._prepared.path, self._operation
        base = self._settings.base_of(operation.server)
        joint = "" if not key else "&" if "?" in path else "?"
        url = base + path + joint + key
        if not key and not operation.has_secret_url:
            return httpx2.URL(url)
        return SecretURL(url, base + (operation.path if operation.has_secret_url else path))

    def _apply_preset(self, name: str, header: tuple[str, str], arguments: Mapping[str, object]) -> None:
        """A header of the caller wins over the description's default, an argument of this call over both."""
        if arguments.get(name, UNSET) is UNSET:
            parameter = next(parameter for parameter in self._operation.parameters if parameter.name == name)
            self._headers.pop(parameter.wire_name, None)
            self._headers[header[0]] = header[1]

    def _idempotency(self) -> tuple[str, bool]:
        """Name of the key's header (empty: none declared), and whether the key is ours to replace."""
        parameter = self._operation.idempotency_parameter
        if parameter is None:
            return "", False
        own = not self._headers.get(parameter.wire_name)
        if own:
            self._headers[parameter.wire_name] = str(uuid.uuid4())
        return parameter.wire_name, own

    def steps(self) -> Steps[T]:
        """Send, interpret the outcome, and repeat where that is safe."""
        while True:
            if self._throttle is not None:
                yield from self._slow_down(self._throttle)
            self._attempts += 1
            request = self._request()
            started = self._clock.monotonic()
            outcome = yield Send(request, self._auth, self._deadline, self._body)
            assert not isinstance(outcome, (int, float))  # which a `Block` leads to
            if self._throttle is not None and isinstance(outcome, Reply):
                self._throttle.observe(outcome.response.headers)
            if isinstance(outcome, ApiError) and not isinstance(outcome, ClientClosedError):
                # Raised by an auth flow, which repeats by itself: this request was not sent.
                outcome.outcome = "unknown" if self._was_sent else "not_sent"
                return outcome
            result = self._interpret(outcome, request)
            wait = self._wait_before_repeat(result) if isinstance(result, ApiError) else None
            if self._has_listener(wait):
                self._report(result, request, self._clock.monotonic() - started, wait)
            if wait is None:
                return result
            yield Wait(wait)

    def _slow_down(self, throttle: Throttle) -> Generator[Step, Outcome, None]:
        """Wait for the next call's turn, but leave at least half of the time for the call."""
        seconds = (yield Block(throttle.reserve)) if throttle.uses_store() else throttle.reserve()
        assert isinstance(seconds, float)
        left = self._deadline - self._clock.monotonic()
        if (wait := min(seconds, self._settings.max_retry_wait, left / 2)) > 0:
            if _log.isEnabledFor(logging.INFO):
                from ._attempts import report_wait  # only for those who listen

                report_wait(self._operation.name, self._operation.method, self._operation.path, wait)
            yield Wait(wait)

    def _request(self) -> httpx2.Request:
        left = max(0.001, self._deadline - self._clock.monotonic())
        timeout = {name: min(left, seconds or left) for name, seconds in self._limits.timeout.items()}
        content = self._prepared.content
        return self._pool.build_request(self._operation.method, self._url, self._headers, content, timeout)

    def _body(self, status_code: int) -> Body:
        """Bytes may be many, and go to the caller's file; all else is bounded, and kept."""
        decoder = self._decoder(status_code) if 200 <= status_code < 300 else None
        if decoder is None or decoder.answer.kind != "bytes":
            return Body(self._settings.max_response_size)
        return Body(self._settings.max_binary_size, self._into)

    def _has_listener(self, wait: float | None) -> bool:
        level = logging.DEBUG if wait is None else logging.INFO
        return self._settings.on_attempt is not None or _log.isEnabledFor(level)

    def _report(
        self, result: ApiResponse[T] | ApiError, request: httpx2.Request, elapsed: float, wait: float | None
    ) -> None:
        from ._attempts import Attempt, report  # only for those who listen

        operation, url = self._operation, self._url
        error = result if isinstance(result, ApiError) else None
        attempt = Attempt(
            operation=operation.name,
            method=operation.method,
            path=operation.path,
            url=(url.shown if isinstance(url, SecretURL) else str(url)).partition("?")[0],
            number=self._attempts,
            status_code=result.status_code,
            error=None if error is None else type(error.__cause__ or error).__name__,
            request_id=shown(self._request_id(result.headers, request)) or None,
            elapsed=elapsed,
            wait=wait,
            reason=None if error is None or wait is None else self._reason(error),
        )
        report(attempt, self._settings.on_attempt)

    def _reason(self, error: ApiError) -> str:
        """Why the call is repeated, and after this wait."""
        reason = str(error.status_code or type(error.__cause__ or error).__name__)
        if isinstance(error, StatusError) and error.retry_after is not None:
            assert error.status_code is not None
            assert error.headers is not None
            header = retry_after_header(error.status_code, error.headers, self._clock.time())
            reason += f" ({header} asks for {error.retry_after:g} s)"
        return f"{reason}, with a new idempotency key" if self._wants_fresh_key(error) else reason

    # --- what an outcome means

    def _interpret(self, outcome: Answered, request: httpx2.Request) -> ApiResponse[T] | ApiError:
        result = self._read(outcome, request) if isinstance(outcome, Reply) else self._failure(outcome, request)
        result.attempts = self._attempts
        result.idempotency_key = self._headers.get(self._key_header)
        if isinstance(result, ApiError):
            result.is_retryable = self._is_retryable(result, outcome)
        else:
            self._pool.budget.give_back(self._paid)
        return result

    def _failure(self, error: Exception | None, request: httpx2.Request) -> ApiError:
        """No whole answer came."""
        failure = self._failure_of(error, request)
        if isinstance(error, _NOT_SENT):
            failure.outcome = "unknown" if self._was_sent else "not_sent"
        return failure

    def _failure_of(self, error: Exception | None, request: httpx2.Request) -> ApiError:
        if isinstance(error, ClientClosedError):
            return error
        if isinstance(error, DeadlineError) or self._clock.monotonic() >= self._deadline:
            return TimedOutError(f"no whole answer within {self._limits.total_timeout:g} s (total_timeout)")
        cause = self._clean(error, request)
        kind = TimedOutError if isinstance(error, httpx2.TimeoutException) else ConnectionFailedError
        text = f"{type(cause).__name__}: {cause}".rstrip(": ")
        failure = kind(f"{text} (nothing was sent)" if isinstance(error, _NOT_SENT) and not self._was_sent else text)
        failure.__cause__ = cause
        return failure

    def _clean(self, error: Exception | None, request: httpx2.Request) -> httpx2.RequestError:
        """A copy of httpx2's exception without traceback, chain, and anything of the request but its line."""
        # Under trio, the text of an error of TLS is that of its cause.
        text = self._redact(str(error) or certificate_fault(error), request)
        if isinstance(error, httpx2.ProtocolError):
            text = text.partition(": ")[0]  # what follows quotes what was sent or received
        url = self._redact(str(request.url.copy_with(query=None)), request)
        kind = type(error) if isinstance(error, httpx2.TransportError) else httpx2.RequestError
        return kind(shown(text, 512), request=httpx2.Request(request.method, url))

    def _read(self, reply: Reply, request: httpx2.Request) -> ApiResponse[T] | ApiError:
        response = reply.response
        if not 200 <= response.status_code < 300:
            return self._status_error(reply, request)
        decoder = self._decoder(response.status_code) or _NOTHING  # as the method says that declares no success
        if reply.problem:
            return self._invalid(reply, request, f"the body {reply.problem}")
        if reply.file is not None:
            return self._response(reply.file, reply)
        if decoder.size_of(reply.content) > (limit := self._settings.max_response_size):
            small = "of which each object counts as 40 bytes at least and each array as 16"
            return self._invalid(reply, request, f"the body is larger than {limit} bytes, {small}")
        try:
            data = decoder.decode(reply.content, response.headers, self._sent_at)
        except ValidationError as error:
            path, reason = explain(error, redact=lambda key: self._redact(key, request))
        except RecursionError:
            path, reason = "", "nests too deeply"
        else:
            return self._response(data, reply)
        return self._invalid(reply, request, f"{path or 'body'}: {reason}", path or None)

    def _response(self, data: Any, reply: Reply) -> ApiResponse[T]:
        response: ApiResponse[T] = ApiResponse(data, reply.response.status_code, reply.response.headers)
        response.content = reply.content
        response.elapsed = self._clock.monotonic() - self._started
        response._sent_at = self._sent_at
        return response

    def _decoder(self, status_code: int) -> Decoder | None:
        """The decoder of that status, else of its range, else the default.

        An undeclared success is read as a declared one (RFC 9110, 15), since the method returns no other type. An
        undeclared error without a default is read as another error of its class.
        """
        decoders = self._operation.decoders
        if (exact := decoders.get(str(status_code))) is not None:  # as nearly always
            return exact
        same_class = [status for status in decoders if status[0] == str(status_code)[0]]
        others = [*same_class, "DEFAULT"] if 200 <= status_code < 300 else ["DEFAULT", *same_class]
        if status_code in BODILESS:
            others.sort(key=lambda status: status not in decoders or decoders[status].answer.kind != "empty")
        wanted = (f"{status_code // 100}XX", *others)
        status = next((status for status in wanted if status in decoders), "")
        if status_code in BODILESS and may_lack_content(self._operation.method, status):
            return _NOTHING
        return decoders.get(status)

    def _invalid(
        self, reply: Reply, request: httpx2.Request, problem: str, path: str | None = None
    ) -> InvalidResponseError:
        response = reply.response
        text = f"{problem}{name_request(self._request_id(response.headers, request))}"
        return InvalidResponseError(text, field=path, status_code=response.status_code, headers=response.headers)

    def _status_error(self, reply: Reply, request: httpx2.Request) -> StatusError:
        from ._error_body import READ, excerpt, read_envelope, read_json, read_text  # only for those who need it

        response = reply.response
        body = self._redact(read_text(reply.content, response.headers), request)
        problem = read_json(body, is_cut=bool(reply.problem) or len(reply.content) > READ)
        decoder = self._decoder(response.status_code) or self._decoder(400)
        is_declared = problem is not None and decoder is not None and decoder.answer.kind == "json"
        return status_error(
            response.status_code,
            problem,
            self._request_id(response.headers, request),
            headers=response.headers,
            envelope=read_envelope(decoder.adapter, problem) if decoder and is_declared else None,
            body=excerpt(body),
            retry_after=retry_after(response.status_code, response.headers, self._clock.time()),
        )

    def _request_id(self, headers: httpx2.Headers | None, request: httpx2.Request) -> str:
        """Empty where the answer names none."""
        return self._redact(value(headers, HEADERS.get("request_id", ())) or "", request)

    def _redact(self, text: str, request: httpx2.Request) -> str:
        """Replace the secrets of this call, however they are written."""
        secrets = {*self._settings.keyring.secrets(request), *self._prepared.secrets()}
        forms = {form for secret in secrets for form in _forms(secret)}
        for form in sorted(forms, key=len, reverse=True):
            if len(form) >= _SHORTEST_SECRET:
                text = text.replace(form, _REDACTED)
        return text

    # --- whether to repeat

    def _is_retryable(self, error: ApiError, outcome: Outcome) -> bool:
        """Whether the same request may be repeated: the fault is transient, and nothing is done twice."""
        has_key = bool(self._key_header) or is_idempotent(self._operation.method)
        is_safe = has_key or error.outcome == "not_sent"
        if isinstance(error, StatusError):
            # While the server is at work on an earlier attempt, the same key is a conflict.
            is_busy = error.status_code == 409 and self._is_unsettled and bool(self._key_header)
            return is_safe and (is_transient(error.status_code) or is_busy)
        if not isinstance(outcome, (httpx2.RequestError, httpx2.StreamError, DeadlineError)):
            return False
        return is_safe and not is_lasting(outcome)

    def _wait_before_repeat(self, error: ApiError) -> float | None:
        """Seconds until the next attempt; None: there is none."""
        fresh = self._wants_fresh_key(error)
        if self._attempts > self._limits.max_retries or not (error.is_retryable or fresh):
            return None
        if isinstance(error.__cause__, httpx2.PoolTimeout):  # of our own making, and it has waited already
            return None
        wait = self._wait(error, fresh)
        if wait is None or self._clock.monotonic() + wait >= self._deadline:
            return None
        cost = RetryBudget.TIMEOUT_COST if isinstance(error, TimedOutError) else RetryBudget.COST
        if not self._pool.budget.take(cost):
            return None
        self._paid = cost
        self._prepare_repeat(error, fresh)
        return wait

    def _prepare_repeat(self, error: ApiError, fresh: bool) -> None:
        """Remember what this attempt may have done, and replace its key where the next one needs another."""
        self._was_sent = self._was_sent or error.outcome != "not_sent"
        self._is_unsettled = not fresh and (self._is_unsettled or _may_still_run(error))
        if fresh:
            self._headers[self._key_header] = str(uuid.uuid4())

    def _wants_fresh_key(self, error: ApiError) -> bool:
        """After a 5xx the old key may only replay it. Opt-in: the work may be done twice."""
        return self._settings.fresh_idempotency_key_on_5xx and self._own_key and 500 <= (error.status_code or 0) < 600

    def _wait(self, error: ApiError, fresh: bool) -> float | None:
        """The wait that the server asks for, plus a random back-off, so that not all clients come at once.

        None: it is longer than a call may wait.
        """
        own = backoff(self._attempts, self._clock.random())
        asked = (error.retry_after or 0.0) if isinstance(error, StatusError) else 0.0
        if fresh:
            asked = max(asked, fresh_key_wait(self._attempts))
        return asked + own if max(asked, own) <= self._settings.max_retry_wait else None


def _forms(secret: str) -> tuple[str, ...]:
    """How a text can be written in URLs and JSON."""
    return secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]


def _may_still_run(error: ApiError) -> bool:
    """Whether the server may be at work on the request all the same: 429 says that it has not begun."""
    return error.outcome != "not_sent" and error.status_code != 429
