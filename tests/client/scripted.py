"""Scripts for the server of the tests, and the drivers that call it."""

from __future__ import annotations

import inspect
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeVar

import anyio
import anyio.lowlevel
import httpx2

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client
from persona_oauth.models import AccessToken
from tests.support.server import Act, Received, Server as ScriptedServer, response

__all__ = ["Act", "Received", "ScriptedServer"]

T = TypeVar("T")
API_KEY = "persona_sandbox_11111111-2222-3333-4444-555555555555"
CODE = "oat_planted-authorization-code"
TOKEN = "persona_access_token_planted"
SECRETS = (API_KEY, CODE, TOKEN)
GRANT = {"access-token": TOKEN, "token-type": "bearer", "expires-in": 3599, "scope": "inquiry.read:inq_1"}
NOW = 1_700_000_000.0
"""What the fake clock says at first: Tue, 14 Nov 2023 22:13:20 GMT."""


def answer(
    status: int = 201, body: object = None, headers: Sequence[tuple[str, str]] = (), *, reason: str = "X"
) -> Act:
    """A whole answer; `body` is bytes, or becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(GRANT if body is None else body).encode()
    own = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    return Act(response(status, [*own, *headers], content, reason))


OK = answer(201, headers=[("Request-Id", "req_ok")])
CUT_HEADERS, CUT_BODY = OK.data[:20], OK.data[:-7]
RESET, CLOSE, STALL = Act(then="reset"), Act(then="close"), Act(then="stall")


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


def set_clock(client: Client | AsyncClient, clock: object | None) -> None:
    """Replace the clock of a client, unless it is None; only tests need that, so it is no setting."""
    if clock is not None:
        client._transport.clock = clock


Outcome = ApiResponse[AccessToken] | ApiError
GRANT_CALL: dict[str, Any] = {"code": CODE}


@dataclass(frozen=True)
class Driver:
    """Calls create_access_token the sync way, or the async way under one of two event loops."""

    flavour: Literal["sync", "asyncio", "trio"]
    clock: Any = field(default_factory=FakeClock)
    """None: the real one."""

    def call(self, base_url: str, call: dict[str, Any] | None = None, **settings: Any) -> Outcome:
        """One call by a client of its own."""
        return self.calls(base_url, [call or {}], **settings)[0]

    def calls(
        self, base_url: str, calls: Sequence[dict[str, Any]], first_timeout: float | None = None, **settings: Any
    ) -> list[Outcome]:
        """Calls one after the other by one client, whose first request may have another time-out, in seconds."""
        settings = {"api_key": API_KEY, "base_url": base_url, **settings}
        if self.flavour == "sync":
            with _impatient(first_timeout) as more, Client(**settings, **more) as client:
                set_clock(client, self.clock)
                return [self._caught(partial(_sync_call, client, call)) for call in calls]

        async def main() -> list[Outcome]:
            async with _aimpatient(first_timeout) as more, AsyncClient(**settings, **more) as client:
                set_clock(client, self.clock)
                return [await self._acaught(partial(_async_call, client, call)) for call in calls]

        return self.run(main)

    def call_with_hook(self, base_url: str, event: str, hook: Callable[[Any], object], **settings: Any) -> Outcome:
        """One call with an `http_client` that has this event hook; what the hook returns is awaited where it can be."""
        settings = {"api_key": API_KEY, "base_url": base_url, **settings}
        if self.flavour == "sync":
            with httpx2.Client(event_hooks={event: [hook]}) as http_client:
                return self.call(**settings, http_client=http_client)

        async def ahook(subject: Any) -> None:
            made = hook(subject)
            if inspect.isawaitable(made):
                await made

        async def main() -> Outcome:
            async with httpx2.AsyncClient(event_hooks={event: [ahook]}) as http_client:
                client = AsyncClient(**settings, http_client=http_client)
                set_clock(client, self.clock)
                return await self._acaught(partial(_async_call, client, {}))

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


@contextmanager
def _impatient(first_timeout: float | None) -> Iterator[dict[str, Any]]:
    """The `http_client` that sends the first request with this read time-out, if there is one."""
    if first_timeout is None:
        yield {}
        return
    seconds = [first_timeout]

    def limit(request: httpx2.Request) -> None:
        if seconds:
            request.extensions["timeout"]["read"] = seconds.pop()

    with httpx2.Client(event_hooks={"request": [limit]}) as http_client:
        yield {"http_client": http_client}


@asynccontextmanager
async def _aimpatient(first_timeout: float | None) -> AsyncIterator[dict[str, Any]]:
    """The same for tasks."""
    if first_timeout is None:
        yield {}
        return
    seconds = [first_timeout]

    async def limit(request: httpx2.Request) -> None:
        if seconds:
            request.extensions["timeout"]["read"] = seconds.pop()

    async with httpx2.AsyncClient(event_hooks={"request": [limit]}) as http_client:
        yield {"http_client": http_client}


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
