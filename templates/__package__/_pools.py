"""What sends the requests: a pool of connections for each process and event loop, or the caller's `http_client`."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import httpx2

from ._checks import invalid_argument
from ._connections import Abandon, aobserve, bound_reads, observe
from ._environment import HttpOptions
from ._process import PerProcess
from ._retry import RetryBudget
from ._security import SecretURL
from .errors import ClientClosedError, ClientMovedError

if TYPE_CHECKING:
    import asyncio  # which `Client` never loads

__all__ = ["AsyncBorrowedPool", "AsyncPools", "BorrowedPool", "Pool", "Pools", "SharedPools"]

HttpClientT = TypeVar("HttpClientT", httpx2.Client, httpx2.AsyncClient)
EventLoop: TypeAlias = Any
"""Of asyncio, or what stands for trio's."""
_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH", "QUERY"})
"""Methods whose requests say that their content is empty."""
_tasks: set[asyncio.Task[None]] = set()
# The extension that bounds the reads of a pool that `observe` can't reach into; slower, since httpx2 then traces all.
_BOUND_READS = {"trace": bound_reads}


class Pool(Generic[HttpClientT]):
    """A client of httpx2, and the retry budget of the calls that it sends."""

    def __init__(
        self,
        http: HttpClientT,
        extensions: Mapping[str, Any],
        abandon: Abandon = lambda: None,
        use: _Usage | None = None,
    ) -> None:
        """Requests get the extensions. `use` is for the caller's client."""
        self.http: HttpClientT = http
        self.budget = RetryBudget()
        self.abandon = abandon
        self.use = use
        self._extensions = extensions
        own = () if use is not None else ((name.decode(), value.decode()) for name, value in http.headers.raw)
        self._headers = {pair[0].lower(): pair for pair in own}

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
        if self.use is None:  # ours has nothing to merge but its headers, and httpx2's way is four times as long
            stream = httpx2.ByteStream(content or b"")
            pairs = self._all_headers(method, url, headers, content or b"")
            request = httpx2.Request(method, url, headers=pairs, stream=stream, extensions=extensions)
            request.read()  # hooks may ask for the content
        else:
            request = self.http.build_request(method, url, headers=headers, content=content, extensions=extensions)
        if isinstance(url, SecretURL):  # httpx2 made a plain one of it
            request.url = SecretURL(request.url, url.shown)
        return request

    def _all_headers(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], content: bytes
    ) -> list[tuple[str, str]]:
        """With those of the pool, and those that frame a request (RFC 9110, 7.2 and 8.6), where the caller has none."""
        names = {name.lower() for name in headers}
        pairs = [] if "host" in names else [("Host", url.netloc.decode("ascii"))]
        pairs += [pair for name, pair in self._headers.items() if name not in names]
        pairs += headers.items()
        has_length = content or method in _WITH_LENGTH
        if has_length and not ("content-length" in names or "transfer-encoding" in names):
            pairs.append(("Content-Length", str(len(content))))
        return pairs


def _check_open(is_closed: bool) -> None:
    if is_closed:
        raise ClientClosedError("the client is closed")


class Pools:
    """One for each process."""

    def __init__(self, options: HttpOptions) -> None:
        """Make the one of this process.

        Raises:
            InvalidRequestError: the proxies or certificates of the environment are invalid.
        """
        self._of_process = PerProcess(partial(_new_pool, options), _abandon)
        self._of_process.get()
        self._is_closed = False

    def get(self) -> Pool[httpx2.Client]:
        """The one of this process.

        Raises:
            ClientClosedError, InvalidRequestError: see `__init__`.
        """
        _check_open(self._is_closed)
        return self._of_process.get()

    def close(self) -> None:
        """Close the connections."""
        self._is_closed = True
        if (pool := self._of_process.peek()) is not None:
            pool.http.close()


def _new_pool(options: HttpOptions) -> Pool[httpx2.Client]:
    http = options.client(httpx2.Client, options.new_context())
    abandon = observe(http)
    return Pool(http, _BOUND_READS) if abandon is None else Pool(http, {}, abandon)


