"""Settings, requests, lifetime."""

from __future__ import annotations

import enum
import gzip
import re
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import httpx2
import pytest

from persona_oauth import UNSET, ApiResponse, AsyncClient, Client, ClientClosedError, InvalidRequestError
from persona_oauth.auth import AccessTokenAuth
from persona_oauth.models import AccessToken
from tests.client.scripted import (
    API_KEY,
    CODE,
    CUT_BODY,
    OK,
    STALL,
    Act,
    Driver,
    FakeClock,
    Received,
    ScriptedServer,
    answer,
    set_clock,
    then,
)
from tests.support.checkout import DISTRIBUTION
from tests.support.server import PATIENCE

HTTP_CLIENTS = {"sync": httpx2.Client, "asyncio": httpx2.AsyncClient, "trio": httpx2.AsyncClient}


def sent(driver: Driver, call: dict[str, Any] | None = None, **settings: Any) -> Any:
    """The one request that a call sends."""
    with ScriptedServer(OK) as server:
        outcome = driver.call(server.base_url, call, **settings)
    assert isinstance(outcome, ApiResponse), outcome
    return server.requests[0]


def test_request(driver: Driver) -> None:
    """Line, headers and form bytes; defaults of the description are sent, what is not given is not."""
    request = sent(driver)
    assert request.line == "POST /api/v1/oauth/token HTTP/1.1"
    assert request.body == f"code={CODE}&grant-type=authorization_code".encode()
    assert request.header("Authorization") == f"Bearer {API_KEY}"
    assert request.header("Content-Type") == "application/x-www-form-urlencoded"
    assert request.header("Accept") == "application/json"
    assert request.header("Persona-Version") == "2023-01-05"
    assert request.header("Key-Inflection") is None
    assert re.fullmatch(r"[0-9a-f-]{36}", request.header("Idempotency-Key"))
    assert re.fullmatch(rf"{DISTRIBUTION}/\S+ httpx2/\S+ python/3\S+", request.header("User-Agent"))


class Text(str, enum.Enum):  # noqa: UP042 (the usual way before Python 3.11, and `str()` does not write its value)
    """Settings of a caller."""

    KEY = API_KEY
    VERSION = "2024-01-01"
    NAME = "X-Job"


@pytest.mark.parametrize("key", [Text.KEY, {"bearerAuth": Text.KEY}])
def test_enumeration_of_the_callers(driver: Driver, key: Any) -> None:
    """The value of a member is sent, as everywhere that a text is asked for."""
    call = {"code": Text.KEY, "persona_version": Text.VERSION, "idempotency_key": Text.VERSION}
    request = sent(driver, call, api_key=key, headers={Text.NAME: Text.VERSION})
    assert request.header("Authorization") == f"Bearer {API_KEY}"
    assert request.body == f"code={API_KEY}&grant-type=authorization_code".encode()
    assert request.header("Persona-Version") == request.header("Idempotency-Key") == "2024-01-01"
    assert request.header("X-Job") == "2024-01-01"


def test_two_calls_have_two_keys(driver: Driver) -> None:
    """A key belongs to one logical call."""
    with ScriptedServer(OK, OK) as server:
        driver.calls(server.base_url, [{}, {}])
    assert len({request.header("Idempotency-Key") for request in server.requests}) == 2


def test_none_is_not_sent(driver: Driver) -> None:
    """persona_version=None leaves the version to the server."""
    assert sent(driver, {"persona_version": None}).header("Persona-Version") is None


@pytest.mark.parametrize(
    ("call", "version"),
    [
        ({}, "2025-12-08"),
        ({"persona_version": "2025-10-27"}, "2025-10-27"),
        ({"persona_version": "2023-01-05"}, "2023-01-05"),
        ({"persona_version": None}, None),
        ({"persona_version": UNSET}, "2025-12-08"),
    ],
    ids=["left out", "another", "the default", "none", "unset"],
)
def test_callers_headers_win(driver: Driver, call: dict[str, Any], version: str | None) -> None:
    """Over our defaults and those of the description, not over an argument of the call, be it the default or None."""
    headers = {"user-agent": "mine", "persona-version": "2025-12-08", "X-Team": "a"}
    request = sent(driver, call, headers=headers)
    assert request.header("User-Agent") == "mine"
    assert request.header("X-Team") == "a"
    assert request.header("Persona-Version") == version


@pytest.mark.parametrize("name", ["Idempotency-Key", "content-type", "Content-Length"])
def test_headers_of_a_single_call(name: str) -> None:
    """They can't be set for all calls at once."""
    with pytest.raises(InvalidRequestError, match=name):
        Client(headers={name: "1"})


def test_callers_authorization_wins(driver: Driver) -> None:
    """A header of the caller replaces the key."""
    assert sent(driver, headers={"Authorization": "Bearer other"}).header("Authorization") == "Bearer other"


