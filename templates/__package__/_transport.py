"""Sends the requests of operations: the only module that knows HTTP.

One generator per call (`_Call.steps`) makes every decision and yields what is to be done: `Send` a request, `Wait` some
seconds. It does no I/O, so the two transports differ only in how they carry out these steps.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import logging
import math
import os
import re
import sys
import threading
import uuid
from collections.abc import Generator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import ValidationError

from ._model import UNSET
from ._operation import FIELD_VALUE, Decoder, Operation, Prepared, explain, refusal
from ._retry import Clock, RetryBudget, backoff, fresh_key_wait, is_idempotent, retry_after
from .errors import (
    ApiError,
    ClientClosedError,
    ConnectionFailedError,
    HeaderFacts,
    InvalidRequestError,
    InvalidResponseError,
    StatusError,
    TimedOutError,
    status_error,
)

__all__ = ["DEFAULT_TIMEOUT", "ApiKey", "ApiResponse", "AsyncTransport", "Basic", "Bearer", "Settings", "SyncTransport"]

T = TypeVar("T")
DEFAULT_TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
"""Seconds to connect, to read, to write, and to wait for a free connection."""

_log = logging.getLogger(__package__)
_BODY_KEPT = 4096  # bytes of an error's raw body
_API_KEY = re.compile(r"[\x21-\x7e]+")
_REDACTED = b"[redacted]"
_SHORTEST_SECRET = 6  # characters: replacing shorter texts would garble the body more than it hides
_REPEATED_STATUSES = frozenset({429, 502, 503, 504})
# Faults of this side, which a repeat would meet again.
_NOT_REPEATED = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.PoolTimeout)
# They are made from the operation and its arguments, per call.
_RESERVED_HEADERS = frozenset({"content-type", "content-length", "transfer-encoding", "idempotency-key"})


@dataclass(frozen=True)
class Bearer:
    """RFC 6750: `Authorization: Bearer <api_key>`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return f"Bearer {api_key}"


@dataclass(frozen=True)
class Basic:
    """RFC 7617: the key is `user:password`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return "Basic " + base64.b64encode(api_key.encode()).decode()


@dataclass(frozen=True)
class ApiKey:
    """The key as it is, in a header, the query or a cookie."""

    location: str
    name: str

    def credential(self, api_key: str) -> str:
        """Value of the parameter."""
        return api_key


Scheme: TypeAlias = Bearer | Basic | ApiKey


@dataclass(kw_only=True)
class Settings:
    """What a client is made with, checked; durations are seconds.

    Raises:
        InvalidRequestError: naming the argument, never the value.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    key_variable: str = ""
    """Environment variable that `api_key` comes from when it is None."""
    security: Mapping[str, Scheme] = field(default_factory=dict)
    auth: Any = field(default=None, repr=False)
    timeout: httpx2.Timeout | float | None = None
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
        """Check everything, so that a mistake shows at construction and not at some call."""
        self.base_url = _checked_base_url(self.base_url)
        if self.api_key is None and self.key_variable:
            self.api_key = os.environ.get(self.key_variable) or None
        if self.api_key is not None and not _API_KEY.fullmatch(self.api_key):
            raise refusal("api_key", "must be printable ASCII without blanks, and not empty")
        self.headers = _checked_headers(self.headers or {})
        self.timeout = DEFAULT_TIMEOUT if self.timeout is None else _checked_timeout(self.timeout)
        self.total_timeout = _seconds("total_timeout", self.total_timeout)
        self.max_retry_wait = _seconds("max_retry_wait", self.max_retry_wait, zero=True)
        self.max_retries = _whole("max_retries", self.max_retries, 0)
        self.max_response_size = _whole("max_response_size", self.max_response_size, 1)


class _Triple(NamedTuple, Generic[T]):
    data: T
    status_code: int
    headers: httpx2.Headers


