"""Carries out the steps of calls: the only module that does I/O, once for threads and once for tasks."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeAlias, TypeVar, cast

import httpx2

from ._call import ApiResponse, Block, Call, DeadlineError, Outcome, Plan, Reply, Send, Step, Steps, Wait
from ._connections import drop_surplus, reading, time_left
from ._environment import HttpOptions
from ._frames import empty_frames, interruption, is_of_caller, without_tracebacks
from ._http import is_loopback
from ._operation import Operation, Security, invalid_argument
from ._pools import AsyncBorrowedPool, AsyncPools, BorrowedPool, Pool, Pools, SharedPools
from ._retry import Clock
from ._security import BoundAuth, merged
from ._settings import DEFAULT_TIMEOUT, Settings, Timeout, checked_headers
from .errors import ApiError, ClientClosedError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from ._files import FileBody
    from ._throttle import Throttle

    StrPath: TypeAlias = str | os.PathLike[str]

__all__ = [
    "DEFAULT_TIMEOUT",
    "ApiResponse",
    "AsyncTransport",
    "Settings",
    "SyncTransport",
    "time_left",
]

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT", httpx2.Client, httpx2.AsyncClient)
Options: TypeAlias = tuple[Timeout | None, float | None, int | None, Mapping[str, str] | None]
"""`timeout`, `total_timeout`, `max_retries` and `extra_headers` of one call; None for the client's."""


class PassThrough(NamedTuple):
    """An exception to raise unchanged: of the caller's own code, a cancellation, an interrupt."""

    error: BaseException

    @classmethod
    def of(cls, error: BaseException) -> PassThrough:
        """Without what the frames hold, except for those of the caller's code."""
        empty_frames(error)
        return cls(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))


