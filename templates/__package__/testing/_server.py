"""The sandbox over HTTP, with the standard library: for other programs, other languages, and a browser."""

from __future__ import annotations

import re
import select
import socket
import sys
import threading
import time
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from urllib.parse import urlsplit

import httpx2

from .._http import is_loopback
from .._text import escaped
from ._description import BASE_URL
from ._outcome import Outcome, Request
from ._page import page

if TYPE_CHECKING:
    from ._sandbox import BaseSandbox

__all__ = ["Server"]

_LARGEST = 64 << 20  # bytes of a body
_MOST_TRAILERS = 100  # fields after a body in chunks
_MOST_CONNECTIONS = 500  # each has a thread
_MOST_REFUSED = 100
_REFUSED = b"Too many connections are open to this sandbox.\n"
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
    b"Retry-After: 1\r\nConnection: close\r\n\r\n%s" % (len(_REFUSED), _REFUSED)
)
_GRACE = 1  # seconds that a client has to read a refusal
_PATIENCE = 60  # seconds until the next bytes of a request
_POLL = 0.05  # seconds until the end of a server is seen
_PORT = re.compile(r":[0-9]*\Z")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?\r?\n")


class Server:
    """Serves a sandbox until it is closed, which the end of a `with` block does.

    Up to 500 connections are open at once; a further one is answered with 503 and closed.
    """

    def __init__(self, sandbox: BaseSandbox[Any], host: str, port: int) -> None:
        """Listen at once; answer in threads.

        Raises:
            OSError: The port is taken, or the address is not one of this machine.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = _HttpServer(sandbox, host, port, family)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        host, port = self._server.server_address[:2]
        name = host.decode() if isinstance(host, (bytes, bytearray)) else str(host)
        return f"http://{f'[{name}]' if ':' in name else name}:{port}"

    @property
    def url(self) -> str:
        """The base URL for clients; its path is that of the API's own."""
        return self.address + urlsplit(BASE_URL).path.rstrip("/")

    @property
    def page(self) -> str:
        """Where a browser finds the requests that came."""
        return self.address + _page_of(self._server.sandbox)

    def close(self) -> None:
        """Stop listening, and close what is open."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self) -> None:
        """Wait until somebody closes it."""
        while self._thread.is_alive():
            self._thread.join(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


class _HttpServer(ThreadingHTTPServer):
    """Keeps its connections, to close them at its end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sandbox: BaseSandbox[Any], host: str, port: int, family: socket.AddressFamily) -> None:
        self.address_family = family
        self.address = host
        self.sandbox = sandbox
        self._connections: dict[Any, threading.Thread | None] = {}
        self._refused: deque[tuple[float, Any]] = deque()
        """With the time when they are closed."""
        self._lock = threading.Lock()
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, unless there are too many, or the machine has no further one."""
        with self._lock:
            is_full = len(self._connections) >= _MOST_CONNECTIONS
            if not is_full:
                self._connections[request] = None
        if is_full:
            self._refuse(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            with self._lock:
                del self._connections[request]
            self._refuse(request)

    def _refuse(self, request: Any) -> None:
        """Answer without a look at the request; closed at once, what the client has sent would take the answer away."""
        with suppress(OSError):
            request.setblocking(False)
            request.send(_REFUSAL)
            request.shutdown(socket.SHUT_WR)
        self._refused.append((time.monotonic() + _GRACE, request))

    def service_actions(self) -> None:
        """Close what was refused a while ago."""
        while self._refused and (len(self._refused) > _MOST_REFUSED or self._refused[0][0] <= time.monotonic()):
            self._refused.popleft()[1].close()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._connections[request]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke: clients close theirs whenever they like."""

    def server_close(self) -> None:
        super().server_close()
        with self._lock:
            open_now = {**self._connections}
        for connection, thread in open_now.items():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            if thread is not None:
                thread.join()
        for _, connection in self._refused:
            connection.close()


def _page_of(sandbox: BaseSandbox[Any]) -> str:
    """The path of the page, which the API may have for itself."""
    return "/_sandbox" if sandbox.routes.methods("/") else "/"


def _answered(sandbox: BaseSandbox[Any], request: Request) -> Outcome:
    """The answer; 500 where a handler raises an exception, which the terminal shows."""
    try:
        return sandbox.answer(request)
    except Exception:  # noqa: BLE001 (whatever a handler raises)
        _print_traceback()
        return Outcome(500, {"Content-Length": "0"})


def _target(target: str) -> str | None:
    """Path and query of a request line, where clients of proxies put the whole URL; None: it is no URL."""
    try:
        return target if target.startswith("/") else httpx2.URL(target).raw_path.decode("ascii")
    except httpx2.InvalidURL:
        return None


def _print_traceback() -> None:
    """On the terminal, which obeys no character of a request that a message quotes."""
    for line in traceback.format_exc().splitlines():
        sys.stderr.write(f"{escaped(line)}\n")


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = -1  # an answer is one packet
    timeout = _PATIENCE

    def handle_one_request(self) -> None:
        """Read a request of any method and answer it."""
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
        elif not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._answer()

    def _answer(self) -> None:
        body, target = self._body(), _target(self.path)
        if isinstance(body, HTTPStatus) or target is None:
            self.close_connection = True
            self.send_error(body if isinstance(body, HTTPStatus) else HTTPStatus.BAD_REQUEST)
            return
        sandbox = cast("_HttpServer", self.server).sandbox
        if self.command in ("GET", "HEAD") and target == _page_of(sandbox):
            self._send_page(page(sandbox))
            return
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        headers_received = httpx2.Headers(raw)
        origin = f"http://{headers_received.get('host', '')}"
        self._send(_answered(sandbox, Request(self.command, target, headers_received, body, origin)))

    def _send_page(self, page: Outcome) -> None:
        """To whoever names this machine: a name of another site can be pointed here, for a script of that site."""
        name = _PORT.sub("", self.headers.get("Host", "localhost")).strip("[]")
        if is_loopback(cast("_HttpServer", self.server).address) and not is_loopback(name):
            self.send_error(HTTPStatus.FORBIDDEN, "Open the page by the address that the sandbox listens at")
        else:
            self._send(replace(page, body=b"") if self.command == "HEAD" else page)

    def _body(self) -> bytes | HTTPStatus:
        """The body, or what is wrong with it: its size, or how its length is said (RFC 9112, 6)."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal()):
            return HTTPStatus.BAD_REQUEST
        if len(length) > 12 or int(length) > _LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes | HTTPStatus:
        """RFC 9112, 7.1."""
        content = bytearray()
        while (line := _CHUNK.match(self.rfile.readline(1024))) and (size := int(line[1], 16)):
            if len(content) + size > _LARGEST:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            content += self.rfile.read(size)
            self.rfile.readline(8)
        for _ in range(_MOST_TRAILERS if line else 0):
            if not self.rfile.readline(65537).strip():
                return bytes(content)
        return HTTPStatus.BAD_REQUEST

    def _send(self, outcome: Outcome) -> None:
        if outcome.end in ("drop", "stall"):
            self.close_connection = True
            if outcome.end == "stall":
                self._wait_for_end()
            return
        self.send_response(outcome.status)
        for name, value in outcome.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(outcome.sent)
        self.wfile.flush()
        if outcome.end == "truncate":
            self.close_connection = True

    def _wait_for_end(self) -> None:
        """Until the client closes the connection, or the server is closed."""
        with suppress(OSError):
            select.select([self.connection], [], [])

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: the page shows the requests, and a line could hold a secret."""