class ApiResponse(HeaderFacts, _Triple[T]):
    """An answer: unpacks to data, status code and headers."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Without header values and plain text or bytes, which may be secret."""
        data = f"<{type(self.data).__name__}>" if isinstance(self.data, (str, bytes)) else repr(self.data)
        return f"{type(self).__name__}(data={data}, status_code={self.status_code})"


@dataclass(frozen=True, slots=True, repr=False)
class Send:
    """Send this request and read the whole answer before `deadline` (on the clock's monotonic scale)."""

    request: httpx2.Request
    auth: Any
    deadline: float


class Wait(NamedTuple):
    """Wait before going on."""

    seconds: float


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """An answer as it came, decompressed."""

    status_code: int
    headers: httpx2.Headers
    content: bytes
    charset: str
    problem: str = ""
    """Why `content` is not the whole body."""


class _DeadlineError(Exception):
    """The total time-out passed."""


Outcome: TypeAlias = Reply | Exception | None
Steps: TypeAlias = Generator[Send | Wait, Outcome, "ApiResponse[T] | ApiError"]


@dataclass(frozen=True, slots=True, repr=False)
class _Limits:
    timeout: Mapping[str, float | None]
    total_timeout: float
    max_retries: int


@dataclass(frozen=True, slots=True, repr=False)
class _Plan:
    """What is the same for every call of an operation."""

    headers: dict[str, str]
    preset: dict[str, tuple[str, str]]
    """Headers of the client that the operation has a parameter for, by Python name of that parameter."""
    query: str
    auth: Any


class _Transport:
    """What both transports share: settings, clock, budget, and the making of requests."""

    _http: httpx2.Client | httpx2.AsyncClient
    extensions: Mapping[str, Any] = {}

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock: Any = Clock()
        self.budget = RetryBudget()
        self.closed = False
        self._plans: dict[Operation[Any], _Plan] = {}
        self._limits = _Limits(
            _checked_timeout(settings.timeout or DEFAULT_TIMEOUT).as_dict(),
            settings.total_timeout,
            settings.max_retries,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.base_url}>"

    def _start(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        timeout: httpx2.Timeout | float | None,
        total_timeout: float | None,
        max_retries: int | None,
    ) -> Steps[T] | ApiError:
        """Everything before the first request; errors are returned, see `_finish`."""
        try:
            if self.closed or self._http.is_closed:
                raise ClientClosedError("the client is closed")
            limits = self._limits_of_call(timeout, total_timeout, max_retries)
            plan = self._plans.get(operation) or self._plan(operation)
            return _Call(self, operation, plan, operation.prepare(arguments), arguments, limits).steps()
        except ApiError as error:
            return error.with_traceback(None)

    def _limits_of_call(
        self, timeout: httpx2.Timeout | float | None, total_timeout: float | None, max_retries: int | None
    ) -> _Limits:
        if timeout is None and total_timeout is None and max_retries is None:
            return self._limits
        return _Limits(
            self._limits.timeout if timeout is None else _checked_timeout(timeout).as_dict(),
            self._limits.total_timeout if total_timeout is None else _seconds("total_timeout", total_timeout),
            self._limits.max_retries if max_retries is None else _whole("max_retries", max_retries, 0),
        )

    def _plan(self, operation: Operation[Any]) -> _Plan:
        own = {"User-Agent": self._user_agent(), "Accept": operation.accept}
        given = {name.lower(): (name, value) for name, value in (self.settings.headers or {}).items()}
        declared = {p.wire.lower(): p.name for p in operation.parameters if p.location == "header"}
        preset = {declared[name]: item for name, item in given.items() if name in declared}
        headers = {name: value for name, value in own.items() if value and name.lower() not in given}
        headers |= dict(item for name, item in given.items() if name not in declared)
        query, auth = self._authorize(operation, headers, "authorization" in given)
        plan = self._plans[operation] = _Plan(headers, preset, query, auth)
        return plan

    def _user_agent(self) -> str:
        """Empty where the http_client that was passed in brings its own."""
        if not self._http.headers.get("User-Agent", "python-httpx2/").startswith("python-httpx2/"):
            return ""
        python = ".".join(map(str, sys.version_info[:3]))
        return f"{self.settings.user_agent} httpx2/{httpx2.__version__} python/{python}".strip()

    def _authorize(self, operation: Operation[Any], headers: dict[str, str], given: bool) -> tuple[str, Any]:
        """Add the credentials; returns a part of the query, and `auth` for httpx2's send()."""
        settings = self.settings
        if given or not operation.security:
            return "", None if given else httpx2.USE_CLIENT_DEFAULT
        if settings.auth is not None:
            return "", settings.auth
        if settings.api_key is not None:
            return self._apply_key(operation, headers, settings.api_key), None
        foreign = self._http.auth is not None or "Authorization" in self._http.headers
        if not foreign and () not in operation.security:
            variable = f" or set {settings.key_variable}" if settings.key_variable else ""
            raise refusal("api_key", f"{operation.name}() needs credentials: pass api_key={variable}")
        return "", httpx2.USE_CLIENT_DEFAULT

    def _apply_key(self, operation: Operation[Any], headers: dict[str, str], api_key: str) -> str:
        known = self.settings.security
        names = next((names for names in operation.security if names and all(name in known for name in names)), ())
        query = []
        for scheme in (known[name] for name in names):
            value = scheme.credential(api_key)
            if scheme.location == "header":
                headers[scheme.name] = value
            elif scheme.location == "cookie":
                headers["Cookie"] = f"{scheme.name}={value}"
            else:
                query.append(f"{quote(scheme.name, safe='')}={quote(value, safe='')}")
        return "&".join(query)

    def build(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        timeout: Mapping[str, float | None],
    ) -> httpx2.Request:
        """One attempt's request; an own object, since auth flows and hooks may change it."""
        extensions = {"timeout": timeout, **self.extensions}
        return self._http.build_request(method, url, headers=headers, content=content, extensions=extensions)

    @staticmethod
    def _finish(outcome: ApiResponse[T] | ApiError) -> ApiResponse[T]:
        """Errors travel as values up to here, so that no frame that holds a request is in their traceback."""
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome


