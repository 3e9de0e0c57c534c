"""Carries out the steps of calls: the only module that does I/O, once for threads and once for tasks."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import httpx2

from ._call import ApiResponse, Call, DeadlineError, Outcome, Plan, Reply, Send, Steps, Wait
from ._http import is_name
from ._operation import Operation, refusal
from ._retry import Clock, RetryBudget
from ._settings import DEFAULT_TIMEOUT, ApiKey, Basic, Bearer, Scheme, Settings, Timeout
from .errors import ApiError, ClientClosedError

__all__ = [
    "DEFAULT_TIMEOUT",
    "ApiKey",
    "ApiResponse",
    "AsyncTransport",
    "Basic",
    "Bearer",
    "Scheme",
    "Settings",
    "SyncTransport",
    "time_left",
]

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT", httpx2.Client, httpx2.AsyncClient)


class _Transport(Generic[HttpClientT]):
    """What both transports share: settings, clock, budget, and the making of requests."""

    def __init__(self, settings: Settings, http_client: HttpClientT, owned: bool) -> None:
        self.settings = settings
        self.clock: Any = Clock()
        self.budget: RetryBudget = RetryBudget()
        self.closed = False
        self._http: HttpClientT = http_client
        self._owned = owned
        if owned:  # here, or httpx2 would replace its own two at every call
            http_client.headers["User-Agent"] = self._user_agent()
            del http_client.headers["Accept"]
        self._plans: dict[Operation[Any], Plan] = {}
        self._extensions: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.base_url}>"

    def build_request(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        timeout: Mapping[str, float],
    ) -> httpx2.Request:
        """One attempt's request: an object of its own, since auth flows and hooks may change it."""
        extensions = {"timeout": timeout, **self._extensions}
        return self._http.build_request(method, url, headers=headers, content=content, extensions=extensions)

    def _start(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        timeout: Timeout | None,
        total_timeout: float | None,
        max_retries: int | None,
    ) -> Steps[T] | ApiError:
        """All that comes before the first request; an error is returned, see _call.py."""
        try:
            if self.closed or self._http.is_closed:
                raise ClientClosedError("the client is closed")
            limits = self.settings.limits.replaced(timeout, total_timeout, max_retries)
            plan = self._plans.get(operation) or self._plan(operation)
            return Call(self, operation, plan, arguments, limits).steps()
        except ApiError as error:
            return error.with_traceback(None)

    def _plan(self, operation: Operation[Any]) -> Plan:
        settings = self.settings
        own = {"User-Agent": self._user_agent(), "Accept": operation.accept}
        given = {name.lower(): (name, value) for name, value in (settings.headers or {}).items()}
        declared = {one.wire.lower(): one.name for one in operation.parameters if one.location == "header"}
        preset = {declared[name]: item for name, item in given.items() if name in declared}
        headers = {name: value for name, value in own.items() if value and name.lower() not in given}
        headers |= dict(item for name, item in given.items() if name not in declared)
        query, auth = self._authorize(operation, headers, "authorization" in given)
        url = (
            None
            if operation.has_variable_url or query
            else httpx2.URL(settings.base_of(operation.server) + operation.path)
        )
        plan = self._plans[operation] = Plan(headers, preset, query, auth, url)
        return plan

    def _user_agent(self) -> str:
        """Empty where the http_client that was passed in brings its own."""
        if not self._http.headers.get("User-Agent", "python-httpx2/").startswith("python-httpx2/"):
            return ""
        python = ".".join(map(str, sys.version_info[:3]))
        return f"{self.settings.user_agent} httpx2/{httpx2.__version__} python/{python}".strip()

    def _authorize(self, operation: Operation[Any], headers: dict[str, str], given: bool) -> tuple[str, Any]:
        """Add the credentials to the headers; returns a part of the query, and `auth` for httpx2's send()."""
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
        """In the way of the first alternative that we know."""
        known = self.settings.security
        usable = [names for names in operation.security if names and all(name in known for name in names)]
        fit = (names for names in usable if all(is_name(known[name].location, known[name].name) for name in names))
        names = next(fit, usable[0] if usable else ())
        query: list[str] = []
        for scheme in (known[name] for name in names):
            if not is_name(scheme.location, scheme.name):
                raise refusal("api_key", f"no {scheme.location} can have the name that the description gives it")
            value = scheme.credential(api_key)
            if scheme.location == "query":
                query.append(f"{quote(scheme.name, safe='')}={quote(value, safe='')}")
            elif scheme.location == "cookie":
                headers["Cookie"] = f"{scheme.name}={value}"
            else:
                headers[scheme.name] = value
        return "&".join(query)