def _abandon(pool: Pool[httpx2.Client]) -> None:
    pool.abandon()


class AsyncPools:
    """One for each event loop of each process."""

    def __init__(self, options: HttpOptions) -> None:
        """Check the environment; the first pool is made by the first call.

        Raises:
            InvalidRequestError: the proxies or certificates of the environment are invalid.
        """
        self._of_process = PerProcess(partial(_Loops, options), _Loops.abandon)
        self._of_process.get()
        self._is_closed = False

    async def get(self) -> Pool[httpx2.AsyncClient]:
        """The one of this process and loop.

        Raises:
            ClientClosedError, InvalidRequestError: see `__init__`.
        """
        _check_open(self._is_closed)
        loops = self._of_process.get()
        loop = _running_loop()
        of_loop = loops.pools.get(loop)
        return of_loop.pool if of_loop is not None and not of_loop.pool.http.is_closed else await loops.add(loop)

    async def aclose(self) -> None:
        """Close the connections; those of other loops as soon as these run."""
        self._is_closed = True
        if (loops := self._of_process.peek()) is not None:
            await loops.aclose()


class _LoopPool:
    """The pool of an event loop, and the generator that closes it when the loop ends."""

    def __init__(self, pool: Pool[httpx2.AsyncClient]) -> None:
        self.pool = pool
        self.closer = _close_with_loop(pool.http)


async def _close_with_loop(http: httpx2.AsyncClient) -> AsyncGenerator[None, None]:
    """Before an event loop is closed, it closes its asynchronous generators (PEP 525), and so this one."""
    process = os.getpid()
    try:
        yield
    finally:
        if process == os.getpid():  # else the loop is a copy: to close its connections would disturb the parent's
            await http.aclose()


class _Loops:
    """The pools of one process; they share the certificates, which take long to load."""

    def __init__(self, options: HttpOptions) -> None:
        self._context = options.new_context()
        self._new_client = partial(options.client, httpx2.AsyncClient)
        self._new_client(self._context)
        self.pools: dict[EventLoop, _LoopPool] = {}

    async def add(self, loop: EventLoop) -> Pool[httpx2.AsyncClient]:
        """A pool for this loop; those of loops that are over are let go."""
        for other in [*self.pools]:
            self._forget_if_over(other)
        http = self._new_client(self._context)
        of_loop = self.pools[loop] = _LoopPool(Pool(http, {}, aobserve(http)))
        await anext(of_loop.closer)  # registers it with the loop; this does not wait, so no other task runs in between
        return of_loop.pool

    async def aclose(self) -> None:
        """Close all of them."""
        for loop in [*self.pools]:
            self._forget_if_over(loop)
            if (of_loop := self.pools.get(loop)) is None:
                continue
            if loop is _running_loop():
                del self.pools[loop]
                await of_loop.closer.aclose()
            else:  # the loop closes it at its end, if it does not run this before
                _run_in(loop, of_loop.closer.aclose)

    def abandon(self) -> None:
        """In a child: close the descriptors of the connections."""
        for loop in [*self.pools]:
            of_loop = self.pools.pop(loop)
            of_loop.pool.abandon()
            with suppress(StopIteration, RuntimeError):  # it ends without a wait, unless it runs in the parent just now
                of_loop.closer.aclose().send(None)

    def _forget_if_over(self, loop: EventLoop) -> None:
        of_loop = self.pools.get(loop)
        # A loop can be closed without having closed its generators.
        if of_loop is not None and (of_loop.pool.http.is_closed or _is_closed(loop)):
            self.pools.pop(loop, None)
            of_loop.pool.abandon()


def _is_closed(loop: EventLoop) -> bool:
    return _is_of_asyncio(loop) and loop.is_closed()


def _is_of_asyncio(loop: EventLoop) -> bool:
    import asyncio

    return isinstance(loop, asyncio.AbstractEventLoop)


