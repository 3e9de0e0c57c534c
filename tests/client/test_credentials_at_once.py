"""Many requests at once: one token request for all, whoever waits for it and whoever gives up."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx2
import pytest

from persona_oauth import ConnectionFailedError
from persona_oauth._renewal import RenewingAuth
from persona_oauth.auth import AccessTokenAuth, ClientCredentials
from persona_oauth.models import AccessToken
from tests.client.issuer import LIFE, Issuer, SkewedClock, fetch, fetch_at_once, get, set_clock_of_credentials
from tests.client.scripted import Driver
from tests.support.server import PATIENCE

MANY = 50


class Gate:
    """Holds a token request until as many as expected want the token, so that they do overlap.

    Only `_choose` says that a caller wants it: nothing public happens until the caller has it.
    """

    def __init__(self, auth: RenewingAuth, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all_are_here = threading.Event()
        self.a_token_is_asked_for = threading.Event()
        self._arrived = 0
        self._lock = threading.Lock()
        self._expected = expected
        choose: Callable[..., Any] = auth._choose

        def counted(refused: Any) -> Any:
            chosen = choose(refused)
            with self._lock:
                self._arrived += 1
                if self._arrived == self._expected:
                    self.all_are_here.set()
            return chosen

        monkeypatch.setattr(auth, "_choose", counted)

    def wait(self) -> None:
        """What the server does before it answers."""
        self.a_token_is_asked_for.set()
        assert self.all_are_here.wait(PATIENCE)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SkewedClock:
    """The clock of all credentials."""
    clock = SkewedClock()
    set_clock_of_credentials(monkeypatch, clock)
    return clock


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A server that has nothing to complain about."""
    issuer = Issuer()
    with issuer.serve():
        yield issuer
    assert not issuer.problems


