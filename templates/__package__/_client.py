"""What every client is, whatever the API: configuration and lifetime."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from copy import copy
from inspect import getattr_static
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, overload

import httpx2

from ._security import Scheme, keys_of_environment
from ._settings import chosen_base_url
from ._transport import AsyncTransport, Settings, SyncTransport
from .errors import ApiError

if TYPE_CHECKING:
    from ._attempts import Attempt
    from .stores import Store

__all__ = ["AsyncBaseClient", "Description", "Operations", "SyncBaseClient"]

TransportT = TypeVar("TransportT", SyncTransport, AsyncTransport)
T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT", httpx2.Client, httpx2.AsyncClient)


class Description(NamedTuple):
    """What the OpenAPI description tells every client."""

    user_agent: str
    base_url: str | None
    """The first of the servers; None where the description names none, so that callers have to."""
    security: Mapping[str, Scheme]
    key_variables: Mapping[str, str]
    """Environment variables that may hold API keys, by name of the security scheme."""
    base_url_variable: str = ""
    """Environment variable that may hold the base URL; empty: none."""
    log_variable: str = ""
    """Environment variable that may ask for the log; empty: none."""


class _BaseClient(Generic[TransportT, HttpClientT]):
    _description: ClassVar[Description]
    _transport: TransportT
    _base_url: str = ""  # here, so that a client half made has a repr: a traceback may show it

    def __init__(  # noqa: PLR0913 (every one is an option of a client; all but the first are keywords)
        self,
        api_key: str | Mapping[str, str] | None = None,
        *,
        auth: httpx2.Auth | Callable[[httpx2.Request], httpx2.Request] | None = None,
        base_url: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        total_timeout: float = 300.0,
        max_retries: int = 2,
        max_retry_wait: float = 60.0,
        fresh_idempotency_key_on_5xx: bool = False,
        throttle: bool | Store = False,
        max_response_size: int = 1024 * 1024,
        max_binary_size: int = 256 * 1024 * 1024,
        headers: Mapping[str, str] | None = None,
        http_client: HttpClientT | None = None,
        on_attempt: Callable[[Attempt], object] | None = None,
    ) -> None:
        """Make a client; safe to share between threads or tasks. Durations are seconds.

        Args:
            api_key: Sent as the operation's security asks: a text, or a mapping from the names of security schemes to
                their keys; None takes the environment variables of the description.
            auth: Authenticates instead of `api_key`: an `httpx2.Auth`, or a function from request to request.
            base_url: Where the API answers; None takes the environment variable that the description names, if it is
                set, else the first server of the operation or of the description. https, except at a loopback address.
            timeout: For each step of an attempt; None waits 5 to connect, and 30 to read, write or get a connection.
            total_timeout: For a whole call, its attempts and waits together.
            max_retries: How often a call is repeated that may be repeated; 0 turns that off.
            max_retry_wait: Where the server asks for a longer wait, the error is raised at once.
            fresh_idempotency_key_on_5xx: Repeat after a 5xx with a new idempotency key, after at least 5, 10, 20, 40
                seconds. The first request may have been carried out all the same, so the work can be done twice.
            throttle: Slow calls down when less than 15 % of the rate limit is left, as far as the API tells that by
                headers. True shares what is known through the store of `auth`, if that has one; else name a store.
            max_response_size: Bytes of an answer's body, after decompression; of JSON, each object counts as 40 at
                least and each array as 16.
            max_binary_size: The same of an answer that is bytes by the description, such as an image.
            headers: Sent with every request; they win over the client's own.
            http_client: One of yours (proxies, TLS, HTTP/2, event hooks); it stays yours to close.
            on_attempt: Called after each attempt with its result, before the wait for the next one. An exception of it
                is logged and changes nothing else. A plain function, also for `AsyncClient`.

        Raises:
            InvalidRequestError: An argument is invalid, such as an `api_key` with a line break.
        """
        described = self._description
        try:
            if described.log_variable and (level := os.environ.get(described.log_variable)):
                from ._log import write_log

                write_log(level, described.log_variable)
            base_url = chosen_base_url(base_url, described.base_url_variable)
            if api_key is None and auth is None:  # else a key from the environment is not even looked at
                api_key = keys_of_environment(described.key_variables, described.security)
            settings = Settings(
                base_url=described.base_url or "" if base_url is None else base_url,
                is_base_url_given=base_url is not None,
                api_key=api_key,
                key_variables=described.key_variables,
                security=described.security,
                auth=auth,
                timeout=timeout,
                total_timeout=total_timeout,
                max_retries=max_retries,
                max_retry_wait=max_retry_wait,
                fresh_idempotency_key_on_5xx=fresh_idempotency_key_on_5xx,
                throttle=throttle,
                max_response_size=max_response_size,
                max_binary_size=max_binary_size,
                headers=headers,
                on_attempt=on_attempt,
                user_agent=described.user_agent,
            )
            self._transport = self._connect(settings, http_client)
        except ApiError as error:
            del api_key, auth, base_url, headers  # they may hold secrets, and tracebacks may be shown with locals
            raise error.with_traceback(None) from None
        self._base_url = settings.base_url

    def _connect(self, settings: Settings, http_client: HttpClientT | None) -> TransportT:
        raise NotImplementedError

    def with_options(
        self,
        *,
        timeout: float | httpx2.Timeout | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        max_retry_wait: float | None = None,
        max_response_size: int | None = None,
        max_binary_size: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Make a view of this client with other limits, None being no other, or with more headers.

        It shares the connections, the retry budget and the throttle, so it costs next to nothing, and works for as long
        as this client is open. To close it closes nothing else.

        Args:
            timeout: As at construction; so are the next five.
            total_timeout: Seconds for a whole call.
            max_retries: How often a call may be repeated.
            max_retry_wait: Seconds between two attempts.
            max_response_size: Bytes of an answer.
            max_binary_size: Bytes of an answer that is bytes.
            headers: Sent as well; they win over those of this client.

        Raises:
            InvalidRequestError: An argument is invalid.
        """
        try:
            settings = self._transport.settings.replaced(
                headers,
                timeout=timeout,
                total_timeout=total_timeout,
                max_retries=max_retries,
                max_retry_wait=max_retry_wait,
                max_response_size=max_response_size,
                max_binary_size=max_binary_size,
            )
        except ApiError as error:
            del headers  # they may hold secrets, and tracebacks may be shown with locals
            raise error.with_traceback(None) from None
        return self._view(settings)

    def _view(self, settings: Settings) -> Self:
        view = copy(self)
        for name in [name for name in vars(view) if isinstance(getattr_static(type(view), name, None), Operations)]:
            del vars(view)[name]  # they send with the settings of this client
        view._transport = self._transport.view(settings)
        return view

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"