def test_auth_replaces_the_key(driver: Driver) -> None:
    """`auth` is httpx2's own mechanism."""
    assert sent(driver, api_key=None, auth=httpx2.BasicAuth("u", "p")).header("Authorization") == "Basic dTpw"


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.oauth.create_authorization(client_id="org_1", scope="inquiry.read:inq_1"),
        lambda client: client.oauth.create_access_token(code="c"),
    ],
    ids=["create_authorization", "create_access_token"],
)
def test_missing_credentials(call: Callable[[Client], object]) -> None:
    """Told at the call, with both ways to mend it; nothing is sent."""
    with ScriptedServer() as server, Client(base_url=server.base_url) as client:
        with pytest.raises(InvalidRequestError, match=r"api_key=.* PERSONA_API_KEY") as caught:
            call(client)
        assert caught.value.argument == "api_key"
        assert server.requests == []


def test_assertion_without_the_key(driver: Driver) -> None:
    """It authenticates by itself, whatever key the client has."""
    assertion = {"client_assertion": "a.b.c", "code": None}
    assert sent(driver, assertion).header("Authorization") is None
    assert sent(driver, assertion, api_key=None).header("Authorization") is None
    assert sent(driver, assertion, api_key=None, auth=httpx2.BasicAuth("u", "p")).header("Authorization") is None


def test_refused_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, its value is not."""
    monkeypatch.setenv("PERSONA_API_KEY", "hunter22\n")
    with pytest.raises(InvalidRequestError, match="PERSONA_API_KEY") as caught:
        Client()
    assert "hunter22" not in str(caught.value)
    Client(api_key=API_KEY).close()


@pytest.mark.parametrize("base_url", ["https://api.withpersona.com/api/v2", "https://API.withpersona.com:443/api/v1"])
def test_auth_of_the_same_origin(base_url: str) -> None:
    """Whatever the path, and however it is written."""
    token = AccessToken(access_token="t", token_type="bearer", expires_in=9, scope="")
    Client(auth=AccessTokenAuth(token), base_url=base_url).close()


@pytest.mark.parametrize("base_url", ["https://withpersona.com/api/v1", "http://127.0.0.1:9", "https://localhost"])
def test_auth_of_another_origin(base_url: str) -> None:
    """Its token would not be sent, so each call would be refused."""
    auth = AccessTokenAuth(AccessToken(access_token="t", token_type="bearer", expires_in=9, scope=""))
    for client in (Client, AsyncClient):
        with pytest.raises(InvalidRequestError, match=r"https://api\.withpersona\.com") as caught:
            client(auth=auth, base_url=base_url)
        assert caught.value.argument == "auth"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://localhost",
        "https://user:hunter22@example.com",
        "https://example.com/?a=hunter22",
        "https://example.com/#a",
        "https://",
        "/api",
        "",
        "https://exa mple.com",
        "https://example.com:0",
        "https://example.com:65536",
        "http://127.0.0.1:99999",
    ],
)
def test_bad_base_url(url: str) -> None:
    """https, or a loopback address; without user, query and fragment."""
    with pytest.raises(InvalidRequestError) as caught:
        Client(api_key=API_KEY, base_url=url)
    assert caught.value.argument == "base_url"
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/a", "http://127.9.9.9", "http://[::1]:1", "https://example.com/a/"]
)
def test_good_base_url(url: str) -> None:
    """A path is kept, a slash at its end is not."""
    with Client(api_key=API_KEY, base_url=url) as client:
        assert repr(client) == f"Client(base_url={url.rstrip('/')!r})"


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1.0},
        {"timeout": float("nan")},
        {"timeout": httpx2.Timeout(5.0, read=0)},
        {"timeout": True},
        {"total_timeout": float("inf")},
        {"total_timeout": None},
        {"max_retries": -1},
        {"max_retries": 1.5},
        {"max_retries": True},
        {"max_retry_wait": -1},
        {"max_response_size": 0},
        {"http_client": object()},
    ],
)
def test_bad_setting(settings: dict[str, Any]) -> None:
    """Refused at construction, by name."""
    with pytest.raises(InvalidRequestError) as caught:
        Client(api_key=API_KEY, **settings)
    assert caught.value.argument == next(iter(settings))


@pytest.mark.parametrize("call", [{"timeout": 0}, {"total_timeout": -1}, {"max_retries": -1}, {"code": ""}])
def test_bad_argument(driver: Driver, call: dict[str, Any]) -> None:
    """Refused before anything is sent, by name."""
    with ScriptedServer() as server:
        outcome = driver.call(server.base_url, call)
    assert isinstance(outcome, InvalidRequestError)
    assert isinstance(outcome, ValueError)
    assert outcome.argument == next(iter(call))


def test_cookies_are_not_kept(driver: Driver) -> None:
    """A repeat sends what the first attempt sent, even if the answer in between set a cookie."""
    with ScriptedServer(answer(503, b"", [("Set-Cookie", "a=b"), ("Retry-After", "0")]), OK) as server:
        driver.call(server.base_url)
    assert server.attempts_are_equal()


def test_event_hooks_see_every_attempt(driver: Driver) -> None:
    """Hooks of an http_client of one's own: three requests, three answers."""
    seen: list[int | str] = []

    async def on_request(request: httpx2.Request) -> None:
        seen.append(request.method)

    async def on_response(response: httpx2.Response) -> None:
        seen.append(response.status_code)

    hooks: dict[str, list[Any]] = {"request": [on_request], "response": [on_response]}
    if driver.flavour == "sync":
        hooks = {
            "request": [lambda request: seen.append(request.method)],
            "response": [lambda response: seen.append(response.status_code)],
        }
    http_client = HTTP_CLIENTS[driver.flavour](event_hooks=hooks, headers={"User-Agent": "own"})
    last = answer(headers=[("Connection", "close")])  # so that no connection is left for another event loop to close
    with ScriptedServer(answer(502, b""), answer(503, b""), then(last, "close")) as server:
        driver.call(server.base_url, http_client=http_client)
    assert seen == ["POST", 502, "POST", 503, "POST", 201]
    assert server.requests[0].header("User-Agent") == "own"
    assert not http_client.is_closed
    if isinstance(http_client, httpx2.Client):
        http_client.close()
    else:
        driver.run(http_client.aclose)


