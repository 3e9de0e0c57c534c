"""Tiny descriptions, generated, imported and called: both clients, over a real socket, to the byte."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Self

import anyio
import httpx2

import generate

BOUNDARY = b"BOUNDARY"


class Answer(NamedTuple):
    """What the server says."""

    status: int = 204
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}


DONE = Answer()


class Exchange(NamedTuple):
    """A request as the server received it, with `BOUNDARY` for the boundary of its parts; and what the call gave."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    result: Any
    boundary: str = ""


class Case:
    """A description's package."""

    def __init__(self, package: str, server: Server) -> None:
        self.name = package
        self._server = server

    @property
    def package(self) -> ModuleType:
        return importlib.import_module(self.name)

    @property
    def models(self) -> Any:
        return importlib.import_module(f"{self.name}.models")

    def module(self, name: str) -> Any:
        """A module of the package."""
        return importlib.import_module(f"{self.name}.{name}")

    @contextlib.contextmanager
    def client(self, **options: Any) -> Iterator[Any]:
        """A client that speaks to nobody, unless a `base_url` says to whom."""
        with self.module("client").Client(**{"base_url": "http://127.0.0.1:9", **options}) as client:
            yield client

    def call(self, call: Callable[[Any], Any], answer: Answer = DONE, **options: Any) -> Exchange:
        """What `call` sends and gets with a client; the asynchronous client has to send and get the same."""
        options = {"base_url": self._server.base_url, "max_retries": 0, **options}
        with self.module("client").Client(**options) as client:
            first = self._server.exchange(lambda: call(client), answer)

        async def later() -> Any:
            async with self.module("client").AsyncClient(**options) as client:
                outcome = call(client)
                assert inspect.isawaitable(outcome)
                return await outcome

        second = self._server.exchange(lambda: anyio.run(later), answer)
        assert first._replace(boundary="") == second._replace(boundary="")
        return first

    def call_through(self, call: Callable[[Any], Any], *, api_key: Any = None, **options: Any) -> Exchange:
        """What `call` sends with a client that sends through an `httpx2.Client` with these options."""
        with httpx2.Client(**options) as http_client:
            settings = {"base_url": self._server.base_url, "max_retries": 0, "api_key": api_key}
            with self.module("client").Client(http_client=http_client, **settings) as client:
                return self._server.exchange(lambda: call(client), DONE)

    def error(self, call: Callable[[Any], Any], answer: Answer, **options: Any) -> Any:
        """The error that this answer is raised as."""
        caught: list[Exception] = []

        def attempt(client: Any) -> None:
            try:
                call(client)
            except self.package.ApiError as error:
                caught.append(error)

        options = {"base_url": self._server.base_url, "max_retries": 0, **options}
        with self.module("client").Client(**options) as client:
            self._server.exchange(lambda: attempt(client), answer)
        return caught[0]

    def attempts(self, call: Callable[[Any], Any], *answers: Answer) -> list[Exchange]:
        """The requests that one call leads to, for these answers."""
        with self.module("client").Client(base_url=self._server.base_url) as client:
            return self._server.exchanges(lambda: call(client), *answers)

    def attempts_async(self, call: Callable[[Any], Awaitable[Any]], *answers: Answer) -> list[Exchange]:
        """As `attempts`, with the asynchronous client."""

        async def later() -> Any:
            async with self.module("client").AsyncClient(base_url=self._server.base_url) as client:
                return await call(client)

        return self._server.exchanges(lambda: anyio.run(later), *answers)


class Server:
    """Takes one request after the other and gives the answer of the hour."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.received: list[Exchange] = []
        self._http = _Listener(self)
        self.base_url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def exchange(self, call: Callable[[], Any], answer: Answer) -> Exchange:
        """The one request that `call` leads to."""
        (received,) = self.exchanges(call, answer)
        return received

    def exchanges(self, call: Callable[[], Any], *answers: Answer) -> list[Exchange]:
        """The requests that `call` leads to, one for each answer."""
        self.answers, self.received = [*answers], []
        result = call()
        assert not self.answers, "these were never asked for"
        return [received._replace(result=result) for received in self.received]


class _Listener(ThreadingHTTPServer):
    def __init__(self, owner: Server) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two packets: the second would wait 40 ms for the acknowledgement of the first.
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        assert isinstance(self.server, _Listener)
        owner = self.server.owner
        owner.received.append(self._received())
        answer = owner.answers.pop(0) if owner.answers else Answer(599)
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
            self.send_header(name, value)
        if answer.status != 204:  # RFC 9110, 8.6
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """`do_GET` and whatever other method there is."""
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def _received(self) -> Exchange:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() != "host"}
        boundary = headers.get("content-type", "").partition("boundary=")[2]
        if boundary:
            body = body.replace(boundary.encode(), BOUNDARY)
            headers["content-type"] = headers["content-type"].replace(boundary, BOUNDARY.decode())
        return Exchange(self.command, self.path, headers, body, None, boundary)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test that fails shows the exchange."""


class Library:
    """The packages of all cases, each generated when it is first asked for."""

    def __init__(self, root: Path, server: Server) -> None:
        self.root = root
        self._server = server
        self._cases: dict[Path, Case] = {}

    def case(self, folder: Path) -> Case:
        """The package of the description in `folder`."""
        if folder not in self._cases:
            self._cases[folder] = Case(self._generate(folder), self._server)
        return self._cases[folder]

    def _generate(self, folder: Path) -> str:
        package = f"case_{folder.name}"
        output = self.root / package
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            status = generate.main(["--spec", str(folder / "spec.yaml"), "--output", str(output), "--package", package])
        assert status == 0, told.getvalue()
        sys.path.insert(0, str(output))
        importlib.invalidate_caches()
        return package
