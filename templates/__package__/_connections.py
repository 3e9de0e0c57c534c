"""Keeps track of the open connections of our own pools, to bound their reads and to close them after a fork.

httpx2 has no argument for the network of its pools, so `observe` and `aobserve` reach into them.
"""

from __future__ import annotations

import math
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import httpcore2
import httpx2

__all__ = ["Abandon", "aobserve", "bound_reads", "drop_surplus", "observe", "reading", "time_left"]

Abandon: TypeAlias = Callable[[], None]
"""Closes the file descriptors of the open connections, and nothing more: nothing is sent, no event loop is told."""

# httpx2's read time-out bounds the wait for each piece of an answer, so that a server that sends a byte now and then
# would hold a thread for ever. A task can be cancelled from outside; a thread can only be stopped where it reads: each
# read is bounded by what the thread's call has left.
reading = threading.local()
_CONNECTED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")


def time_left() -> float | None:
    """Seconds that the call has left for which this thread sends; None: for none of ours."""
    left = getattr(reading, "time_left", None)
    return None if left is None else left()


def observe(http_client: httpx2.Client) -> Abandon | None:
    """Bound the reads of a client that has not been used yet; None: this version of httpx2 does not let us in."""
    streams: set[_Stream] = set()
    pools = _pools(http_client)
    for pool in pools:
        pool._network_backend = _Backend(pool._network_backend, streams)

    def abandon() -> None:
        for stream in [*streams]:
            stream.abandon()

    return abandon if pools else None


def aobserve(http_client: httpx2.AsyncClient) -> Abandon:
    """The same for tasks, whose reads need no bound."""
    streams: weakref.WeakSet[Any] = weakref.WeakSet()
    for pool in _pools(http_client):
        pool._network_backend = _AsyncBackend(pool._network_backend, streams)

    def abandon() -> None:
        for stream in [*streams]:
            _abandon_async(stream)

    return abandon


def bound_reads(event: str, info: Mapping[str, Any]) -> None:
    """The "trace" extension of httpx2, which hands out new connections: for an `http_client` of the caller's."""
    if event.endswith(_CONNECTED):
        stream = info["return_value"]
        stream.read = _BoundRead(stream)


def drop_surplus(response: httpx2.Response) -> None:
    """Close the connection at the end of this answer if more bytes follow, which the next call would take for its own.

    httpx2 finds only what arrives later, while the connection is idle.
    """
    try:
        body: Any = response.stream
        body = body._stream._httpcore_stream
        if response.is_stream_consumed:  # by an event hook, so that the connection is idle by now
            _expire(body._stream._connection)
        else:
            body._stream = _Body(body._stream)
    except AttributeError:  # HTTP/2 says whose each byte is, and other transports have no connection
        return


class _Body:
    """The body of an answer of HTTP/1.1, for threads or tasks."""

    __slots__ = ("_parser", "_stream")

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._parser = stream._connection._h11_state

    def __iter__(self) -> Any:
        return iter(self._stream)

    def __aiter__(self) -> Any:
        return self._stream.__aiter__()

    def close(self) -> None:
        if self._parser.trailing_data[0]:
            self._parser.send_failed()
        self._stream.close()

    async def aclose(self) -> None:
        if self._parser.trailing_data[0] or _holds_records(self._stream._connection._network_stream):
            self._parser.send_failed()
        await self._stream.aclose()


def _expire(connection: Any) -> None:
    """Have the pool close the connection in place of using it again, if it has bytes that nobody has read."""
    if connection._h11_state.trailing_data[0] or _holds_records(connection._network_stream):
        connection._expire_at = -math.inf


def _holds_records(stream: Any) -> bool:
    """Whether TLS of anyio or trio has read bytes that it has not decrypted: the socket does not show them."""
    inner = getattr(stream, "_stream", None)
    buffer = getattr(inner, "_read_bio", None) or getattr(inner, "_incoming", None)
    return buffer is not None and buffer.pending > 0


def _pools(http_client: Any) -> list[Any]:
    try:
        transports = [http_client._transport, *http_client._mounts.values()]
        pools = [transport._pool for transport in transports if transport is not None]
    except AttributeError:
        return []
    return pools if all(hasattr(pool, "_network_backend") for pool in pools) else []