def test_hook_that_reads_the_answer() -> None:
    """The body is read once, and still decoded."""
    http_client = httpx2.Client(event_hooks={"response": [lambda response: response.read()]})
    content = gzip.compress(OK.data.partition(b"\r\n\r\n")[2])
    with ScriptedServer(answer(201, content, [("Content-Encoding", "gzip")])) as server, http_client:
        client = Client(API_KEY, base_url=server.base_url, http_client=http_client)
        assert client.oauth.create_access_token(code=CODE).expires_in == 3599


def test_closed_client() -> None:
    """A later call says so; closing twice is fine."""
    client = Client(api_key=API_KEY)
    client.close()
    client.close()
    with pytest.raises(ClientClosedError, match="closed"):
        client.oauth.create_access_token(code=CODE)


def test_closed_http_client() -> None:
    """Also where it was the http_client that was closed."""
    http_client = httpx2.Client()
    http_client.close()
    with Client(api_key=API_KEY, http_client=http_client) as client, pytest.raises(ClientClosedError):
        client.oauth.create_access_token(code=CODE)


def test_closed_during_a_call(driver: Driver) -> None:
    """The repeat finds the client closed: an ApiError like any other."""
    http_client = httpx2.Client()

    class ClosingClock(FakeClock):
        def sleep(self, seconds: float) -> None:
            http_client.close()

    with (
        ScriptedServer(answer(503, b"")) as server,
        Client(API_KEY, base_url=server.base_url, http_client=http_client) as client,
    ):
        set_clock(client, ClosingClock())
        with pytest.raises(ClientClosedError) as caught:
            client.oauth.create_access_token(code=CODE)
    assert caught.value.attempts == 2


async def cancelled(call: Callable[[], Awaitable[object]], when: threading.Event) -> bool:
    """Cancel the call at this event; whether the cancellation passed through."""
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:

            async def cancel() -> None:
                assert await anyio.to_thread.run_sync(when.wait, PATIENCE)
                scope.cancel()

            group.start_soon(cancel)
            await call()
    return scope.cancelled_caught


@pytest.mark.parametrize("within", ["answer", "wait"])
def test_cancellation(driver: Driver, within: str) -> None:
    """It passes through, at once, and the connection is given back."""
    if driver.flavour == "sync":
        return
    is_there = threading.Event()

    class StuckClock(FakeClock):
        async def asleep(self, seconds: float) -> None:
            is_there.set()
            await anyio.sleep_forever()

    def choose(request: Received) -> Act:
        if within == "answer":
            is_there.set()
        return STALL if within == "answer" else answer(503, b"")

    async def main(base_url: str) -> None:
        async with AsyncClient(API_KEY, base_url=base_url) as client:
            set_clock(client, StuckClock())
            assert await cancelled(partial(client.oauth.create_access_token, code=CODE), is_there)

    with ScriptedServer(choose=choose) as server:
        driver.run(partial(main, server.base_url))
    assert len(server.requests) == 1


def test_cancelled_call_gives_its_connection_back(driver: Driver) -> None:
    """Within the body: the only connection that the http_client may have is free for the next call."""
    if driver.flavour == "sync":
        return
    is_within = threading.Event()

    async def on_response(response: httpx2.Response) -> None:
        is_within.set()

    async def main(base_url: str) -> None:
        limits, hooks = httpx2.Limits(max_connections=1), {"response": [on_response]}
        http_client = httpx2.AsyncClient(limits=limits, event_hooks=hooks)
        async with http_client, AsyncClient(API_KEY, base_url=base_url, http_client=http_client) as client:
            assert await cancelled(partial(client.oauth.create_access_token, code=CODE), is_within)
            await client.oauth.create_access_token(code=CODE, timeout=PATIENCE, max_retries=0)

    with ScriptedServer(Act(CUT_BODY, "stall"), OK) as server:
        driver.run(partial(main, server.base_url))