class _Transport(Generic[HttpClientT]):
    """What both transports share: settings, clock, the plans of requests, and the meaning of exceptions."""

    settings: Settings
    _pools: Any

    def __init__(self, settings: Settings, http_client: HttpClientT | None) -> None:
        self.settings = settings
        self.clock: Any = Clock()
        self.throttle: Throttle | None = _throttle_of(settings, lambda: self.clock) if settings.throttle else None
        self._http_client: HttpClientT | None = http_client
        self._plans: dict[tuple[Operation[Any], Security], Plan] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.base_url}>"

    def view(self, settings: Settings) -> Self:
        """One that sends by the same pool with other settings, and leaves that open when it is closed."""
        other = copy(self)
        other.settings, other._plans, other._pools = settings, {}, SharedPools(self._pools)
        return other

    def _http_options(self) -> HttpOptions:
        settings = self.settings
        uses_tls = not settings.is_base_url_given or settings.base_url.startswith("https:")  # an operation has a server
        uses_proxies = not is_loopback(httpx2.URL(settings.base_url).host)
        return HttpOptions(self._user_agent(), uses_proxies, uses_tls)

    def _steps(
        self,
        pool: Pool[HttpClientT],
        operation: Operation[T],
        arguments: Mapping[str, object],
        timeout: Timeout | None,
        total_timeout: float | None,
        max_retries: int | None,
        extra_headers: Mapping[str, str] | None,
        into: StrPath | None,
    ) -> Steps[T]:
        """All that comes before the first request.

        Raises:
            ApiError: see errors.py.
        """
        limits = self.settings.limits.replaced(timeout, total_timeout, max_retries)
        path = None if into is None else _path_of(into)
        return Call(self, pool, operation, arguments, limits, extra_headers, path).steps()

    def _headers(
        self, operation: Operation[Any], callers: Mapping[str, tuple[str, str]]
    ) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
        """The headers of every call, and those that are arguments; `callers` are those of the caller."""
        ours = {"User-Agent": self._user_agent(), "Accept": operation.accept}
        declared = {
            parameter.wire_name.lower(): parameter.name
            for parameter in operation.parameters
            if parameter.location == "header"
        }
        headers = {name: value for name, value in ours.items() if value and name.lower() not in callers}
        headers |= dict(item for name, item in callers.items() if name not in declared)
        return headers, {declared[name]: item for name, item in callers.items() if name in declared}

    def plan(self, operation: Operation[Any], security: Security, extra_headers: Mapping[str, str] | None) -> Plan:
        """What is the same for every call of an operation with this security; made once.

        A call with headers of its own has a plan of its own: they win over those of the client, and count as
        credentials where those do.
        """
        if extra_headers is not None:
            return self._plan(operation, security, checked_headers("extra_headers", extra_headers))
        plan = self._plans.get((operation, security))
        if plan is None:
            plan = self._plans[operation, security] = self._plan(operation, security, {})
        return plan

    def _plan(self, operation: Operation[Any], security: Security, extra_headers: Mapping[str, str]) -> Plan:
        settings = self.settings
        callers = {name.lower(): (name, value) for name, value in (settings.headers or {}).items()}
        callers |= {name.lower(): (name, value) for name, value in extra_headers.items()}
        headers, preset = self._headers(operation, callers)
        own = {name: value for name, (_, value) in callers.items()}
        credentials = settings.keyring.credentials(operation.name, security, own, self._http_client)
        base_url = settings.base_of(operation.server)
        if isinstance(credentials.auth, BoundAuth):
            credentials.auth.check(base_url)
        headers = merged(headers, credentials.headers)
        is_variable = operation.has_variable_url or credentials.query
        url = None if is_variable else httpx2.URL(base_url + operation.path)
        return Plan(headers, preset, credentials.query, credentials.auth, url)

    def _user_agent(self) -> str:
        """Empty where the http_client that was passed in brings its own."""
        headers = {} if self._http_client is None else self._http_client.headers
        if not headers.get("User-Agent", "python-httpx2/").startswith("python-httpx2/"):
            return ""
        python = ".".join(map(str, sys.version_info[:3]))
        return f"{self.settings.user_agent} httpx2/{httpx2.__version__} python/{python}".strip()

    def _interpret(self, error: BaseException, step: Step, pool: Pool[HttpClientT]) -> Outcome | PassThrough:
        """What came instead of an answer, without the request that its traceback holds."""
        if isinstance(error, (ApiError, DeadlineError)):  # of an auth flow that has no token to send
            return without_tracebacks(error)
        if not isinstance(error, Exception) or not isinstance(step, Send):
            return PassThrough.of(error)
        if (interrupt := interruption(error)) is not None:
            return PassThrough.of(interrupt)
        if isinstance(error, httpx2.HTTPStatusError) and _is_of(error, step.request) and not error.response.is_success:
            return self._reply(error.response)
        if isinstance(error, httpx2.RequestError) and (_is_of(error, step.request) or not is_of_caller(error)):
            return without_tracebacks(error)
        return PassThrough.of(error) if is_of_caller(error) else self._misuse_error(error, step, pool)

    def _body(self, response: httpx2.Response, step: Send) -> _Collector | FileBody:
        body = step.body(response.status_code)
        if body.into is None:
            return _Collector(response, body.limit, self.clock.monotonic, step.deadline)
        from ._files import FileBody  # few need it

        return FileBody(response, body, self.clock.monotonic, step.deadline)

    def _misuse_error(self, error: Exception, step: Send, pool: Pool[HttpClientT]) -> Outcome:
        """What httpx2 raises bare where a client is used as it can't be."""
        if pool.http.is_closed:  # httpx2 has no class of its own for that
            return ClientClosedError("the client was closed during the call")
        text = type(error).__name__
        if pool.use is not None and isinstance(error, RuntimeError):
            text += " (is the http_client used in another event loop?)"
        return httpx2.LocalProtocolError(text, request=step.request)  # a kind of error that is not repeated

    def _reply(self, response: httpx2.Response) -> Outcome:
        """The answer that made an event hook call raise_for_status(): its body is there if the hook has read it."""
        if not response.is_stream_consumed:
            return Reply(response, b"", "was not read by the event hook that raised an exception")
        with suppress(httpx2.StreamError):
            return _Collector(response, self.settings.max_response_size, self.clock.monotonic, math.inf).reply(
                response.content
            )
        return Reply(response, b"", "was consumed by an event hook")


