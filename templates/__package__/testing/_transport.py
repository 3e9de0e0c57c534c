"""The sandbox as a transport of httpx2: for threads, asyncio and trio, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import httpx2

from ._outcome import Outcome, Request

__all__ = ["SandboxTransport"]


class SandboxTransport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers as the sandbox does. A connection that breaks raises what httpx2 raises then."""

    def __init__(self, answer: Callable[[Request], Outcome]) -> None:
        """With what answers a request."""
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of an `httpx2.Client`.

        Raises:
            httpx2.RemoteProtocolError: The sandbox drops the connection.
            httpx2.ReadTimeout: It stalls; raised at once, since nobody has to wait for that.
        """
        request.read()
        return _response(self._answer(_received(request)), request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of an `httpx2.AsyncClient`.

        Raises:
            httpx2.RemoteProtocolError: The sandbox drops the connection.
            httpx2.ReadTimeout: It stalls; raised at once, since nobody has to wait for that.
        """
        import anyio.lowlevel  # httpx2 depends on it; loaded only by those who await

        await request.aread()
        await anyio.lowlevel.checkpoint()
        return _response(self._answer(_received(request)), request)


def _received(request: httpx2.Request) -> Request:
    target = request.url.raw_path.decode("ascii")
    origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
    return Request(request.method, target, httpx2.Headers(request.headers), request.content, origin)


def _response(outcome: Outcome, request: httpx2.Request) -> httpx2.Response:
    if outcome.end == "drop":
        raise httpx2.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    if outcome.end == "stall":
        raise httpx2.ReadTimeout("The read operation timed out", request=request)
    stream = _Stream(outcome, request)
    return httpx2.Response(outcome.status, headers=outcome.headers, stream=stream, request=request)


class _Stream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The body, which ends too early where it is truncated."""

    def __init__(self, outcome: Outcome, request: httpx2.Request) -> None:
        self._outcome = outcome
        self._request = request

    def _pieces(self) -> Iterator[bytes]:
        outcome = self._outcome
        yield outcome.sent
        if outcome.end == "truncate":
            text = (
                "peer closed connection without sending complete message body "
                f"(received {len(outcome.sent)} bytes, expected {len(outcome.body)})"
            )
            raise httpx2.RemoteProtocolError(text, request=self._request)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces():
            yield piece
