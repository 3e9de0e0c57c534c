"""A server on a real socket that does what a test tells it, request by request, and the drivers that call it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import anyio
import anyio.lowlevel

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client
from persona_oauth.models import AccessToken

T = TypeVar("T")
API_KEY = "persona_sandbox_11111111-2222-3333-4444-555555555555"
CODE = "oat_planted-authorization-code"
TOKEN = "persona_access_token_planted"
SECRETS = (API_KEY, CODE, TOKEN)
GRANT = {"access-token": TOKEN, "token-type": "bearer", "expires-in": 3599, "scope": "inquiry.read:inq_1"}
NOW = 1_700_000_000.0
"""What the fake clock says at first: Tue, 14 Nov 2023 22:13:20 GMT."""


@dataclass(frozen=True)
class Act:
    """What the server does about one request."""

    data: bytes = b""
    then: Literal["keep", "close", "reset", "stall"] = "keep"
    before_each_byte: Callable[[], object] | None = None


def answer(
    status: int = 201, body: object = None, headers: Sequence[tuple[str, str]] = (), *, reason: str = "X"
) -> Act:
    """A whole answer; `body` is bytes, or becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(GRANT if body is None else body).encode()
    lines = [f"HTTP/1.1 {status} {reason}", "Content-Type: application/json", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return Act("\r\n".join([*lines, "", ""]).encode() + content)


OK = answer(201, headers=[("Request-Id", "req_ok")])
CUT_HEADERS, CUT_BODY = OK.data[:20], OK.data[:-7]
RESET, CLOSE, STALL = Act(then="reset"), Act(then="close"), Act(then="stall")


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    raw: bytes

    @property
    def line(self) -> str:
        return self.raw.partition(b"\r\n")[0].decode()

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str | None:
        """Value of a header that comes once, or None."""
        lines = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        values = [
            value.strip() for key, _, value in (line.partition(":") for line in lines) if key.lower() == name.lower()
        ]
        assert len(values) < 2, f"{name} was sent twice"
        return values[0] if values else None


class ScriptedServer:
    """Answers the first request with the first act, and so on; a request beyond the script fails the test."""

    def __init__(self, *script: Act, choose: Callable[[Received], Act] | None = None) -> None:
        self._script = iter(script)
        self._choose = choose
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.requests: list[Received] = []
        self.surprises: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/v1"

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._listener.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in self._threads)
        if kind is None:
            assert not self.surprises, self.surprises

    def attempts_are_equal(self) -> bool:
        """Whether every request came as the very same bytes."""
        return len({request.raw for request in self.requests}) == 1

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            self._spawn(partial(self._serve, connection))

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            buffer = b""
            while (raw := self._read(connection, buffer)) is not None:
                request, buffer = raw
                if not self._perform(self._next(request), connection):
                    return

    def _read(self, connection: socket.socket, buffer: bytes) -> tuple[Received, bytes] | None:
        while True:
            head, separator, rest = buffer.partition(b"\r\n\r\n")
            if separator:
                length = int(Received(head + separator).header("Content-Length") or 0)
                if len(rest) >= length:
                    return Received(head + separator + rest[:length]), rest[length:]
            chunk = connection.recv(65536)
            if not chunk:
                return None
            buffer += chunk

    def _next(self, request: Received) -> Act:
        with self._lock:
            self.requests.append(request)
            act = self._choose(request) if self._choose else next(self._script, None)
            if act is None:
                self.surprises.append(request.line)
                act = CLOSE
            return act

    def _perform(self, act: Act, connection: socket.socket) -> bool:
        """False: the connection is done with."""
        if act.before_each_byte is None:
            connection.sendall(act.data)
        else:
            for index in range(len(act.data)):
                if self._stop.is_set():
                    return False
                act.before_each_byte()
                connection.sendall(act.data[index : index + 1])
        if act.then == "reset":  # linger for 0 seconds: close() sends RST
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if act.then == "stall":
            self._stop.wait(30)
        return act.then == "keep"


@dataclass
class FakeClock:
    """Time that passes only when it is told to; chance that is always one half."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return NOW + self.now

    def random(self) -> float:
        return 0.5

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


Outcome = ApiResponse[AccessToken] | ApiError
GRANT_CALL: dict[str, Any] = {"code": CODE}


@dataclass(frozen=True)
class Driver:
    """Calls create_access_token the sync way, or the async way under one of two event loops."""

    flavour: Literal["sync", "asyncio", "trio"]
    clock: Any = field(default_factory=FakeClock)

    def call(self, base_url: str, call: dict[str, Any] | None = None, **settings: Any) -> Outcome:
        """One call by a client of its own."""
        return self.calls(base_url, [call or {}], **settings)[0]

    def calls(self, base_url: str, calls: Sequence[dict[str, Any]], **settings: Any) -> list[Outcome]:
        """Calls one after the other by one client."""
        settings = {"api_key": API_KEY, "base_url": base_url, **settings}
        if self.flavour == "sync":
            with Client(**settings) as client:
                client._transport.clock = self.clock
                return [self._caught(partial(_sync_call, client, call)) for call in calls]

        async def main() -> list[Outcome]:
            async with AsyncClient(**settings) as client:
                client._transport.clock = self.clock
                return [await self._acaught(partial(_async_call, client, call)) for call in calls]

        return self.run(main)

    def run(self, main: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine function under this driver's event loop."""
        result: T = anyio.run(main, backend=self.flavour)
        return result

    @staticmethod
    def _caught(call: Callable[[], Outcome]) -> Outcome:
        try:
            return call()
        except ApiError as error:
            return error

    @staticmethod
    async def _acaught(call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        try:
            return await call()
        except ApiError as error:
            return error


def _sync_call(client: Client, call: dict[str, Any]) -> Outcome:
    return client.oauth.create_access_token_with_http_info(**{**GRANT_CALL, **call})


async def _async_call(client: AsyncClient, call: dict[str, Any]) -> Outcome:
    return await client.oauth.create_access_token_with_http_info(**{**GRANT_CALL, **call})


def unused_address() -> str:
    """A base URL where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"


def then(act: Act, what: Literal["keep", "close", "reset", "stall"]) -> Act:
    """The act, ended in another way."""
    return replace(act, then=what)
