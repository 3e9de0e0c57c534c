"""Tiny descriptions, generated, imported and called: both clients, over a real socket, to the byte."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Self

import anyio
import httpx2

import generate
from tests.support.once import Once
from tests.support.server import Answer, Received, Server

__all__ = ["Answer", "Case", "Exchange", "Library", "Server", "exchange", "exchanges"]

BOUNDARY = b"BOUNDARY"
DONE = Answer()


class Exchange(NamedTuple):
    """A request, with `BOUNDARY` in place of the random boundary between its parts, and the result of the call."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    result: Any
    boundary: str = ""

    @classmethod
    def of(cls, received: Received, result: Any = None) -> Self:
        """What a call sent and returned; without the host, which is another one in each run."""
        headers = {name.lower(): value for name, value in received.headers if name.lower() != "host"}
        body, boundary = received.body, headers.get("content-type", "").partition("boundary=")[2]
        if boundary:
            body = body.replace(boundary.encode(), BOUNDARY)
            headers["content-type"] = headers["content-type"].replace(boundary, BOUNDARY.decode())
        return cls(received.method, received.target, headers, body, result, boundary)


def exchanges(server: Server, call: Callable[[], Any], *answers: Answer) -> list[Exchange]:
    """The requests that `call` sends, one for each answer."""
    result, requests = server.exchanges(call, *answers)
    return [Exchange.of(received, result) for received in requests]


def exchange(server: Server, call: Callable[[], Any], answer: Answer) -> Exchange:
    """The one request that `call` sends."""
    (only,) = exchanges(server, call, answer)
    return only


class Case:
    """A description's package."""

    def __init__(self, package: str, server: Server) -> None:
        self.name = package
        self.server = server

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
        options = {"base_url": self.server.base_url, "max_retries": 0, **options}
        with self.module("client").Client(**options) as client:
            first = exchange(self.server, lambda: call(client), answer)

        async def later() -> Any:
            async with self.module("client").AsyncClient(**options) as client:
                outcome = call(client)
                assert inspect.isawaitable(outcome)
                return await outcome

        second = exchange(self.server, lambda: anyio.run(later), answer)
        assert first._replace(boundary="") == second._replace(boundary="")
        return first

    def call_through(self, call: Callable[[Any], Any], *, api_key: Any = None, **options: Any) -> Exchange:
        """What `call` sends with a client that sends through an `httpx2.Client` with these options."""
        with httpx2.Client(**options) as http_client:
            settings = {"base_url": self.server.base_url, "max_retries": 0, "api_key": api_key}
            with self.module("client").Client(http_client=http_client, **settings) as client:
                return exchange(self.server, lambda: call(client), DONE)

    def error(self, call: Callable[[Any], Any], answer: Answer, **options: Any) -> Any:
        """The error that this answer is raised as."""
        caught: list[Exception] = []

        def attempt(client: Any) -> None:
            try:
                call(client)
            except self.package.ApiError as error:
                caught.append(error)

        options = {"base_url": self.server.base_url, "max_retries": 0, **options}
        with self.module("client").Client(**options) as client:
            exchange(self.server, lambda: attempt(client), answer)
        return caught[0]

    def attempts(self, call: Callable[[Any], Any], *answers: Answer) -> list[Exchange]:
        """The requests that one call leads to, for these answers."""
        with self.module("client").Client(base_url=self.server.base_url) as client:
            return exchanges(self.server, lambda: call(client), *answers)

    def attempts_async(self, call: Callable[[Any], Awaitable[Any]], *answers: Answer) -> list[Exchange]:
        """As `attempts`, with the asynchronous client."""

        async def later() -> Any:
            async with self.module("client").AsyncClient(base_url=self.server.base_url) as client:
                return await call(client)

        return exchanges(self.server, lambda: anyio.run(later), *answers)


class Library:
    """The packages of all cases, each generated when it is first asked for."""

    def __init__(self, once: Once, server: Server) -> None:
        self.root = once.root
        self._once = once
        self.server = server
        self._cases: dict[Path, Case] = {}

    def case(self, folder: Path) -> Case:
        """The package of the description in `folder`."""
        if folder not in self._cases:
            self._cases[folder] = Case(self._generate(folder), self.server)
        return self._cases[folder]

    def _generate(self, folder: Path) -> str:
        package = f"case_{folder.name}"

        def fill(output: Path) -> None:
            printed, options = io.StringIO(), ["--output", str(output), "--package", package]
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                status = generate.main(["--spec", str(folder / "spec.yaml"), *options])
            assert status == 0, printed.getvalue()

        sys.path.insert(0, str(self._once(package, fill)))
        importlib.invalidate_caches()
        return package