def _bounded(timeout: float | None) -> float | None:
    left = time_left()
    if left is None:  # a request that is not ours, on a shared http_client
        return timeout
    if left <= 0:
        raise httpcore2.ReadTimeout("total time-out")
    return left if timeout is None else min(timeout, left)


class _BoundRead:
    """A stream's read(), without a reference to the stream, which would be a cycle."""

    def __init__(self, stream: Any) -> None:
        self._stream = weakref.ref(stream)
        self._read = type(stream).read

    def __call__(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._read(self._stream(), max_bytes, _bounded(timeout))


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, backend: httpcore2.NetworkBackend, streams: set[_Stream]) -> None:
        self._backend = backend
        self._streams = streams

    def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore2.NetworkStream:
        return _Stream(self._backend.connect_tcp(*arguments, **options), self._streams)

    def connect_unix_socket(self, *arguments: Any, **options: Any) -> httpcore2.NetworkStream:
        return _Stream(self._backend.connect_unix_socket(*arguments, **options), self._streams)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    """A connection; in the set of open ones until it is closed."""

    def __init__(self, stream: httpcore2.NetworkStream, streams: set[_Stream]) -> None:
        self._stream = stream
        self._streams = streams
        self._descriptor: int = stream.get_extra_info("socket").fileno()
        self._inode = os.fstat(self._descriptor).st_ino
        streams.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()
        self._streams.discard(self)

    def start_tls(self, *arguments: Any, **options: Any) -> httpcore2.NetworkStream:
        try:
            return _Stream(self._stream.start_tls(*arguments, **options), self._streams)
        finally:
            self._streams.discard(self)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def abandon(self) -> None:
        """Close it without TLS's close_notify (RFC 8446, 6.1), which only unwrap() sends."""
        self.close()
        with suppress(OSError):
            # During TLS's handshake another socket has the descriptor, of a thread that this process lacks.
            if os.fstat(self._descriptor).st_ino == self._inode:
                os.close(self._descriptor)


class _AsyncBackend(httpcore2.AsyncNetworkBackend):
    def __init__(self, backend: httpcore2.AsyncNetworkBackend, streams: weakref.WeakSet[Any]) -> None:
        self._backend = backend
        self._streams = streams

    async def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        return self._opened(await self._backend.connect_tcp(*arguments, **options))

    async def connect_unix_socket(self, *arguments: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        return self._opened(await self._backend.connect_unix_socket(*arguments, **options))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    def _opened(self, stream: Any) -> httpcore2.AsyncNetworkStream:
        inner = getattr(stream, "_stream", None)  # of anyio or trio: it is kept where TLS is put on top
        if inner is not None:
            self._streams.add(inner)
        stream.start_tls = _StartTls(stream)
        opened: httpcore2.AsyncNetworkStream = stream
        return opened


class _StartTls:
    """A stream's start_tls() that closes the connection when cancelled; not a stream around it, which each read passes.

    Without a reference to the stream, which would be a cycle.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = weakref.ref(stream)
        self._start_tls = type(stream).start_tls

    async def __call__(self, *arguments: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        import anyio  # httpx2 depends on it; loaded only by those who await

        stream: Any = self._stream()
        try:
            secured: httpcore2.AsyncNetworkStream = await self._start_tls(stream, *arguments, **options)
        except BaseException:
            with anyio.CancelScope(shield=True):  # httpcore2 closes it after an Exception, but not when cancelled
                await stream.aclose()
            raise
        return secured


def _abandon_async(stream: Any) -> None:
    """Close a socket without its event loop, for which neither asyncio nor trio has a way.

    That loop is closed, or it is one of the parent process, with which the child shares what the loop waits on: to
    unregister the socket there would take it from the parent's loop, too.
    """
    with suppress(AttributeError, OSError, RuntimeError):
        if hasattr(stream, "socket"):  # trio
            os.close(stream.socket.detach())
        else:  # what asyncio's loop would call after transport.close()
            stream._transport._call_connection_lost(None)