class SyncTransport(_Transport):
    """Sends with an `httpx2.Client`; safe to share between threads."""

    _http: httpx2.Client

    def __init__(self, settings: Settings, http_client: httpx2.Client | None = None) -> None:
        """Make an `httpx2.Client` unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class.
        """
        super().__init__(settings)
        self._owned = http_client is None
        self._http = http_client or httpx2.Client(cookies=_no_cookies())
        if not isinstance(self._http, httpx2.Client):
            raise refusal("http_client", "must be an httpx2.Client")
        self.extensions = {"trace": _bound_reads}

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        timeout: httpx2.Timeout | float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> ApiResponse[T]:
        """Call the operation with arguments by Python name; None for a limit: the client's.

        Raises:
            ApiError: see errors.py.
        """
        steps = self._start(operation, arguments, timeout, total_timeout, max_retries)
        outcome = steps if isinstance(steps, ApiError) else self._run(steps)
        del arguments, steps  # they may hold secrets, and tracebacks show locals
        return self._finish(outcome)

    def _run(self, steps: Steps[T]) -> ApiResponse[T] | ApiError:
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as stop:
                result: ApiResponse[T] | ApiError = stop.value
                return result
            if isinstance(step, Wait):
                outcome = self.clock.sleep(step.seconds)
            else:
                outcome = self._exchange(step)

    def _exchange(self, step: Send) -> Outcome:
        outer = getattr(_reading, "time_left", None)  # set when an auth flow calls another client
        _reading.time_left = lambda: step.deadline - self.clock.monotonic()
        try:
            response = self._http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
            return self._receive(response, step.deadline)
        except (httpx2.RequestError, httpx2.StreamError, _DeadlineError) as error:
            return error
        except RuntimeError:
            return _closed_meanwhile(self._http)
        finally:
            _reading.time_left = outer

    def _receive(self, response: httpx2.Response, deadline: float) -> Reply:
        body = _Collector(self, deadline)
        try:
            for chunk in response.iter_bytes():
                if not body.add(chunk):
                    break
        except httpx2.DecodingError:
            body.problem = "can't be decompressed"
        finally:
            response.close()
        return body.reply(response)

    def close(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        self.closed = True
        if self._owned:
            self._http.close()


class AsyncTransport(_Transport):
    """Sends with an `httpx2.AsyncClient`, under asyncio or trio; safe to share between tasks."""

    _http: httpx2.AsyncClient

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        """Make an `httpx2.AsyncClient` unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class.
        """
        super().__init__(settings)
        self._owned = http_client is None
        self._http = http_client or httpx2.AsyncClient(cookies=_no_cookies())
        if not isinstance(self._http, httpx2.AsyncClient):
            raise refusal("http_client", "must be an httpx2.AsyncClient")

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        timeout: httpx2.Timeout | float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> ApiResponse[T]:
        """Call the operation with arguments by Python name; None for a limit: the client's.

        Raises:
            ApiError: see errors.py.
        """
        steps = self._start(operation, arguments, timeout, total_timeout, max_retries)
        outcome = steps if isinstance(steps, ApiError) else await self._run(steps)
        del arguments, steps  # they may hold secrets, and tracebacks show locals
        return self._finish(outcome)

    async def _run(self, steps: Steps[T]) -> ApiResponse[T] | ApiError:
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as stop:
                result: ApiResponse[T] | ApiError = stop.value
                return result
            if isinstance(step, Wait):
                outcome = await self.clock.asleep(step.seconds)
            else:
                outcome = await self._exchange(step)

    async def _exchange(self, step: Send) -> Outcome:
        import anyio  # httpx2 depends on it; loaded only by who awaits

        try:
            with anyio.move_on_after(step.deadline - self.clock.monotonic()):
                response = await self._http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
                return await self._receive(response, step.deadline)
            return _DeadlineError()
        except (httpx2.RequestError, httpx2.StreamError, _DeadlineError) as error:
            return error
        except RuntimeError:
            return _closed_meanwhile(self._http)

    async def _receive(self, response: httpx2.Response, deadline: float) -> Reply:
        import anyio

        body = _Collector(self, deadline)
        try:
            async with aclosing(response.aiter_bytes()) as chunks:
                async for chunk in chunks:
                    if not body.add(chunk):
                        break
        except httpx2.DecodingError:
            body.problem = "can't be decompressed"
        finally:
            with anyio.CancelScope(shield=True):  # a cancelled call must give its connection back, too
                await response.aclose()
        return body.reply(response)

    async def aclose(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        self.closed = True
        if self._owned:
            await self._http.aclose()


class _Collector:
    """Gathers a body within bounds of size and time."""

    def __init__(self, transport: _Transport, deadline: float) -> None:
        self._limit = transport.settings.max_response_size
        self._now = transport.clock.monotonic
        self._deadline = deadline
        self._chunks: list[bytes] = []
        self._size = 0
        self.problem = ""

    def add(self, chunk: bytes) -> bool:
        """Take a chunk; False: stop reading."""
        if self._now() >= self._deadline:
            raise _DeadlineError
        self._size += len(chunk)
        self._chunks.append(chunk[: _BODY_KEPT if self._size > self._limit else None])
        if self._size > self._limit:
            self.problem = f"is larger than {self._limit} bytes"
        return not self.problem

    def reply(self, response: httpx2.Response) -> Reply:
        """What came."""
        charset = response.charset_encoding or "utf-8"
        return Reply(response.status_code, response.headers, b"".join(self._chunks), charset, self.problem)


class _Call(Generic[T]):
    """One logical call: up to 1 + max_retries requests with one body and one idempotency key."""

    def __init__(
        self,
        transport: _Transport,
        operation: Operation[T],
        plan: _Plan,
        prepared: Prepared,
        arguments: Mapping[str, object],
        limits: _Limits,
    ) -> None:
        self._transport = transport
        self._clock = transport.clock
        self._operation = operation
        self._plan = plan
        self._limits = limits
        self._prepared = prepared
        self._attempts = 0
        self._paid = 0
        self._deadline = self._clock.monotonic() + limits.total_timeout
        self._headers = {**plan.headers, **prepared.headers}
        for name, (header, value) in plan.preset.items():
            self._apply_preset(name, header, value, arguments)
        self._key_header, self._own_key = self._idempotency()
        query = plan.query and ("&" if "?" in prepared.path else "?") + plan.query
        self._url = httpx2.URL(transport.settings.base_url + prepared.path + query)

    def steps(self) -> Steps[T]:
        """Send, judge, and repeat where that is safe."""
        while True:
            self._attempts += 1
            request = self._request()
            started = self._clock.monotonic()
            outcome = yield Send(request, self._plan.auth, self._deadline)
            result = self._judge(outcome, request)
            self._log_attempt(result, self._clock.monotonic() - started)
            if not isinstance(result, ApiError):
                self._transport.budget.give_back(self._paid)
                return result
            wait = self._wait_before_repeat(result)
            if wait is None:
                return result
            _log.info("%s %s: repeat in %.3f s", self._operation.method, self._operation.path, wait)
            yield Wait(wait)

    def _apply_preset(self, name: str, header: str, value: str, arguments: Mapping[str, object]) -> None:
        """A header of the whole client wins over the description's default, and an argument of this call over both."""
        parameter = next(one for one in self._operation.parameters if one.name == name)
        if arguments.get(name) in (None, UNSET, parameter.default):
            self._headers.pop(parameter.wire, None)
            self._headers[header] = value

    def _idempotency(self) -> tuple[str, bool]:
        """Name of the key's header (empty: none declared), and whether the key is ours to replace."""
        parameter = self._operation.idempotency_parameter
        if parameter is None:
            return "", False
        own = not self._headers.get(parameter.wire)
        if own:
            self._headers[parameter.wire] = str(uuid.uuid4())
        return parameter.wire, own

    @property
    def _key(self) -> str | None:
        return self._headers.get(self._key_header)

    def _request(self) -> httpx2.Request:
        left = max(0.001, self._deadline - self._clock.monotonic())
        timeout = {name: min(left, seconds or left) for name, seconds in self._limits.timeout.items()}
        return self._transport.build(self._operation.method, self._url, self._headers, self._prepared.content, timeout)

    def _judge(self, outcome: Outcome, request: httpx2.Request) -> ApiResponse[T] | ApiError:
        """The result of one attempt."""
        result = self._read(outcome, request) if isinstance(outcome, Reply) else self._failure(outcome, request)
        if isinstance(result, ApiError):
            result.attempts = self._attempts
            result.idempotency_key = self._key
        return result

    def _failure(self, error: Exception | None, request: httpx2.Request) -> ApiError:
        """No whole answer came."""
        if isinstance(error, ApiError):  # closed meanwhile
            return error
        if self._clock.monotonic() >= self._deadline:
            return TimedOutError(f"no whole answer within {self._limits.total_timeout:g} s (total_timeout)")
        cause = self._clean(error, request)
        kind = TimedOutError if isinstance(error, httpx2.TimeoutException) else ConnectionFailedError
        failure = kind(f"{type(cause).__name__}: {cause}".rstrip(": "))
        failure.__cause__ = cause
        return failure

    def _clean(self, error: Exception | None, request: httpx2.Request) -> httpx2.RequestError:
        """A copy of httpx2's exception without traceback, chain, and anything of the request but its line."""
        kind = type(error) if isinstance(error, httpx2.TransportError) else httpx2.RequestError
        text = self._redact(str(error).encode(), request).decode()
        if isinstance(error, httpx2.ProtocolError):
            text = text.partition(": ")[0]  # what follows quotes what the server sent
        url = self._redact(str(request.url.copy_with(query=None)).encode(), request).decode()
        return kind(text, request=httpx2.Request(request.method, url))

    def _read(self, reply: Reply, request: httpx2.Request) -> ApiResponse[T] | ApiError:
        if not 200 <= reply.status_code < 300:
            return self._status_error(reply, request)
        decoder = self._decoder(reply.status_code)
        if decoder is None:
            return self._invalid(reply, f"answer of status {reply.status_code}, which is not declared")
        if reply.problem:
            return self._invalid(reply, f"the body {reply.problem}")
        try:
            return ApiResponse(decoder.decode(reply.content, reply.charset), reply.status_code, reply.headers)
        except ValidationError as error:
            path, reason = explain(error)
        return self._invalid(reply, f"{path or 'body'}: {reason}", path or None)

    def _decoder(self, status_code: int) -> Decoder | None:
        """Of that status, else of the range, else the default; another 2xx is read as the one that is declared."""
        decoders = self._operation.decoders
        for status in (str(status_code), f"{status_code // 100}XX", "DEFAULT"):
            if status in decoders:
                return decoders[status]
        return next((decoder for status, decoder in decoders.items() if status[0] == str(status_code)[0]), None)

    def _invalid(self, reply: Reply, problem: str, path: str | None = None) -> InvalidResponseError:
        error = InvalidResponseError(problem, field=path, status_code=reply.status_code, headers=reply.headers)
        if error.request_id:
            error.args = (f"{problem} (request id {error.request_id})",)
        return error

    def _status_error(self, reply: Reply, request: httpx2.Request) -> StatusError:
        content = self._redact(reply.content, request)
        envelope = None if reply.problem else self._envelope(reply.status_code, content)
        body = None if envelope is not None else content.decode(reply.charset, "replace")
        wait = retry_after(reply.status_code, reply.headers, self._clock.time())
        return status_error(
            reply.status_code, headers=reply.headers, envelope=envelope, body=_excerpt(body), retry_after=wait
        )

    def _envelope(self, status_code: int, content: bytes) -> Any:
        """The error body as declared; None where it is something else: every field may be optional, so one must be set."""
        decoder = self._decoder(status_code) or self._decoder(400)
        if decoder is None or decoder.answer.kind != "json":
            return None
        try:
            envelope = decoder.decode(content, "utf-8")
        except ValidationError:
            return None
        return envelope if getattr(envelope, "model_fields_set", True) else None

    def _redact(self, content: bytes, request: httpx2.Request) -> bytes:
        """Replace the secrets of this call, however written."""
        secrets = set(self._prepared.secrets())
        secrets.add(self._transport.settings.api_key or "")
        for name in ("Authorization", "Proxy-Authorization", "Cookie"):
            secrets.update(request.headers.get(name, "").split())
        for secret in sorted(secrets, key=len, reverse=True):
            for written in {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]}:
                if len(written) >= _SHORTEST_SECRET:
                    content = content.replace(written.encode(), _REDACTED)
        return content

    def _wait_before_repeat(self, error: ApiError) -> float | None:
        """Seconds until the next attempt; None: there is none."""
        if self._attempts > self._limits.max_retries or not (self._key or is_idempotent(self._operation.method)):
            return None
        fresh = self._wants_fresh_key(error)
        wait = self._wait(error, fresh)
        if wait is None or wait > self._transport.settings.max_retry_wait:
            return None
        if self._clock.monotonic() + wait >= self._deadline:
            return None
        cost = RetryBudget.TIMEOUT_COST if isinstance(error, TimedOutError) else RetryBudget.COST
        if not self._transport.budget.take(cost):
            return None
        self._paid = cost
        if fresh:
            self._headers[self._key_header] = str(uuid.uuid4())
        return wait

    def _wants_fresh_key(self, error: ApiError) -> bool:
        """After a 5xx the outcome is unknown, and the old key may only replay it: opt-in, since work may be done twice."""
        opted_in = self._own_key and self._transport.settings.fresh_idempotency_key_on_5xx
        return opted_in and (error.status_code or 0) // 100 == 5

    def _wait(self, error: ApiError, fresh: bool) -> float | None:
        """What the server asks for, else our own back-off; None: repeating this makes no sense."""
        own = backoff(self._attempts, self._clock.random())
        if isinstance(error, StatusError):
            if fresh:
                return max(fresh_key_wait(self._attempts), error.retry_after or 0.0)
            if error.status_code not in _REPEATED_STATUSES:
                return None
            return own if error.retry_after is None else error.retry_after
        if isinstance(error, (ConnectionFailedError, TimedOutError)):
            return None if isinstance(error.__cause__, _NOT_REPEATED) else own
        return None

    def _log_attempt(self, result: ApiResponse[T] | ApiError, seconds: float) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s %s: attempt %d, %s, %.3f s, request id %s",
                self._operation.method,
                self._operation.path,
                self._attempts,
                result.status_code or type(result).__name__,
                seconds,
                result.request_id,
            )