class SyncTransport(_Transport[httpx2.Client]):
    """Sends with an `httpx2.Client`; safe to share between threads, and usable in forked processes."""

    _pools: Pools | BorrowedPool | SharedPools

    def __init__(self, settings: Settings, http_client: httpx2.Client | None = None) -> None:
        """Make an `httpx2.Client` for each process, unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class, or the environment has a proxy that is none.
        """
        if http_client is not None and not isinstance(http_client, httpx2.Client):
            raise invalid_argument("http_client", "must be an httpx2.Client")
        super().__init__(settings, http_client)
        self._pools = Pools(self._http_options()) if http_client is None else BorrowedPool(http_client)

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        options: Options = (None, None, None, None),
        *,
        with_http_info: bool = False,
        into: StrPath | None = None,
    ) -> T:
        """Call the operation with arguments by Python name; None for an option: the client's.

        Returns the answer's data, or all of it `with_http_info`: the types of the twins say so, see _twins.py. Bytes go
        into a file, where one is named, and the data is its path: the overloads of methods say so.

        Raises:
            ApiError: see errors.py.
        """
        try:
            outcome = self._outcome(operation, arguments, *options, into)
        finally:
            del arguments, options  # they hold secrets, and tracebacks may be shown with locals
        if isinstance(outcome, BaseException):
            try:
                raise outcome
            finally:
                del outcome  # else the exception holds this frame, and the frame the exception
        return cast("T", outcome) if with_http_info else outcome.data

    def _outcome(
        self, operation: Operation[T], arguments: Mapping[str, object], *options: Any
    ) -> ApiResponse[T] | BaseException:
        """An exception is returned: raised, it would keep the frames that it passes."""
        try:
            pool = self._pools.get()
            steps = self._steps(pool, operation, arguments, *options)
        except ApiError as error:
            return without_tracebacks(error)
        return self._run(steps, pool)

    def _run(self, steps: Steps[T], pool: Pool[httpx2.Client]) -> ApiResponse[T] | BaseException:
        outcome: Outcome | PassThrough = None
        while not isinstance(outcome, PassThrough):
            try:
                step = steps.send(outcome)
            except StopIteration as stop:
                result: ApiResponse[T] | ApiError = stop.value
                return result
            outcome = self._perform(step, pool)
        return outcome.error

    def _perform(self, step: Step, pool: Pool[httpx2.Client]) -> Outcome | PassThrough:
        try:
            if isinstance(step, Block):
                return step.function()
            return self.clock.sleep(step.seconds) if isinstance(step, Wait) else self._exchange(step, pool)
        except BaseException as error:  # noqa: BLE001 (it is raised again by `call`, where that is right)
            return self._interpret(error, step, pool)

    def _exchange(self, step: Send, pool: Pool[httpx2.Client]) -> Reply:
        outer = getattr(reading, "time_left", None)  # set when an auth flow calls another client of ours
        reading.time_left = lambda: step.deadline - self.clock.monotonic()
        try:
            response = pool.http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
            drop_surplus(response)
            if pool.use is not None:
                pool.use.note(response)
            return self._receive(response, step)
        finally:
            reading.time_left = outer

    def _receive(self, response: httpx2.Response, step: Send) -> Reply:
        body = self._body(response, step)
        try:
            if response.is_stream_consumed:  # by an event hook, or never streamed at all: a mock transport
                return body.reply(response.content)
            try:
                for piece in response.iter_raw():
                    if not body.add(piece):
                        break
            finally:
                response.close()
            return body.reply()
        finally:
            body.close()

    def close(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        self._pools.close()


class AsyncTransport(_Transport[httpx2.AsyncClient]):
    """Sends with an `httpx2.AsyncClient`; safe to share between tasks, event loops and forked processes."""

    _pools: AsyncPools | AsyncBorrowedPool | SharedPools

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        """Make an `httpx2.AsyncClient` for each event loop, of asyncio or trio, unless one is passed in.

        Raises:
            InvalidRequestError: `http_client` is of another class, or the environment has a proxy that is none.
        """
        if http_client is not None and not isinstance(http_client, httpx2.AsyncClient):
            raise invalid_argument("http_client", "must be an httpx2.AsyncClient")
        super().__init__(settings, http_client)
        self._pools = AsyncPools(self._http_options()) if http_client is None else AsyncBorrowedPool(http_client)

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        options: Options = (None, None, None, None),
        *,
        with_http_info: bool = False,
        into: StrPath | None = None,
    ) -> T:
        """Call the operation with arguments by Python name; None for an option: the client's.

        Returns the answer's data, or all of it `with_http_info`: the types of the twins say so, see _twins.py. Bytes go
        into a file, where one is named, and the data is its path: the overloads of methods say so.

        Raises:
            ApiError: see errors.py.
        """
        try:
            outcome = await self._outcome(operation, arguments, *options, into)
        finally:
            del arguments, options  # they hold secrets, and tracebacks may be shown with locals
        if isinstance(outcome, BaseException):
            try:
                raise outcome
            finally:
                del outcome  # else the exception holds this frame, and the frame the exception
        return cast("T", outcome) if with_http_info else outcome.data

    async def _outcome(
        self, operation: Operation[T], arguments: Mapping[str, object], *options: Any
    ) -> ApiResponse[T] | BaseException:
        """An exception is returned: raised, it would keep the frames that it passes."""
        try:
            pool = await self._pools.get()
            steps = self._steps(pool, operation, arguments, *options)
        except ApiError as error:
            return without_tracebacks(error)
        return await self._run(steps, pool)

    async def _run(self, steps: Steps[T], pool: Pool[httpx2.AsyncClient]) -> ApiResponse[T] | BaseException:
        outcome: Outcome | PassThrough = None
        while not isinstance(outcome, PassThrough):
            try:
                step = steps.send(outcome)
            except StopIteration as stop:
                result: ApiResponse[T] | ApiError = stop.value
                return result
            outcome = await self._perform(step, pool)
        return outcome.error

    async def _perform(self, step: Step, pool: Pool[httpx2.AsyncClient]) -> Outcome | PassThrough:
        try:
            if isinstance(step, Block):
                return await _in_thread(step.function, abandon_on_cancel=True)
            return await (self.clock.asleep(step.seconds) if isinstance(step, Wait) else self._exchange(step, pool))
        except BaseException as error:  # noqa: BLE001 (it is raised again by `call`, where that is right)
            return self._interpret(error, step, pool)

    async def _exchange(self, step: Send, pool: Pool[httpx2.AsyncClient]) -> Outcome:
        import anyio  # httpx2 depends on it; loaded only by those who await

        body: _Collector | FileBody | None = None
        try:
            with anyio.move_on_after(step.deadline - self.clock.monotonic()) as sending:
                response = await pool.http.send(step.request, stream=True, follow_redirects=False, auth=step.auth)
                drop_surplus(response)
                if pool.use is not None:
                    pool.use.note(response)
                body = self._body(response, step)
                if response.is_stream_consumed:  # by an event hook, or never streamed at all: a mock transport
                    return body.reply(response.content)
                async for piece in response.aiter_raw():  # closes the answer at its end, also where it is cancelled
                    if not (await _in_thread(body.add, piece) if body.blocks else body.add(piece)):
                        # Not break: that would leave httpx2's inner generators to the garbage collector, of which trio
                        # warns. A cancelled read ends them in order.
                        sending.cancel()
                return await _in_thread(body.reply) if body.blocks else body.reply()
            return DeadlineError() if body is None or not body.is_refused else body.reply()
        finally:
            if body is not None:
                body.close()

    async def aclose(self) -> None:
        """Close the connections, unless the `http_client` was passed in."""
        await self._pools.aclose()