class Operations(Generic[T]):
    """An attribute of a client: the operations under one tag, imported when they are first asked for.

    On the client's class it is the class of the operations, whose methods `unittest.mock.create_autospec` reads there.
    """

    def __init__(self, load: Callable[[], type[T]]) -> None:
        """`load` imports the class."""
        self._load = load
        self.__doc__ = load.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Where an instance keeps its own."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> type[T]: ...

    @overload
    def __get__(self, instance: _BaseClient[Any, Any], owner: type) -> T: ...

    def __get__(self, instance: _BaseClient[Any, Any] | None, owner: type) -> T | type[T]:
        if instance is None:
            return self._load()
        made: Any = self._load()
        # Python looks there first, from now on; one assignment, so that threads get the same.
        value: T = instance.__dict__.setdefault(self._name, made(instance._transport))
        return value

    if TYPE_CHECKING:

        def __set__(self, instance: _BaseClient[Any, Any], value: T) -> None:
            """Replace it on one client; an assignment needs nothing of ours."""


class SyncBaseClient(_BaseClient[SyncTransport, httpx2.Client]):
    """For threads."""

    def _connect(self, settings: Settings, http_client: httpx2.Client | None) -> SyncTransport:
        return SyncTransport(settings, http_client)

    def close(self) -> None:
        """Close the connections; a later call raises `ClientClosedError`."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncBaseClient(_BaseClient[AsyncTransport, httpx2.AsyncClient]):
    """For asyncio and trio."""

    def _connect(self, settings: Settings, http_client: httpx2.AsyncClient | None) -> AsyncTransport:
        return AsyncTransport(settings, http_client)

    async def aclose(self) -> None:
        """Close the connections; a later call raises `ClientClosedError`."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