def test_first_requests(driver: Driver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 threads, or tasks under either event loop, make one token request."""
    auth = issuer.credentials()
    issuer.before_token = Gate(auth, MANY, monkeypatch).wait
    assert fetch_at_once(driver, auth, [get(issuer.url)] * MANY) == [200] * MANY
    assert issuer.record == ["token", *["1 200"] * MANY]


def test_requests_of_all_kinds(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads and tasks of both event loops share one object, and one token request."""
    auth = issuer.credentials()
    issuer.before_token = Gate(auth, 3 * MANY, monkeypatch).wait
    with ThreadPoolExecutor(3) as pool:
        drivers = [Driver("sync"), Driver("asyncio"), Driver("trio")]
        runs = [pool.submit(fetch_at_once, driver, auth, [get(issuer.url)] * MANY) for driver in drivers]
        assert [run.result() for run in runs] == [[200] * MANY] * 3
    assert issuer.count == 1


def test_renewal_keeps_nobody_waiting(issuer: Issuer, clock: SkewedClock) -> None:
    """While one waits for the next token, the others send the old one as long as it lives."""
    auth = issuer.credentials()
    httpx2.get(issuer.url, auth=auth)
    clock.now = LIFE - 30
    issuer.before_token = lambda: fetch_at_once(Driver("sync"), auth, [get(issuer.url)] * 5)
    httpx2.get(issuer.url, auth=auth)
    assert issuer.record == ["token", "1 200", "token", *["1 200"] * 5, "2 200"]


def test_refused_at_once(driver: Driver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 requests that are refused with one token ask for one other."""
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    issuer.revoked.add("persona_access_token_issued_1")
    issuer.before_token = Gate(auth, 2 * MANY, monkeypatch).wait  # each chooses a token, and another after the 401
    assert fetch_at_once(driver, auth, [get(issuer.url)] * MANY) == [200] * MANY
    assert issuer.count == 2
    assert issuer.record.count("2 200") == MANY


def test_late_refusals(issuer: Issuer) -> None:
    """A 401 for a token that was replaced meanwhile leads to a repeat, not to another token."""
    auth = issuer.credentials()
    old = auth.sync_auth_flow(request := httpx2.Request("GET", issuer.url))
    next(old)
    issuer.revoked.add("persona_access_token_issued_1")
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    old.send(httpx2.Response(401, request=request))
    assert request.headers["Authorization"] == "Bearer persona_access_token_issued_2"
    assert issuer.count == 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cancelled_task(backend: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that asked first gives up: the others get the token that it asked for."""
    auth = issuer.credentials()
    gate = Gate(auth, MANY, monkeypatch)
    cancelled = threading.Event()

    def before_token() -> None:
        gate.wait()
        assert cancelled.wait(PATIENCE)

    issuer.before_token = before_token

    async def main() -> list[int]:
        statuses = []
        async with httpx2.AsyncClient(auth=auth) as client, anyio.create_task_group() as group:

            async def run() -> None:
                statuses.append((await client.get(issuer.url)).status_code)

            async with anyio.create_task_group() as first:
                first.start_soon(run)
                await anyio.to_thread.run_sync(gate.a_token_is_asked_for.wait, PATIENCE)
                for _ in range(MANY - 1):
                    group.start_soon(run)
                await anyio.to_thread.run_sync(gate.all_are_here.wait, PATIENCE)
                first.cancel_scope.cancel()
            cancelled.set()
        return statuses

    assert anyio.run(main, backend=backend) == [200] * (MANY - 1)
    assert issuer.record == ["token", *["1 200"] * (MANY - 1)]


def test_event_loop_that_ends(issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    """A token asked for under a loop that is gone serves the next one; nobody complains of the first."""
    auth = issuer.credentials()
    gone, asked = threading.Event(), threading.Event()

    def before_token() -> None:
        asked.set()
        assert gone.wait(PATIENCE)

    issuer.before_token = before_token

    async def give_up() -> None:
        async with httpx2.AsyncClient(auth=auth) as client:
            task = asyncio.create_task(client.get(issuer.url))
            await asyncio.to_thread(asked.wait, PATIENCE)
            task.cancel()

    asyncio.run(give_up())
    gone.set()
    assert fetch(Driver("asyncio"), auth, get(issuer.url))[0].status_code == 200
    assert issuer.record == ["token", "1 200"]
    assert caplog.records == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_fork_during_a_renewal(issuer: Issuer) -> None:
    """The child asks for a token itself, since the thread that asks for one is not its own."""
    auth = issuer.credentials()
    asked, released = threading.Event(), threading.Event()

    def before_token() -> None:
        if not asked.is_set():
            asked.set()
            assert released.wait(PATIENCE)

    issuer.before_token = before_token
    thread = threading.Thread(target=lambda: httpx2.get(issuer.url, auth=auth))
    thread.start()
    assert asked.wait(PATIENCE)
    child = os.fork()
    if not child:
        status = 1
        try:
            status = int(httpx2.get(issuer.url, auth=auth).status_code != 200)
        finally:
            os._exit(status)
    watch = threading.Timer(PATIENCE, os.kill, (child, signal.SIGKILL))
    watch.start()
    _, status = os.waitpid(child, 0)
    watch.cancel()
    released.set()
    thread.join()
    assert status == 0
    assert issuer.count == 2


def test_sync_client_inside_an_event_loop(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It blocks the loop that a task waits in for the same token: both get it."""
    auth = issuer.credentials()
    gate = Gate(auth, 2, monkeypatch)
    issuer.before_token = gate.wait

    async def main() -> list[int]:
        async with httpx2.AsyncClient(auth=auth) as client:
            task = asyncio.create_task(client.get(issuer.url))
            await asyncio.to_thread(gate.a_token_is_asked_for.wait, PATIENCE)
            with httpx2.Client(auth=auth) as blocking:
                status = blocking.get(issuer.url).status_code
            return [status, (await task).status_code]

    assert asyncio.run(main()) == [200, 200]
    assert issuer.count == 1


def test_failure_at_once(driver: Driver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """All who waited get the error, each one of their own."""
    auth = issuer.credentials(max_retries=0)
    issuer.before_token = Gate(auth, MANY, monkeypatch).wait
    issuer.is_down = True
    errors: list[ConnectionFailedError] = []

    def caught(flow: Callable[[], Any]) -> None:
        try:
            flow()
        except ConnectionFailedError as error:
            errors.append(error)

    if driver.flavour == "sync":
        with ThreadPoolExecutor(MANY) as pool, httpx2.Client(auth=auth) as client:
            for _ in range(MANY):
                pool.submit(caught, lambda: client.get(issuer.url))
    else:
        driver.run(lambda: _fail(auth, issuer.url, errors))
    assert issuer.record == ["token"]
    assert len({id(error) for error in errors}) == MANY
    assert all(error.__cause__ is not None for error in errors)


async def _fail(auth: ClientCredentials, url: str, errors: list[ConnectionFailedError]) -> None:
    async with httpx2.AsyncClient(auth=auth) as client, anyio.create_task_group() as group:

        async def run() -> None:
            try:
                await client.get(url)
            except ConnectionFailedError as error:
                errors.append(error)

        for _ in range(MANY):
            group.start_soon(run)


def test_renew_is_called_once(driver: Driver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The callers' own source of tokens, too."""
    calls: list[str] = []

    def renew() -> AccessToken:
        calls.append(threading.current_thread().name)
        assert gate.all_are_here.wait(PATIENCE)
        return AccessToken(access_token="persona_access_token_issued_7", token_type="bearer", expires_in=9, scope="")

    dead = AccessToken(access_token="dead", token_type="bearer", expires_in=0, scope="")
    auth = AccessTokenAuth(dead, renew=renew, base_url=issuer.base_url)
    gate = Gate(auth, MANY, monkeypatch)
    assert fetch_at_once(driver, auth, [get(issuer.url)] * MANY) == [200] * MANY
    assert len(calls) == 1
    assert issuer.record == ["7 200"] * MANY
