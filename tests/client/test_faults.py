"""The fault matrix: what a call makes of each thing that can go wrong, on real sockets."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import pytest

from persona_oauth import (
    ApiError,
    ApiResponse,
    BadRequestError,
    ClientError,
    ConflictError,
    ConnectionFailedError,
    InvalidResponseError,
    ServerError,
    StatusError,
    TimedOutError,
    TooManyRequestsError,
)
from tests.client.scripted import (
    CLOSE,
    CUT_BODY,
    CUT_HEADERS,
    GRANT,
    OK,
    RESET,
    STALL,
    TOKEN,
    Act,
    Driver,
    ScriptedServer,
    answer,
    then,
    unused_address,
)

HTML = b"<html><h1>Bad Gateway</h1></html>"
MEBIBYTE = 1024 * 1024
#: Of the first request only: the others have to succeed, even on a busy machine.
IMPATIENT = {"first_timeout": 0.1}


def status(code: int, *headers: tuple[str, str]) -> Act:
    return answer(code, {"errors": [{"title": "T", "details": "D"}]}, headers)


THRICE = {"max_retries": 3}


@dataclass(frozen=True)
class Row:
    """A script of the server, and what comes of it: a result, or an error with these attributes."""

    script: list[Act]
    error: type[ApiError] | None = None
    waits: list[float] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


ROWS = {
    "reset before the answer": Row([RESET, OK], waits=[0.5]),
    "reset within headers": Row([Act(CUT_HEADERS, "reset"), OK], waits=[0.5]),
    "reset within body": Row([Act(CUT_BODY, "reset"), OK], waits=[0.5]),
    "closed before the answer": Row([CLOSE, OK], waits=[0.5]),
    "closed within headers": Row([Act(CUT_HEADERS, "close"), OK], waits=[0.5]),
    "closed within body": Row([Act(CUT_BODY, "close"), OK], waits=[0.5]),
    "lost three times": Row([RESET, CLOSE, Act(CUT_BODY, "close")], ConnectionFailedError, [0.5, 1.0]),
    "stalled answer": Row([STALL, OK], waits=[0.5], settings=IMPATIENT),
    "stalled within headers": Row([Act(CUT_HEADERS, "stall"), OK], waits=[0.5], settings=IMPATIENT),
    "stalled within body": Row([Act(CUT_BODY, "stall"), OK], waits=[0.5], settings=IMPATIENT),
    "always stalled": Row([STALL], TimedOutError, settings={"timeout": 0.1, "max_retries": 0}),
    "429, Retry-After in seconds": Row([status(429, ("Retry-After", "7")), OK], waits=[7.5]),
    "429, Retry-After as a date": Row([status(429, ("Retry-After", "Tue, 14 Nov 2023 22:13:29 GMT")), OK], waits=[9.5]),
    "429, Retry-After before reset": Row(
        [status(429, ("Retry-After", "3"), ("RateLimit-Reset", "8")), OK], waits=[3.5]
    ),
    "429, RateLimit-Reset": Row([status(429, ("RateLimit-Reset", "8")), OK], waits=[8.5]),
    "429, a date by the server's clock, which is an hour ahead": Row(
        [
            status(429, ("Date", "Tue, 14 Nov 2023 23:13:20 GMT"), ("Retry-After", "Tue, 14 Nov 2023 23:13:29 GMT")),
            OK,
        ],
        waits=[9.5],
    ),
    "429, a date beside a malformed Date": Row(
        [status(429, ("Date", "now"), ("Retry-After", "Tue, 14 Nov 2023 22:13:29 GMT")), OK], waits=[9.5]
    ),
    "429, a date that is no date": Row([status(429, ("Retry-After", "Tue, 14 " * 4000)), OK], waits=[0.5]),
    "429, Retry-After twice": Row([status(429, ("Retry-After", "3"), ("Retry-After", "7")), OK], waits=[7.5]),
    "503, Retry-After twice, and once of use": Row(
        [status(503, ("Retry-After", "soon"), ("Retry-After", "7")), OK], waits=[7.5]
    ),
    "429, RateLimit-Reset twice": Row([status(429, *[("RateLimit-Reset", "8")] * 2), OK], waits=[8.5]),
    "429, dates and a Date twice": Row(
        [
            status(
                429,
                *[("Date", "Tue, 14 Nov 2023 23:13:20 GMT")] * 2,
                *[("Retry-After", "Tue, 14 Nov 2023 23:13:29 GMT")] * 2,
            ),
            OK,
        ],
        waits=[9.5],
    ),
    "429, milliseconds": Row([status(429, ("retry-after-ms", "1500"), ("Retry-After", "9")), OK], waits=[2.0]),
    "429, Retry-After: 0": Row([status(429, ("Retry-After", "0")), OK], waits=[0.5]),
    "429, milliseconds: 0": Row([status(429, ("retry-after-ms", "0")), OK], waits=[0.5]),
    "429, RateLimit-Reset: 0": Row([status(429, ("RateLimit-Reset", "0")), OK], waits=[0.5]),
    "503, a date in the past": Row([status(503, ("Retry-After", "Tue, 14 Nov 2023 22:00:00 GMT")), OK], waits=[0.5]),
    "429, as long a wait as is allowed": Row([status(429, ("RateLimit-Reset", "60")), OK], waits=[60.5]),
    "429, malformed waits": Row([status(429, ("Retry-After", "soon"), ("RateLimit-Reset", "-1")), OK], waits=[0.5]),
    "429, no wait named": Row([status(429), status(429), OK], waits=[0.5, 1.0]),
    "429, too long a wait": Row(
        [status(429, ("Retry-After", "61"))], TooManyRequestsError, attributes={"retry_after": 61.0, "attempts": 1}
    ),
    "429 to the end": Row([status(429)] * 3, TooManyRequestsError, [0.5, 1.0], {"attempts": 3, "retry_after": None}),
    "500 is only replayed": Row([status(500)], ServerError, attributes={"attempts": 1}),
    "502": Row([status(502), OK], waits=[0.5]),
    "503": Row([status(503, ("Retry-After", "4")), OK], waits=[4.5]),
    "504": Row([status(504), OK], waits=[0.5]),
    "HTML 502": Row([answer(502, HTML)] * 3, ServerError, [0.5, 1.0], {"body": HTML.decode(), "envelope": None}),
    "520": Row([answer(520, b"")], ServerError, attributes={"status_code": 520, "body": "", "args": ("520",)}),
    "561": Row([answer(561, HTML)], ServerError, attributes={"status_code": 561}),
    "499": Row([status(499)], ClientError, attributes={"status_code": 499}),
    "999": Row([status(999)], StatusError, attributes={"status_code": 999}),
    "600": Row([status(600)], StatusError, attributes={"status_code": 600}),
    # h11 refuses to switch to a protocol that nobody asked for.
    "101": Row([then(answer(101, b""), "close")] * 3, ConnectionFailedError, [0.5, 1.0]),
    "100 and nothing more": Row([Act(b"HTTP/1.1 100 Continue\r\n\r\n", "close"), OK], waits=[0.5]),
    "103, then the answer": Row([Act(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK.data)]),
    "99 is no status": Row([Act(b"HTTP/1.1 99 X\r\n\r\n", "close")] * 3, ConnectionFailedError, [0.5, 1.0]),
    "not HTTP": Row([Act(b"SSH-2.0-OpenSSH\r\n\r\n", "close")] * 3, ConnectionFailedError, [0.5, 1.0]),
    "304": Row([Act(b"HTTP/1.1 304 X\r\n\r\n")], StatusError, attributes={"status_code": 304, "body": ""}),
    "409": Row([status(409, ("Request-Id", "req_9"))], ConflictError, attributes={"request_id": "req_9"}),
    "409 after a lost connection": Row([RESET, status(409), status(409), OK], waits=[0.5, 1.0, 2.0], settings=THRICE),
    "409 after a time-out": Row([STALL, status(409), OK], waits=[0.5, 1.0], settings=IMPATIENT),
    "409 after a gateway's time-out": Row([status(504), status(409), OK], waits=[0.5, 1.0]),
    "409 after 429": Row([status(429), status(409)], ConflictError, [0.5], {"is_retryable": False}),
    "400 of RFC 6749": Row(
        [answer(400, {"error": "invalid_grant"})], BadRequestError, attributes={"body": '{"error": "invalid_grant"}'}
    ),
    "400, truncated JSON": Row([answer(400, b'{"errors": [')], BadRequestError, attributes={"body": '{"errors": ['}),
    "400, errors of a wrong type": Row([answer(400, {"errors": "no"})], BadRequestError, attributes={"errors": ()}),
    "400, 2 MiB": Row([answer(400, b"x" * 2 * MEBIBYTE)], BadRequestError, attributes={"body": "x" * 4096}),
    "400, not gzip": Row([answer(400, b"plain", [("Content-Encoding", "gzip")])], BadRequestError),
    "201, HTML": Row([answer(201, HTML)], InvalidResponseError, attributes={"body": None, "status_code": 201}),
    "201, invalid JSON": Row([answer(201, b"{")], InvalidResponseError),
    "201, empty": Row([answer(201, b"")], InvalidResponseError),
    "201, missing field": Row(
        [answer(201, {"token-type": "bearer"})], InvalidResponseError, attributes={"field": "access-token"}
    ),
    "201, empty token": Row(
        [answer(201, {**GRANT, "access-token": ""})], InvalidResponseError, attributes={"field": "access-token"}
    ),
    "201, the token and nothing more": Row([answer(201, {"access-token": TOKEN})]),
    "201, null for all but the token": Row([answer(201, {**dict.fromkeys(GRANT), "access-token": TOKEN})]),
    "201, a whole number with a point": Row([answer(201, {**GRANT, "expires-in": 3599.0})]),
    "201, a whole number with an exponent": Row([answer(201, json.dumps(GRANT).replace("3599", "3.599e3").encode())]),
    "201, a fraction": Row(
        [answer(201, {**GRANT, "expires-in": 3599.5})], InvalidResponseError, attributes={"field": "expires-in"}
    ),
    "201, wrong type": Row(
        [answer(201, {**GRANT, "expires-in": "3599"})], InvalidResponseError, attributes={"field": "expires-in"}
    ),
    "201, null": Row([answer(201, b"null")], InvalidResponseError),
    "201, array": Row([answer(201, [GRANT])], InvalidResponseError),
    "201, 2 MiB": Row([answer(201, {**GRANT, "more": "x" * 2 * MEBIBYTE})], InvalidResponseError),
    "201, not gzip": Row([answer(201, b"plain", [("Content-Encoding", "gzip")])], InvalidResponseError),
    "201, a gzip bomb": Row(
        [answer(201, gzip.compress(b" " * 64 * MEBIBYTE), [("Content-Encoding", "gzip")])], InvalidResponseError
    ),
    "201, gzip": Row([answer(201, gzip.compress(json.dumps(GRANT).encode()), [("Content-Encoding", "gzip")])]),
    "201, unknown fields": Row([answer(201, {**GRANT, "new": {"deep": [1]}})]),
    "201, camel": Row([answer(201, {"accessToken": TOKEN, "tokenType": "bearer", "expiresIn": 3599, "scope": ""})]),
    "201, snake": Row([answer(201, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3599, "scope": ""})]),
    "200, which is not declared": Row([answer(200)]),
}


@pytest.mark.parametrize("name", ROWS)
def test_fault(driver: Driver, name: str) -> None:
    """Each attempt sends the same bytes; the caller gets one result, or one error that says what came."""
    row = ROWS[name]
    with ScriptedServer(*row.script) as server:
        outcome = driver.call(server.base_url, **row.settings)
    assert len(server.requests) == len(row.script)
    assert server.attempts_are_equal()
    assert driver.clock.waits == row.waits
    if row.error is None:
        assert isinstance(outcome, ApiResponse), outcome
        assert outcome.data.access_token == TOKEN
        return
    assert isinstance(outcome, ApiError)
    assert type(outcome) is row.error
    assert outcome.attempts == len(row.script)
    assert outcome.idempotency_key == server.requests[0].header("Idempotency-Key")
    for attribute, value in row.attributes.items():
        assert getattr(outcome, attribute) == value


def test_refused(driver: Driver) -> None:
    """Nothing listens: three attempts, and the cause says why without holding the request."""
    outcome = driver.call(unused_address())
    assert type(outcome) is ConnectionFailedError
    assert outcome.attempts == 3
    cause = outcome.__cause__
    assert isinstance(cause, httpx2.ConnectError)
    assert cause.__traceback__ is None
    assert not cause.request.content
    assert "authorization" not in cause.request.headers


@pytest.mark.parametrize("length", [len(CUT_HEADERS), len(OK.data)])
def test_slow_trickle(driver: Driver, length: int) -> None:
    """A byte a second never exceeds the read time-out, but the total one, within headers and within the body."""
    total = length - 5.0
    with ScriptedServer(Act(OK.data, "close", lambda: driver.clock.advance(1.0))) as server:
        outcome = driver.call(server.base_url, total_timeout=total, timeout=10.0)
    assert type(outcome) is TimedOutError
    assert "total_timeout" in str(outcome)
    assert outcome.attempts == 1


@pytest.mark.parametrize("data", [b"HTTP/1.1 201 X\r\nX-Long: " + b"x" * 2000, CUT_BODY + b" " * 2000])
def test_slow_trickle_in_real_time(driver: Driver, data: bytes) -> None:
    """The call ends before the answer, which never keeps it waiting for long."""
    pause = threading.Event()
    sent: list[None] = []

    def trickle() -> None:
        sent.append(None)
        pause.wait(0.01)

    with ScriptedServer(Act(data, "close", trickle)) as server:
        outcome = replace(driver, clock=None).call(server.base_url, total_timeout=0.3)
        assert len(sent) < len(data)
        pause.set()
    assert type(outcome) is TimedOutError


def test_total_time_out_bounds_a_stall(driver: Driver) -> None:
    """The read time-out is cut to what the total one leaves."""
    with ScriptedServer(STALL) as server:
        outcome = driver.call(server.base_url, total_timeout=0.2, max_retries=0)
    assert type(outcome) is TimedOutError


def test_unlimited_time_out() -> None:
    """The total one bounds it all the same; what a step has is told to httpx2."""
    seen: list[dict[str, float]] = []
    hooks = {"request": [lambda request: seen.append(request.extensions["timeout"])]}
    with ScriptedServer(OK) as server, httpx2.Client(event_hooks=hooks) as http_client:
        timeout = httpx2.Timeout(None, write=3.0)
        Driver("sync").call(server.base_url, http_client=http_client, timeout=timeout, total_timeout=7.0)
    assert seen == [{"connect": 7.0, "read": 7.0, "write": 3.0, "pool": 7.0}]


def test_total_time_out_bounds_the_wait_for_a_connection() -> None:
    """The only one that the http_client may have is in use."""
    seconds: list[float] = []
    hooks = {"request": [lambda request: seconds.append(request.extensions["timeout"]["pool"])]}
    http_client = httpx2.Client(limits=httpx2.Limits(max_connections=1), event_hooks=hooks)
    with ScriptedServer(Act(CUT_BODY, "stall")) as server, http_client, http_client.stream("GET", server.base_url):
        outcome = Driver("sync").call(server.base_url, http_client=http_client, timeout=9.0, total_timeout=0.2)
    assert type(outcome) is TimedOutError
    assert seconds[1:] == [0.2]
    assert len(server.requests) == 1


def test_no_wait_beyond_the_total_time_out(driver: Driver) -> None:
    """Where the wait would outlive the call, the error is raised at once."""
    with ScriptedServer(status(429, ("Retry-After", "30"))) as server:
        outcome = driver.call(server.base_url, total_timeout=20.0)
    assert type(outcome) is TooManyRequestsError
    assert driver.clock.waits == []


def test_idle_connection_closed_by_the_server(driver: Driver) -> None:
    """The server closes after its answer: the next call on the client still succeeds."""
    with ScriptedServer(then(OK, "close"), OK) as server:
        outcomes = driver.calls(server.base_url, [{}, {}])
    assert [type(outcome) for outcome in outcomes] == [ApiResponse, ApiResponse]
    assert len(server.requests) == 2


def test_redirect_is_not_followed(driver: Driver) -> None:
    """The other host gets nothing, least of all the bearer."""
    with ScriptedServer() as other, ScriptedServer(answer(301, b"", [("Location", other.base_url)])) as server:
        outcome = driver.call(server.base_url)
    assert type(outcome) is StatusError
    assert outcome.status_code == 301
    assert other.requests == []


def test_fresh_key_after_a_5xx(driver: Driver) -> None:
    """Opted in: a new key each time, the same body, after 5, 10, 20 and 40 seconds and a back-off on top."""
    with ScriptedServer(*[status(500)] * 4, OK) as server:
        outcome = driver.call(server.base_url, max_retries=4, fresh_idempotency_key_on_5xx=True)
    assert isinstance(outcome, ApiResponse)
    assert driver.clock.waits == [5.5, 11.0, 22.0, 44.0]
    assert len({request.header("Idempotency-Key") for request in server.requests}) == 5
    assert len({request.body for request in server.requests}) == 1


def test_the_callers_key_is_never_replaced(driver: Driver) -> None:
    """Opted in or not: a key that the caller chose stays, so a 500 is final."""
    with ScriptedServer(status(500)) as server:
        outcome = driver.call(server.base_url, {"idempotency_key": "mine"}, fresh_idempotency_key_on_5xx=True)
    assert isinstance(outcome, ServerError)
    assert outcome.idempotency_key == "mine"
    assert server.requests[0].header("Idempotency-Key") == "mine"


def test_retry_budget(driver: Driver) -> None:
    """500 tokens pay for 100 repeats; then errors are final until calls succeed again."""
    calls = [{"max_retries": 60, "total_timeout": 3600.0}] * 3
    with ScriptedServer(choose=lambda _: status(503)) as server:
        outcomes = driver.calls(server.base_url, calls)
    assert [outcome.attempts for outcome in outcomes if isinstance(outcome, ApiError)] == [61, 41, 1]


# --- event hooks of the caller's http_client


def call_with_hook(driver: Driver, event: str, hook: Callable[[Any], object], *script: Act) -> Any:
    """The outcome of a call to a server with this script."""
    with ScriptedServer(*script) as server:
        return driver.call_with_hook(server.base_url, event, hook)


def other_request() -> httpx2.Request:
    """One that the hook made itself, to somebody else."""
    return httpx2.Request("GET", "https://other.example.com")


OTHER_ANSWER = httpx2.Response(503, request=other_request())
MISTAKES: dict[str, BaseException] = {
    "ValueError": ValueError("planted"),
    "RuntimeError": RuntimeError("planted"),
    "KeyError": KeyError("planted"),
    "TimeoutError": TimeoutError("planted"),
    "OSError": ConnectionResetError("planted"),
    "interrupt": KeyboardInterrupt("planted"),
    "exit": SystemExit("planted"),
    "of httpx2, without a request": httpx2.ReadTimeout("planted"),
    "of httpx2, about another request": httpx2.ConnectError("planted", request=other_request()),
    "status of another answer": httpx2.HTTPStatusError("planted", request=other_request(), response=OTHER_ANSWER),
    "of httpx2, about streams": httpx2.StreamConsumed(),
    "of httpx2, about URLs": httpx2.InvalidURL("planted"),
}


@pytest.mark.parametrize("event", ["request", "response"])
@pytest.mark.parametrize("name", MISTAKES)
def test_exception_of_a_hook(driver: Driver, event: str, name: str) -> None:
    """It passes through as the object that it is, and nothing is repeated."""

    def fail(_: object) -> None:
        raise MISTAKES[name]

    with pytest.raises(type(MISTAKES[name])) as caught:
        call_with_hook(driver, event, fail, *[OK] * (event == "response"))
    assert caught.value is MISTAKES[name]


def raise_for_status(response: httpx2.Response) -> None:
    """As httpx2's documentation has it."""
    response.raise_for_status()