class _Collector:
    """Gathers a body within bounds of size and time, and decompresses it within the same bound of size."""

    blocks = False

    def __init__(self, response: httpx2.Response, limit: int, now: Callable[[], float], deadline: float) -> None:
        self._response = response
        self._limit = limit
        self._now = now
        self._deadline = deadline
        self._late = False
        self._raw: list[bytes] = []
        self._size = 0

    def close(self) -> None:
        """Nothing to let go of."""

    def add(self, chunk: bytes) -> bool:
        """Take a chunk as it came; False: stop reading."""
        self._late = self._late or self._now() >= self._deadline
        if self._size <= self._limit:
            self._raw.append(chunk)
            self._size += len(chunk)
        return not self.is_refused

    @property
    def is_refused(self) -> bool:
        """Whether it came too late, or is too large."""
        return self._late or self._size > self._limit

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


def _throttle_of(settings: Settings, clock: Callable[[], Any]) -> Throttle:
    from ._throttle import throttle_of  # needed by few, and stores with it

    return throttle_of(settings, clock)


def _path_of(into: StrPath) -> Path:
    from ._files import checked_path  # few need it

    return checked_path(into)


async def _in_thread(function: Callable[..., T], *arguments: Any, abandon_on_cancel: bool = False) -> T:
    import anyio.to_thread

    result: T = await anyio.to_thread.run_sync(function, *arguments, abandon_on_cancel=abandon_on_cancel)
    return result


def _is_of(error: httpx2.HTTPError, request: httpx2.Request) -> bool:
    """Whether it is about this request, and not about one that an event hook or an auth flow made."""
    try:
        other = error.request
    except RuntimeError:  # nobody set it
        return False
    return (other.method, other.url) == (request.method, request.url)