def _running_loop() -> EventLoop:
    """The event loop that runs in this thread.

    Raises:
        InvalidRequestError: there is none, of asyncio or trio.
    """
    trio, asyncio = map(sys.modules.get, ("trio", "asyncio"))  # no loop can run before its module was imported
    if trio is not None and trio.lowlevel.in_trio_task():  # first: in guest mode there is one of asyncio as well
        return trio.lowlevel.current_trio_token()
    if asyncio is not None:
        with suppress(RuntimeError):
            return asyncio.get_running_loop()
    raise invalid_argument("", "an AsyncClient needs a running event loop of asyncio or trio")


def _run_in(loop: EventLoop, function: Callable[[], Awaitable[None]]) -> None:
    """Have another thread's loop run it, if it still runs."""

    async def quietly() -> None:
        with suppress(Exception):
            await function()

    def start() -> None:
        task = loop.create_task(quietly())
        _tasks.add(task)  # a loop itself holds tasks weakly
        task.add_done_callback(_tasks.discard)

    if _is_of_asyncio(loop):
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(start)
    else:
        trio = sys.modules["trio"]

        def spawn() -> None:
            with suppress(RuntimeError):  # the loop is about to end, and closes the connections by itself
                trio.lowlevel.spawn_system_task(quietly)

        with suppress(trio.RunFinishedError):
            loop.run_sync_soon(spawn)


class _Usage:
    """The process and event loop in which a caller's `http_client` is used; one for all clients that get it."""

    def __init__(self) -> None:
        self.process_and_loop: tuple[int, EventLoop] | None = None
        self.has_connections = True
        """False for a transport that answers by itself, as in tests."""

    def start(self, loop: EventLoop) -> None:
        here = (os.getpid(), loop)
        if self.process_and_loop not in (None, here) and self.has_connections:
            raise ClientMovedError(
                "the http_client was used in another process or event loop before, and would mix up their answers:"
                " make one for each"
            )
        self.process_and_loop = here

    def note(self, response: httpx2.Response) -> None:
        self.has_connections = "network_stream" in response.extensions


_usages: weakref.WeakKeyDictionary[httpx2.Client | httpx2.AsyncClient, _Usage] = weakref.WeakKeyDictionary()


class BorrowedPool:
    """The caller's `httpx2.Client`."""

    def __init__(self, http: httpx2.Client) -> None:
        """It stays open when this is closed."""
        self.pool = Pool(http, _BOUND_READS, use=_usages.setdefault(http, _Usage()))
        self._is_closed = False

    def get(self) -> Pool[httpx2.Client]:
        """The pool with the caller's client.

        Raises:
            ClientClosedError, ClientMovedError: see errors.py.
        """
        _check_open(self._is_closed or self.pool.http.is_closed)
        assert self.pool.use is not None
        self.pool.use.start(None)
        return self.pool

    def close(self) -> None:
        """Stop using the `httpx2.Client`, which stays open."""
        self._is_closed = True


class AsyncBorrowedPool:
    """The caller's `httpx2.AsyncClient`."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        """It stays open when this is closed."""
        self.pool = Pool(http, {}, use=_usages.setdefault(http, _Usage()))
        self._is_closed = False

    async def get(self) -> Pool[httpx2.AsyncClient]:
        """The pool with the caller's client.

        Raises:
            ClientClosedError, ClientMovedError: see errors.py.
        """
        _check_open(self._is_closed or self.pool.http.is_closed)
        assert self.pool.use is not None
        self.pool.use.start(_running_loop())
        return self.pool

    async def aclose(self) -> None:
        """Stop using the `httpx2.AsyncClient`, which stays open."""
        self._is_closed = True


class SharedPools:
    """The pools of another client, for a view of it: it closes none of them."""

    def __init__(self, pools: Pools | AsyncPools | BorrowedPool | AsyncBorrowedPool | SharedPools) -> None:
        """They stay open when this is closed."""
        self._pools = pools
        self._is_closed = False

    def get(self) -> Any:
        """What the pools give: a pool, or a coroutine that returns one.

        Raises:
            ApiError: see there.
        """
        _check_open(self._is_closed)
        return self._pools.get()

    def close(self) -> None:
        """Close this view, and none of the pools."""
        self._is_closed = True

    async def aclose(self) -> None:
        """As `close`."""
        self._is_closed = True
