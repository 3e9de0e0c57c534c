"""A server on a real socket: gives the answers that a test expects to be asked for, and keeps what it received."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self


class Received(NamedTuple):
    """A request as it came."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes


class Answer(NamedTuple):
    """What a request gets; `body` becomes JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = {}


class Server:
    """Gives one answer after the other, or those of `routes` by path; any other request fails the test.

    With `tls` it plays a proxy too: it answers in place of every host that a client asks it for.
    """

    def __init__(
        self, *answers: Answer, routes: Mapping[str, Answer] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.tls = tls
        self.requests: list[Received] = []
        self._answers = list(answers)
        self._routes = routes or {}
        self._unexpected: list[str] = []
        self._http = _Listener(self)
        self.address = f"127.0.0.1:{self._http.server_port}"
        self.base_url = f"http://{self.address}/api/v1"

    def answer(self, request: Received) -> Answer:
        """The answer to this request."""
        self.requests.append(request)
        if answer := self._routes.get(request.line.split()[1]):
            return answer
        if self._answers:
            return self._answers.pop(0)
        self._unexpected.append(request.line)
        return Answer(599, None)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        if kind is None:
            assert not self._unexpected
            assert not self._answers, "these were never asked for"


class _Listener(ThreadingHTTPServer):
    def __init__(self, owner: Server) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def owner(self) -> Server:
        assert isinstance(self.server, _Listener)
        return self.server.owner

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.owner.answer(Received(self.requestline, self.headers.items(), body))
        content = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.do_POST()

    def do_CONNECT(self) -> None:
        assert self.owner.tls is not None
        self.send_response(200)
        self.end_headers()
        self.request = self.owner.tls.wrap_socket(self.connection, server_side=True)
        self.setup()
        self.close_connection = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test that fails shows `requests`."""
