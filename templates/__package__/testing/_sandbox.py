"""The stand-in for an API: reads requests, asks the behaviour, answers, remembers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

import httpx2

from .._text import shown
from ._answers import Answers, message_of
from ._behaviour import Behaviour, Call, Problem, Reply
from ._description import BASE_URL, AsyncClient, Client
from ._faults import FAULTS, Fault, Faults, Kind
from ._log import Log
from ._outcome import Exchange, Outcome, Request, written
from ._reading import Reader, keys, unauthorised
from ._routes import Routes
from ._transport import SandboxTransport

if TYPE_CHECKING:
    from ._server import Server

__all__ = ["BaseSandbox"]

BehaviourT = TypeVar("BehaviourT", bound=Behaviour)
Handler: TypeAlias = Callable[[Call], Any]
HandlerT = TypeVar("HandlerT", bound=Handler)

_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


class BaseSandbox(Generic[BehaviourT]):
    """A stand-in for the API; safe to share between threads, tasks and event loops."""

    behaviour_class: ClassVar[type[Any]] = Behaviour
    behaviour: BehaviourT

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """Make one with a state of its own.

        Args:
            clock: Returns the seconds since 1970, for all that the API lets expire.
        """
        self.now = clock
        self.keys: Mapping[str, str] = keys()
        """The credential of each security scheme that the description's behaviour knows, by name of the scheme."""
        self.routes: Routes = Routes()
        self._reader = Reader(self.routes)
        self._answers = Answers(self.routes)
        self._faults = Faults()
        self._handlers: dict[str, Handler] = {}
        self._lock = threading.RLock()  # a handler may call the API itself
        self._log = Log()
        made: Any = self.behaviour_class(self)
        self.behaviour = made

    # For tests

    @property
    def requests(self) -> list[Call]:
        """The calls that came, the first one first: the last 10,000, or fewer where their bodies exceed 64 MiB."""
        return [exchange.call for exchange in self.exchanges]

    @property
    def exchanges(self) -> list[Exchange]:
        """The same with what came of them, for the page of a server."""
        return [*self._log]

    def clear(self) -> None:
        """Forget the requests that came and the faults that are still to happen; handlers and the API's state stay."""
        self._log.clear()
        self._faults.clear()

    def on(self, operation: str) -> Callable[[HandlerT], HandlerT]:
        """Decorate what answers an operation: it takes the `Call` and returns a `Reply`, or only its body.

        Raises:
            LookupError: There is no operation with this Python name.
        """
        self.routes.check(operation)

        def register(handler: HandlerT) -> HandlerT:
            self._handlers[operation] = handler
            return handler

        return register

    def fail_next(
        self, status: int | Kind = 503, *, times: int = 1, operation: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Let the next calls fail.

        Args:
            status: An HTTP status, answered as the operation declares it; or `drop`, which closes the connection before
                the work is done, `drop-after`, which does the work first, `stall`, which answers nothing, `html`, which
                is the 502 of a gateway, `truncate`, which does the work and breaks off within its answer.
            times: How many calls.
            operation: Only those of this operation, by Python name; empty: any.
            headers: Of the answer to a status, such as `Retry-After`.

        Raises:
            ValueError: There is no such status or fault.
            LookupError: There is no operation with this Python name.
        """
        if times < 1 or not (status in FAULTS or (isinstance(status, int) and 200 <= status <= 599)):
            raise ValueError(f"status is an HTTP status or one of {', '.join(FAULTS)}, and times is at least 1")
        if operation:
            self.routes.check(operation)
        self._faults.add(Fault(status, times, operation, headers or {}))

    @cached_property
    def transport(self) -> SandboxTransport:
        """For any `httpx2.Client` or `httpx2.AsyncClient`, whatever the host of its requests."""
        return SandboxTransport(self.answer)

    def client(self, **options: Any) -> Client:
        """A client that reaches this sandbox only; `options` are those of `Client`."""
        http_client = httpx2.Client(transport=self.transport, trust_env=False)
        return Client(**{"base_url": BASE_URL, **self.behaviour.settings(), "http_client": http_client, **options})

    def async_client(self, **options: Any) -> AsyncClient:
        """The same for asyncio and trio."""
        http_client = httpx2.AsyncClient(transport=self.transport, trust_env=False)
        return AsyncClient(**{"base_url": BASE_URL, **self.behaviour.settings(), "http_client": http_client, **options})

    def serve(self, port: int = 0, *, host: str = "127.0.0.1") -> Server:
        """Serve it over HTTP until the end of a `with` block; its `url` is a base URL for clients.

        Up to 500 connections are open at once; a further one is answered with 503 and closed.

        Args:
            port: 0 takes a free one.
            host: The address to listen at. Anybody who reaches it can use the sandbox and read what others sent.

        Raises:
            OSError: The port is taken, or the address is not one of this machine.
        """
        from ._server import Server

        return Server(self, host, port)

    # For transport and server

    def answer(self, request: Request) -> Outcome:
        """Answer a request, whoever sent it."""
        call = self._reader.read(request)
        exchange = Exchange(call, self.now())
        self._log.append(exchange)
        fault = self._faults.take(call.operation)
        outcome = self._outcome(call) if fault is None else self._failure(call, fault)
        if outcome.status >= HTTPStatus.BAD_REQUEST:
            exchange.reason = message_of(outcome.body) or (call.problem.message if call.problem else "")
        exchange.result = outcome.end or str(outcome.status)
        return outcome

    def _failure(self, call: Call, fault: Fault) -> Outcome:
        if isinstance(fault.status, int):
            problem = Problem(fault.status, f"the sandbox was asked to fail with {fault.status}")
            outcome = self._outcome(replace(call, problem=problem))
            return replace(outcome, headers={**outcome.headers, **fault.headers})
        if fault.status == "html":
            reply = Reply(502, _GATEWAY_PAGE, {"Content-Type": "text/html", **fault.headers})
            return written(reply, None, call.method)
        if fault.status == "drop-after":
            self._outcome(call)
            return Outcome(end="drop")
        if fault.status == "truncate":
            return replace(self._outcome(call), end="truncate")
        return Outcome(end=fault.status)

    def _outcome(self, call: Call) -> Outcome:
        operation = self.routes.operation(call.operation)
        with self._lock:
            if operation is not None:
                unauthorised(call, operation, self.behaviour.accepts)
            reply = self.behaviour.reply(call, partial(self._proceed, call))
            if reply.status == 405:  # RFC 9110, 15.5.6
                reply = replace(reply, headers={"Allow": ", ".join(self.routes.methods(call.path)), **reply.headers})
            return written(reply, operation, call.method)

    def _proceed(self, call: Call) -> Reply:
        if not call.operation or call.problem is not None:
            return self.refusal(call, call.problem or Problem(404, "there is nothing here"))
        handler = self._handlers.get(call.operation) or self._method(call.operation)
        if handler is None:
            return self._answers.success(call.operation)
        value = handler(call)
        return value if isinstance(value, Reply) else Reply(self._answers.success(call.operation).status, value)

    def _method(self, operation: str) -> Handler | None:
        """The behaviour's own method for an operation, which may have the name of one that every behaviour has."""
        if hasattr(Behaviour, operation):
            return None
        method: Handler | None = getattr(self.behaviour, operation, None)
        return method if callable(method) else None

    def refusal(self, call: Call, problem: Problem) -> Reply:
        """The error that the operation declares for a problem, with its message."""
        return self._answers.failure(call.operation, problem)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {shown(BASE_URL)}>"