@pytest.mark.parametrize(
    ("code", "kind"), [(400, BadRequestError), (409, ConflictError), (500, ServerError), (302, StatusError)]
)
def test_raise_for_status_in_a_hook(driver: Driver, code: int, kind: type[StatusError]) -> None:
    """The error is the one of the answer; its body is lost, since the hook has not read it."""
    error = call_with_hook(driver, "response", raise_for_status, status(code, ("Request-Id", "req_1")))
    assert type(error) is kind
    assert (error.status_code, error.request_id, error.errors) == (code, "req_1", ())
    assert error.outcome == "answered"


def test_raise_for_status_after_reading(driver: Driver) -> None:
    """Then the error has all that the answer says."""

    def hook(response: httpx2.Response) -> Any:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.read()
            return raise_for_status(response)

        async def read() -> None:
            await response.aread()
            raise_for_status(response)

        return read()

    error = call_with_hook(driver, "response", hook, status(400))
    assert isinstance(error, BadRequestError)
    assert [item.title for item in error.errors] == ["T"]


def test_raise_for_status_is_repeated(driver: Driver) -> None:
    """As the answer would be without the hook."""
    outcome = call_with_hook(driver, "response", raise_for_status, status(503), status(429), OK)
    assert isinstance(outcome, ApiResponse)
    assert outcome.attempts == 3