# --- sync reads -------------------------------------------------------------------------------------------------------
# httpx2's read time-out bounds the wait for each piece of an answer: a server that sends a byte now and then would hold
# a thread for ever. Async calls are cancelled from outside; a sync call can only be bounded where it reads. httpx2's
# "trace" extension hands out each new connection, and its read() gets a limit: what the current call has left.

_reading = threading.local()


def _bound_reads(event: str, info: Mapping[str, Any]) -> None:
    if not event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
        return
    stream = info["return_value"]
    read = stream.read

    def bounded(max_bytes: int, timeout: float | None = None) -> bytes:
        time_left = getattr(_reading, "time_left", None)
        if time_left is not None:
            left = time_left()
            if left <= 0:
                raise httpx2.ReadTimeout("total time-out")
            timeout = left if timeout is None else min(timeout, left)
        content: bytes = read(max_bytes, timeout)
        return content

    stream.read = bounded


# --- checks of arguments ----------------------------------------------------------------------------------------------


def _checked_base_url(text: str) -> str:
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError):
        url = None
    if url is None or not url.host or url.userinfo or "?" in text or "#" in text:
        raise refusal("base_url", "must be a URL with a host, without user, query and fragment")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise refusal("base_url", "must be https, except for a loopback address")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):  # RFC 9110, 5.6.2
            raise refusal("headers", "a name is not valid")
        if name.lower() in _RESERVED_HEADERS:
            raise refusal("headers", f"{name} is made for each call")
        if not FIELD_VALUE.fullmatch(value) or (name.lower() == "authorization" and not value):
            raise refusal("headers", f"the value of {name} is not valid")
    return dict(headers)


def _checked_timeout(timeout: httpx2.Timeout | float) -> httpx2.Timeout:
    if isinstance(timeout, httpx2.Timeout):
        for seconds in timeout.as_dict().values():
            if seconds is not None:
                _seconds("timeout", seconds)
        return timeout
    return httpx2.Timeout(_seconds("timeout", timeout))


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


def _closed_meanwhile(http_client: httpx2.Client | httpx2.AsyncClient) -> ClientClosedError:
    """For a RuntimeError being handled: httpx2 has no class of its own for a closed client."""
    if not http_client.is_closed:
        raise  # noqa: PLE0704 - called while handling it
    return ClientClosedError("the client was closed during the call")


def _no_cookies() -> CookieJar:
    """A jar that takes none: a repeat must send what the first attempt sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _excerpt(text: str | None) -> str | None:
    return None if text is None else text.encode()[:_BODY_KEPT].decode(errors="ignore")
