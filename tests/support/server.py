"""The server of the tests: on a real socket, answers what the test says and keeps what it received.

Imports nothing else of this repository: it also serves the tests of the installed wheel.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeVar

T = TypeVar("T")
#: Seconds until a test that hangs fails: a safety net, even on a busy machine.
PATIENCE = 900
_CORK: int | None = getattr(socket, "TCP_CORK", None)


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    raw: bytes

    @property
    def line(self) -> str:
        return self.raw.partition(b"\r\n")[0].decode()

    @property
    def method(self) -> str:
        return self.line.split()[0]

    @property
    def target(self) -> str:
        return self.line.split()[1]

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str | None:
        """Value of a header, or None; a header that was sent twice is an error."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} was sent twice"
        return values[0] if values else None


@dataclass(frozen=True)
class Act:
    """What the server sends for one request, byte by byte if need be, and what it then does with the connection."""

    data: bytes = b""
    then: Literal["keep", "close", "reset", "stall"] = "keep"
    before_each_byte: Callable[[], object] | None = None


class Answer(NamedTuple):
    """A complete, correct response; a `body` that is not bytes is sent as JSON."""

    status: int = 204
    body: Any = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}

    def to(self, method: str) -> Act:
        """The response to a request with this method: RFC 9110 allows no body for HEAD and 204 (9.3.2, 15.3.5)."""
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"Content-Type": self.content_type, **self.headers}
        if self.status != 204:  # RFC 9110, 8.6
            headers["Content-Length"] = str(len(body))
        has_body = method != "HEAD" and self.status != 204
        return Act(response(self.status, headers.items(), body if has_body else b""))


def free_port() -> int:
    """A port that nobody listens at, for a program that has to be told one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def response(status: int, headers: Iterable[tuple[str, str]], body: bytes, reason: str | None = None) -> bytes:
    """The bytes of a response, with these headers and no others."""
    lines = [f"HTTP/1.1 {status} {_reason(status) if reason is None else reason}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _reason(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"


class Server:
    """Gives the first request the first answer of `script`, the second the second …; or what `choose` returns for it.

    A request that there is no answer for fails the test, and so does an answer that no request asked for. With `tls`
    it is a proxy too: it takes the place of every host that a client asks it to connect to; with `is_secure`, too, it
    speaks TLS from the start, as localhost.
    """

    def __init__(
        self,
        *script: Act | Answer,
        choose: Callable[[Received], Act | Answer | None] | None = None,
        tls: ssl.SSLContext | None = None,
        is_secure: bool = False,
        base_path: str = "/api/v1",
    ) -> None:
        self.requests: list[Received] = []
        self.unexpected: list[str] = []
        self._script = [*script]
        self._choose = choose or self._next_of_script
        self._tls = tls
        self._network = _Network(self._serve_securely if is_secure else self._serve)
        self.address = self._network.address
        port = self.address.rpartition(":")[2]
        self.base_url = f"https://localhost:{port}{base_path}" if is_secure else f"http://{self.address}{base_path}"

    def __enter__(self) -> Self:
        self._network.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._network.close()
        if kind is None:
            self._check()

    def exchanges(self, call: Callable[[], T], *script: Act | Answer) -> tuple[T, list[Received]]:
        """The result of `call`, and the requests that it sent: one for each answer."""
        self.requests, self.unexpected, self._script = [], [], [*script]
        try:
            result = call()
        except BaseException:
            self._script = []  # the call failed before it asked for them
            raise
        finally:
            self._check()
        return result, self.requests

    @property
    def connections(self) -> int:
        """How many there have been."""
        return self._network.accepted

    def attempts_are_equal(self) -> bool:
        """Whether every request came as the very same bytes."""
        return len({request.raw for request in self.requests}) == 1

    def _check(self) -> None:
        assert not self.unexpected, f"unexpected requests: {self.unexpected}"
        assert not self._script, f"no request asked for {self._script}"

    def _serve_securely(self, connection: socket.socket) -> None:
        assert self._tls is not None
        with self._network.secure(connection, self._tls) as secure:
            self._serve(secure)

    def _serve(self, connection: socket.socket) -> None:
        """Answer one connection until either side closes it."""
        buffer = b""
        while True:
            request, buffer = _read(connection, buffer)
            if request is None:
                return None
            if request.method == "CONNECT" and self._tls:
                connection.sendall(response(200, [], b""))
                with self._network.secure(connection, self._tls) as tunnel:
                    return self._serve(tunnel)
            if not self._perform(self._next(request), connection):
                return None

    def _next(self, request: Received) -> Act:
        with self._network.lock:
            self.requests.append(request)
            answer = self._choose(request)
            if answer is None:
                self.unexpected.append(request.line)
                answer = Answer(599, f"the test expects no {request.line}")
            return answer.to(request.method) if isinstance(answer, Answer) else answer

    def _next_of_script(self, _: Received) -> Act | Answer | None:
        return self._script.pop(0) if self._script else None

    def _perform(self, act: Act, connection: socket.socket) -> bool:
        """Whether the connection can take another request."""
        if act.before_each_byte is None:
            _send_at_once(connection, act.data)
        else:
            for index in range(len(act.data)):
                if self._network.closing.is_set():
                    return False
                act.before_each_byte()
                connection.sendall(act.data[index : index + 1])
        if act.then == "reset":  # linger for 0 seconds: close() sends RST
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if act.then == "stall":
            self._network.closing.wait(PATIENCE)
        return act.then == "keep"


def _send_at_once(connection: socket.socket, data: bytes) -> None:
    """Hold back what there is until all is there, where the system can: TLS makes records of the data, one by one."""
    if _CORK is None:
        connection.sendall(data)
        return
    connection.setsockopt(socket.IPPROTO_TCP, _CORK, 1)
    connection.sendall(data)
    connection.setsockopt(socket.IPPROTO_TCP, _CORK, 0)


def _read(connection: socket.socket, buffer: bytes) -> tuple[Received | None, bytes]:
    """The next request, None at the end; and what was read beyond it."""
    while True:
        head, separator, rest = buffer.partition(b"\r\n\r\n")
        if separator:
            length = int(Received(head + separator).header("Content-Length") or 0)
            if len(rest) >= length:
                return Received(head + separator + rest[:length]), rest[length:]
        chunk = connection.recv(65536)
        if not chunk:
            return None, b""
        buffer += chunk


class _Network:
    """A listening socket, and a thread for each connection to it."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self.accepted = 0
        self._serve = serve
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def open(self) -> None:
        """Begin to accept connections; before, they wait."""
        self._acceptor = self._spawn(self._accept)

    def close(self) -> None:
        """End every connection and every thread."""
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._acceptor.join(PATIENCE)
        self._listener.close()
        for connection in [*self._connections]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in [*self._threads]:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def secure(self, connection: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        """The same connection with TLS on it."""
        secure = tls.wrap_socket(connection, server_side=True)
        self._connections.add(secure)
        return secure

    def _spawn(self, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._run, args=(target,), daemon=True)
        self._threads.add(thread)
        thread.start()
        return thread

    def _run(self, target: Callable[[], None]) -> None:
        with suppress(OSError):  # the client or the end of the test closed the connection
            target()
        self._threads.discard(threading.current_thread())

    def _accept(self) -> None:
        while not self.closing.is_set():
            connection, _ = self._listener.accept()
            self.accepted += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.add(connection)
            self._spawn(partial(self._converse, connection))

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            self._serve(connection)
        self._connections.discard(connection)
