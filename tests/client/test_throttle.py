"""`throttle=True`: calls slow down while little is left of the rate limit, together with those that share a store."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio.lowlevel
import pytest

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client, InvalidRequestError, TooManyRequestsError
from persona_oauth._retry import Clock
from persona_oauth.auth import ClientCredentials
from persona_oauth.stores import FileStore, MemoryStore, RedisStore, Store
from tests.client.issuer import CLIENT_ID, key_for
from tests.client.redis_server import RedisServer, needs_redis
from tests.client.scripted import API_KEY, Act, Driver, FakeClock, Received, ScriptedServer, answer
from tests.client.test_sharing import Recorded
from tests.support.checkout import PACKAGE

PATIENT = {"total_timeout": 10_000.0, "max_retry_wait": 5_000.0}


class LimitedApi:
    """Allows so many requests in each window, and tells so."""

    def __init__(self, clock: FakeClock, limit: int = 100, window: float = 60.0, left: int = 100) -> None:
        self.clock = clock
        self.limit, self.window, self.left = limit, window, left
        self.end = clock.now + window
        self.times: list[float] = []
        """When requests came."""
        self.refused = 0
        self._lock = threading.Lock()

    def serve(self) -> ScriptedServer:
        """A context manager."""
        return ScriptedServer(choose=self.answer)

    def answer(self, _: Received) -> Act:
        """With what is left after this request."""
        with self._lock:
            now = self.clock.now
            if now >= self.end:
                self.end, self.left = now + self.window, self.limit
            self.times.append(now)
            is_allowed = self.left > 0
            self.left = max(0, self.left - 1)
            self.refused += not is_allowed
            headers = [
                ("RateLimit-Limit", str(self.limit)),
                ("RateLimit-Remaining", str(self.left)),
                ("RateLimit-Reset", str(round(self.end - now))),
            ]
        return answer(201 if is_allowed else 429, headers=headers)

    @property
    def gaps(self) -> list[float]:
        """Seconds between one request and the next."""
        return [round(later - earlier, 3) for earlier, later in pairwise(self.times)]


def outcomes(driver: Driver, url: str, count: int, **settings: Any) -> list[Any]:
    """Those of so many calls of one client."""
    return driver.calls(url, [{}] * count, **settings)


def test_plenty_is_left(driver: Driver) -> None:
    """15 % and more: nobody waits."""
    api = LimitedApi(driver.clock, left=100)
    with api.serve() as server:
        outcomes(driver, server.base_url, 85, throttle=True)
    assert api.left == 15
    assert driver.clock.waits == []


def test_little_is_left(driver: Driver) -> None:
    """The calls that are left are spread over the time that is left, so that none is refused; then all is as before."""
    api = LimitedApi(driver.clock, left=15)
    with api.serve() as server:
        results = outcomes(driver, server.base_url, 20, throttle=True)
    assert all(isinstance(result, ApiResponse) for result in results)
    assert api.refused == 0
    assert api.gaps[:13] == pytest.approx([0, *[60 / 14] * 12], abs=0.1)
    assert api.times[15] == pytest.approx(60, abs=1)
    assert api.gaps[16:] == [0] * 3


def test_nothing_is_left(driver: Driver) -> None:
    """Not even the first is sent before the window ends; a chance keeps all from coming at once."""
    api = LimitedApi(driver.clock, left=1, window=30)
    with api.serve() as server:
        outcomes(driver, server.base_url, 2, throttle=True)
    assert api.times == [0, 30.5]


def test_without_it(driver: Driver) -> None:
    """As ever: no call waits, and the server refuses them."""
    api = LimitedApi(driver.clock, left=3)
    with api.serve() as server:
        results = outcomes(driver, server.base_url, 5, max_retries=0)
    assert api.times == [0] * 5
    assert [type(result) for result in results[3:]] == [TooManyRequestsError] * 2


@pytest.mark.parametrize(
    ("limits", "wait"), [({"total_timeout": 30.0}, 15), ({"max_retry_wait": 7.0}, 7), ({"total_timeout": 0.2}, 0.1)]
)
def test_bounds_of_a_wait(driver: Driver, limits: dict[str, float], wait: float) -> None:
    """It leaves half of the time of a call, and is no longer than any other."""
    api = LimitedApi(driver.clock, left=1)
    with api.serve() as server:
        outcomes(driver, server.base_url, 2, max_retries=0, throttle=True, **limits)
    assert driver.clock.waits == [pytest.approx(wait, rel=0.01)]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "0"},
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": "1700000000"},
        {"RateLimit-Limit": "x", "RateLimit-Remaining": "0", "RateLimit-Reset": "60"},
        {"RateLimit-Limit": "0", "RateLimit-Remaining": "0", "RateLimit-Reset": "60"},
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "-1", "RateLimit-Reset": "60"},
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": "0"},
    ],
)
def test_headers_that_say_nothing(driver: Driver, headers: dict[str, str]) -> None:
    """Nobody waits for that."""
    with ScriptedServer(*[answer(201, headers=[*headers.items()])] * 3) as server:
        outcomes(driver, server.base_url, 3, throttle=True)
    assert driver.clock.waits == []


# --- together


@pytest.fixture(params=["memory", "file", pytest.param("redis", marks=needs_redis)])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """As two processes have them; times in it are real."""
    if request.param == "memory":
        store = MemoryStore()
        yield store, store
    elif request.param == "file":
        yield FileStore(tmp_path / "store"), FileStore(tmp_path / "store")
    else:
        with RedisServer(tmp_path) as server:
            yield RedisStore(server.url), RedisStore(server.url)


class Hasty(Clock):
    """A real clock, except that nobody sleeps; stores that other processes share have real times, too."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:  # type: ignore[override]  # it returns at once
        self.waits.append(seconds)

    async def asleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.waits.append(seconds)