@pytest.mark.parametrize("is_compressed", [False, True])
def test_hook_that_reads_the_answer(driver: Driver, is_compressed: bool) -> None:
    """The body is decoded all the same."""

    def hook(response: httpx2.Response) -> Any:
        return response.read() if isinstance(response.stream, httpx2.SyncByteStream) else response.aread()

    content = json.dumps(GRANT).encode()
    compressed = answer(201, gzip.compress(content), [("Content-Encoding", "gzip")])
    outcome = call_with_hook(driver, "response", hook, compressed if is_compressed else OK)
    assert isinstance(outcome, ApiResponse)
    assert outcome.data.access_token == TOKEN


@pytest.mark.parametrize("act", ["consume", "close"])
def test_hook_that_takes_the_answer_away(driver: Driver, act: str) -> None:
    """What it has read and not kept is lost: an error, and no repeat, which would meet the same hook."""

    def hook(response: httpx2.Response) -> Any:
        if isinstance(response.stream, httpx2.SyncByteStream):
            return response.close() if act == "close" else [*response.iter_raw()]
        return response.aclose() if act == "close" else consume(response)

    async def consume(response: httpx2.Response) -> None:
        async for _ in response.aiter_raw():
            pass

    outcome = call_with_hook(driver, "response", hook, OK)
    assert type(outcome) is ConnectionFailedError
    assert outcome.attempts == 1
    assert outcome.outcome == "unknown"