class SyncTransport(_Transport[httpx2.Client]):
    """Sends with an `httpx2.Client`; safe to share between threads."""

    def __init__(self, settings: Settings, http_client: httpx2.Client | None = None) -> None:
        """Make an `httpx2.Client` unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class.
        """
        if http_client is not None and not isinstance(http_client, httpx2.Client):
            raise refusal("http_client", "must be an httpx2.Client")
        super().__init__(settings, http_client or httpx2.Client(cookies=_no_cookies()), http_client is None)
        self._extensions = {"trace": _bound_reads}

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        timeout: Timeout | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        with_http_info: bool = False,
    ) -> T:
        """Call the operation with arguments by Python name; None for a limit: the client's.

        Returns the answer's data, or all of it `with_http_info`: the types of the twins say so, see _twins.py.

        Raises:
            ApiError: see errors.py.
        """
        try:
            steps = self._start(operation, arguments, timeout, total_timeout, max_retries)
            outcome = steps if isinstance(steps, ApiError) else self._run(steps)
        finally:
            del arguments  # they hold secrets, and tracebacks may be shown with locals
        if isinstance(outcome, ApiError):
            raise outcome
        return cast("T", outcome) if with_http_info else outcome.data

    def _run(self, steps: Steps[T]) -> ApiResponse[T] | ApiError:
        outcome: Outcome = None
        try:
            while True:
                step = steps.send(outcome)
                outcome = self.clock.sleep(step.seconds) if isinstance(step, Wait) else self._exchange(step)
        except StopIteration as stop:
            result: ApiResponse[T] | ApiError = stop.value
            return result

    def _exchange(self, step: Send) -> Outcome:
        outer = getattr(_reading, "time_left", None)  # set when an auth flow calls another client of ours
        _reading.time_left = lambda: step.deadline - self.clock.monotonic()
        try:
            response = self._http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
            return self._receive(response, step.deadline)
        except (httpx2.RequestError, httpx2.StreamError, DeadlineError) as error:
            return error
        except ApiError as error:  # an auth flow has no token to send
            return error.with_traceback(None)
        except RuntimeError:
            if not self._http.is_closed:
                raise
            return _closed_meanwhile()
        finally:
            _reading.time_left = outer

    def _receive(self, response: httpx2.Response, deadline: float) -> Reply:
        body = _Collector(response, self.settings.max_response_size, self.clock, deadline)
        if response.is_stream_consumed:  # by an event hook, or never streamed at all: a mock transport
            return body.reply(response.content)
        try:
            for chunk in response.iter_raw():
                if not body.add(chunk):
                    break
        finally:
            response.close()
        return body.reply()

    def close(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        self.closed = True
        if self._owned:
            self._http.close()


class AsyncTransport(_Transport[httpx2.AsyncClient]):
    """Sends with an `httpx2.AsyncClient`, under asyncio or trio; safe to share between tasks."""

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        """Make an `httpx2.AsyncClient` unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class.
        """
        if http_client is not None and not isinstance(http_client, httpx2.AsyncClient):
            raise refusal("http_client", "must be an httpx2.AsyncClient")
        super().__init__(settings, http_client or httpx2.AsyncClient(cookies=_no_cookies()), http_client is None)

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        timeout: Timeout | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        with_http_info: bool = False,
    ) -> T:
        """Call the operation with arguments by Python name; None for a limit: the client's.

        Returns the answer's data, or all of it `with_http_info`: the types of the twins say so, see _twins.py.

        Raises:
            ApiError: see errors.py.
        """
        try:
            steps = self._start(operation, arguments, timeout, total_timeout, max_retries)
            outcome = steps if isinstance(steps, ApiError) else await self._run(steps)
        finally:
            del arguments  # they hold secrets, and tracebacks may be shown with locals
        if isinstance(outcome, ApiError):
            raise outcome
        return cast("T", outcome) if with_http_info else outcome.data

    async def _run(self, steps: Steps[T]) -> ApiResponse[T] | ApiError:
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as stop:
                result: ApiResponse[T] | ApiError = stop.value
                return result
            outcome = await (self.clock.asleep(step.seconds) if isinstance(step, Wait) else self._exchange(step))

    async def _exchange(self, step: Send) -> Outcome:
        import anyio  # httpx2 depends on it; loaded only by those who await

        try:
            with anyio.move_on_after(step.deadline - self.clock.monotonic()):
                response = await self._http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
                return await self._receive(response, step.deadline)
            return DeadlineError()
        except (httpx2.RequestError, httpx2.StreamError, DeadlineError) as error:
            return error
        except ApiError as error:  # an auth flow has no token to send
            return error.with_traceback(None)
        except RuntimeError:
            if not self._http.is_closed:
                raise
            return _closed_meanwhile()

    async def _receive(self, response: httpx2.Response, deadline: float) -> Reply:
        import anyio

        body = _Collector(response, self.settings.max_response_size, self.clock, deadline)
        if response.is_stream_consumed:  # by an event hook, or never streamed at all: a mock transport
            return body.reply(response.content)
        with anyio.CancelScope() as reading:
            async for chunk in response.aiter_raw():  # closes the answer at its end, also where the call is cancelled
                if not body.add(chunk):
                    # Not break: that would leave httpx2's inner generators to the garbage collector, of which trio
                    # warns. A cancelled read ends them in order.
                    reading.cancel()
        return body.reply()

    async def aclose(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        self.closed = True
        if self._owned:
            await self._http.aclose()


class _Collector:
    """Gathers a body within bounds of size and time, and decompresses it within the same bound of size."""

    def __init__(self, response: httpx2.Response, limit: int, clock: Any, deadline: float) -> None:
        self._response = response
        self._limit = limit
        self._clock = clock
        self._deadline = deadline
        self._late = False
        self._raw: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> bool:
        """Take a chunk as it came; False: stop reading."""
        self._late = self._late or self._clock.monotonic() >= self._deadline
        if self._size <= self._limit:
            self._raw.append(chunk)
            self._size += len(chunk)
        return not self._late and self._size <= self._limit

    def reply(self, content: bytes | None = None) -> Reply:
        """What came, or the `content` that someone else has read; of a body that is refused, its start.

        Raises:
            DeadlineError: it came too late.
        """
        if self._late:
            raise DeadlineError
        problem = ""
        if content is None:
            content = b"".join(self._raw)
            if self._size <= self._limit and "Content-Encoding" in self._response.headers:
                content, problem = self._decompressed(content)
        if len(content) > self._limit:
            content, problem = content[: self._limit], f"is larger than {self._limit} bytes"
        return Reply(self._response, content, problem)

    def _decompressed(self, content: bytes) -> tuple[bytes, str]:
        """Through a second response: httpx2 decompresses in pieces, so that a bomb is found out before it is large."""
        stream = httpx2.ByteStream(content)
        pieces = httpx2.Response(self._response.status_code, headers=self._response.headers, stream=stream).iter_bytes()
        parts: list[bytes] = []
        try:
            while sum(map(len, parts)) <= self._limit and (piece := next(pieces, None)) is not None:
                parts.append(piece)
        except httpx2.DecodingError:
            return b"", "can't be decompressed"
        return b"".join(parts), ""


def _closed_meanwhile() -> ClientClosedError:
    """In place of the RuntimeError of httpx2, which has no class of its own for a closed client."""
    return ClientClosedError("the client was closed during the call")


def _no_cookies() -> CookieJar:
    """A jar that takes none: a repeat must send what the first attempt sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


# httpx2's read time-out bounds the wait for each piece of an answer, so that a server that sends a byte now and then
# would hold a thread for ever. A task can be cancelled from outside; a thread can only be stopped where it reads. The
# "trace" extension hands out each new connection, and its read() gets a bound: what the thread's call has left.
_reading = threading.local()
_CONNECTED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")


def time_left() -> float | None:
    """Seconds that the call has left for which this thread sends; None: for none of ours."""
    left = getattr(_reading, "time_left", None)
    return None if left is None else left()


def _bound_reads(event: str, info: Mapping[str, Any]) -> None:
    if event.endswith(_CONNECTED):
        stream = info["return_value"]
        stream.read = _bounded(stream.read)


def _bounded(read: Any) -> Any:
    def bounded_read(max_bytes: int, timeout: float | None = None) -> Any:
        left = time_left()
        if left is None:  # a request that is not ours, on a shared http_client
            return read(max_bytes, timeout)
        if left <= 0:
            raise httpx2.ReadTimeout("total time-out")
        return read(max_bytes, left if timeout is None else min(timeout, left))

    return bounded_read