def test_clients_that_share(driver: Driver, stores: tuple[Store, Store]) -> None:
    """The second one, which has seen no answer yet, has its turn after the first."""
    api = LimitedApi(FakeClock(), left=11, window=1000)
    drivers = Driver(driver.flavour, Hasty()), Driver(driver.flavour, Hasty())
    with api.serve() as server:
        outcomes(drivers[0], server.base_url, 2, throttle=stores[0], **PATIENT)
        outcomes(drivers[1], server.base_url, 2, throttle=stores[1], **PATIENT)
        outcomes(drivers[0], server.base_url, 1, throttle=stores[0], **PATIENT)
    assert drivers[1].clock.waits == pytest.approx([100, 200], abs=30)
    assert drivers[0].clock.waits == pytest.approx([300], abs=30)


def test_store_of_the_credentials(driver: Driver) -> None:
    """`True` takes theirs: what one client knows, the other one does."""
    store = Recorded(MemoryStore(driver.clock.monotonic))
    api = LimitedApi(driver.clock, left=11, window=1000)
    with api.serve() as server:
        for _ in range(2):
            auth = ClientCredentials(CLIENT_ID, key_for("ES256"), store=store, base_url=server.base_url)
            store.store.put(auth._store_key(), json.dumps({"access_token": "t", "life": 900}), 900)
            outcomes(driver, server.base_url, 2, api_key=None, auth=auth, throttle=True)
    assert len([key for key in store.keys if ".limit." in key]) == 1
    assert any(gap > 50 for gap in api.gaps)


def test_key_in_the_store(driver: Driver) -> None:
    """One for each API key, without that key; nothing is stored as long as there is plenty."""
    store = Recorded(MemoryStore(driver.clock.monotonic))
    api = LimitedApi(driver.clock, left=100)
    with api.serve() as server:
        outcomes(driver, server.base_url, 80, throttle=store)
        assert store.values == []
        outcomes(driver, server.base_url, 10, throttle=store)
        [key] = store.keys
        assert key.startswith(f"{PACKAGE}.limit.")
        assert len(key.rpartition(".")[2]) == 8
        assert API_KEY not in key
        assert store.values
        outcomes(driver, server.base_url, 1, throttle=store, api_key="another")
    assert len(store.keys) == 2
    for value in store.values:
        assert {*json.loads(value)} == {"remaining", "ahead"}


@pytest.mark.parametrize(
    "value", ["no JSON", "{}", '{"remaining": "x", "ahead": 1}', '{"remaining": 1e400, "ahead": 1}']
)
def test_value_that_is_something_else(driver: Driver, value: str) -> None:
    """It is written over."""
    store = Recorded(MemoryStore(driver.clock.monotonic))
    api = LimitedApi(driver.clock, left=11)
    with api.serve() as server:
        outcomes(driver, server.base_url, 2, throttle=store)
        [key] = store.keys
        store.store.put(key, value, 50)
        results = outcomes(driver, server.base_url, 4, throttle=store)
    assert all(isinstance(result, ApiResponse) for result in results)
    assert json.loads(store.values[-1])["remaining"] < 10


@pytest.mark.parametrize("where", ["get", "put", "lock", "release"])
def test_store_that_fails(driver: Driver, where: str) -> None:
    """Each goes by what it knows itself."""
    store = Recorded(MemoryStore(driver.clock.monotonic))
    store.fails_in = {where}
    api = LimitedApi(driver.clock, left=11)
    with api.serve() as server:
        results = outcomes(driver, server.base_url, 8, throttle=store)
    assert all(isinstance(result, ApiResponse) for result in results)
    assert api.gaps[1:] == pytest.approx([6] * 6, abs=0.7)


def test_lock_that_nobody_lets_go_of(driver: Driver) -> None:
    """A call waits for it for half a second."""
    store = MemoryStore(driver.clock.monotonic)
    recorded = Recorded(store)
    api = LimitedApi(driver.clock, left=11)
    with api.serve() as server:
        outcomes(driver, server.base_url, 2, throttle=recorded)
        [key] = recorded.keys
        with store.lock(key, 60):
            results = outcomes(driver, server.base_url, 1, throttle=recorded)
    assert isinstance(results[0], ApiResponse)


def test_many_threads(tmp_path: Path) -> None:
    """Each has a place of its own."""
    api, clock = LimitedApi(FakeClock(), left=15, window=1400), Hasty()
    options: dict[str, Any] = {"throttle": FileStore(tmp_path / "store"), **PATIENT}
    with api.serve() as server, Client(API_KEY, base_url=server.base_url, **options) as client:
        client._transport.clock = clock
        client.oauth.create_access_token(code="c")
        threads = [threading.Thread(target=client.oauth.create_access_token, kwargs={"code": "c"}) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    places = sorted(wait for wait in clock.waits if wait > 1)
    assert places == pytest.approx([*range(100, 1000, 100)], abs=40)


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize("throttle", ["yes", 1, "redis://localhost"])
def test_throttle_that_is_none(client: Any, throttle: Any) -> None:
    """Refused when the client is made."""
    with pytest.raises(InvalidRequestError) as caught:
        client(API_KEY, throttle=throttle)
    assert caught.value.argument == "throttle"
    assert isinstance(caught.value, ApiError)
