"""Credentials with a store: what they take from it, what they put there, and what becomes of a store that fails."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
import redis

from persona_oauth import (
    AsyncClient,
    ConnectionFailedError,
    ForbiddenError,
    InvalidRequestError,
    InvalidResponseError,
    ServerError,
    TokenRequestError,
)
from persona_oauth._renewal import RenewingAuth
from persona_oauth.auth import ClientCredentials
from persona_oauth.stores import Entry, FileStore, MemoryStore, RedisStore
from tests.client.issuer import CLIENT_ID, LIFE, TOKEN_PREFIX, Issuer, SkewedClock, fetch, get, key_for
from tests.client.redis_server import RedisServer, needs_redis
from tests.client.scripted import RESET, Driver, answer, unused_address
from tests.support.checkout import PACKAGE

PATIENCE = 20  # seconds, before a test that hangs fails


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SkewedClock:
    """The clock of all credentials."""
    clock = SkewedClock()
    monkeypatch.setattr(RenewingAuth, "_clock", clock)
    return clock


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A server that has nothing to complain about."""
    issuer = Issuer()
    with issuer.serve():
        yield issuer
    assert not issuer.problems


@pytest.fixture
def store(clock: SkewedClock) -> Recorded:
    """One that tells what was done to it."""
    return Recorded(MemoryStore(clock.monotonic))


class Recorded:
    """A store with a record of its keys and values."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.keys: set[str] = set()
        self.values: list[str] = []
        self.seconds: list[float] = []
        self.fails_in: set[str] = set()

    def get(self, key: str) -> Entry | None:
        self.keys.add(key)
        self.fail("get")
        return self.store.get(key)

    def put(self, key: str, value: str, seconds: float) -> None:
        self.keys.add(key)
        self.fail("put")
        self.values.append(value)
        self.seconds.append(seconds)
        self.store.put(key, value, seconds)

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        self.keys.add(key)
        self.fail("lock")
        with self.store.lock(key, seconds) as is_taken:
            yield is_taken
            self.fail("release")

    def fail(self, where: str) -> None:
        """As libraries do: their texts quote what they were given."""
        if where in self.fails_in:
            raise LookupError(f"redis://:password@host in {where}")


def test_second_process(driver: Driver, issuer: Issuer, store: Recorded) -> None:
    """It takes the token of the first one, for as long as that has left."""
    fetch(driver, issuer.credentials(store=store), get(issuer.url))
    fetch(driver, issuer.credentials(store=store), get(issuer.url))
    assert issuer.record == ["token", "1 200", "1 200"]


def test_end_of_a_stored_token(driver: Driver, issuer: Issuer, store: Recorded, clock: SkewedClock) -> None:
    """It counts from when the token was asked for, by whomever; near it, one of both asks for the next."""
    first, second = issuer.credentials(store=store), issuer.credentials(store=store)
    fetch(driver, first, get(issuer.url))
    clock.now = LIFE - 61
    fetch(driver, second, get(issuer.url))
    clock.now = LIFE - 60
    fetch(driver, second, get(issuer.url))
    fetch(driver, first, get(issuer.url))
    assert issuer.record == ["token", "1 200", "1 200", "token", "2 200", "2 200"]


def test_refused_token(driver: Driver, issuer: Issuer, store: Recorded) -> None:
    """The first that meets the 401 asks for another one, the second takes that."""
    first, second = issuer.credentials(store=store), issuer.credentials(store=store)
    fetch(driver, first, get(issuer.url))
    fetch(driver, second, get(issuer.url))
    issuer.revoked.add(f"{TOKEN_PREFIX}1")
    fetch(driver, first, get(issuer.url))
    fetch(driver, second, get(issuer.url))
    assert issuer.record == ["token", "1 200", "1 200", "1 401", "token", "2 200", "1 401", "2 200"]


def test_what_is_stored(issuer: Issuer, store: Recorded, clock: SkewedClock) -> None:
    """The token and its life, for no longer than that; the key holds nothing in clear."""
    issuer.faults = [answer(503, headers=[("Retry-After", "20")])]
    httpx2.get(issuer.url, auth=issuer.credentials(store=store, scope="a.read"))
    [value], [seconds], [key] = store.values, store.seconds, store.keys
    assert json.loads(value) == {"access_token": f"{TOKEN_PREFIX}1", "life": LIFE}
    assert seconds == LIFE - clock.now < LIFE - 20
    assert key.startswith(f"{PACKAGE}.token.")
    for text in (CLIENT_ID, "a.read", issuer.base_url, TOKEN_PREFIX):
        assert text not in key


def test_keys(issuer: Issuer, store: Recorded) -> None:
    """Each token has its own, be it for another client, scope, audience or address."""
    key = key_for("ES256")
    same: list[dict[str, Any]] = [
        {"scope": ["a.read", "b.read"]},
        {"scope": "b.read a.read"},
        {"scope": "b.read a.read", "leeway": 1, "key_id": "k", "audience": f"{issuer.base_url}/oauth/token"},
    ]
    for options in same:
        httpx2.get(issuer.url, auth=issuer.credentials(store=store, **options))
    assert len(store.keys) == 1
    assert issuer.count == 1
    others: list[dict[str, Any]] = [{}, {"scope": "a.read"}, {"audience": "https://x"}]
    autos = [ClientCredentials(CLIENT_ID, key, store=store, base_url=issuer.base_url, **one) for one in others]
    autos += [ClientCredentials("oc_2", key, store=store, base_url=issuer.base_url)]
    autos += [ClientCredentials(CLIENT_ID, key, store=store)]
    assert len({auth._store_key() for auth in autos} | store.keys) == 6


@pytest.mark.parametrize("kind", ["file", pytest.param("redis", marks=needs_redis)])
def test_asynchronous_client(kind: str, issuer: Issuer, tmp_path: Path) -> None:
    """Under asyncio and trio: the store is used in a thread, so it keeps no event loop waiting."""
    with RedisServer(tmp_path) if kind == "redis" else _nothing() as server:
        flavours: tuple[Literal["asyncio", "trio"], ...] = ("asyncio", "trio")
        for flavour in flavours:
            store = RedisStore(server.url) if server else FileStore(tmp_path / "store")
            auth = issuer.credentials(store=store)

            async def main(auth: ClientCredentials = auth) -> None:
                async with AsyncClient(auth=auth, base_url=issuer.base_url) as client:
                    await client.oauth.create_access_token(code="c")

            Driver(flavour).run(main)
    assert issuer.record == ["token", "1 200", "1 200"]


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


# --- what the store has may be anything


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no JSON",
        "[]",
        "null",
        "7",
        json.dumps({"life": 900}),
        json.dumps({"access_token": None, "life": 900}),
        json.dumps({"access_token": f"{TOKEN_PREFIX}9", "life": "x"}),
        json.dumps({"access_token": f"{TOKEN_PREFIX}9", "life": -900}),
        '{"access_token": "persona_access_token_issued_9", "life": NaN}',
        json.dumps({"access_token": f"{TOKEN_PREFIX}9\r\nX-Evil: 1", "life": 900}),
        json.dumps({"access_token": "", "life": 900}),
        json.dumps({"failed": "SystemExit"}),
        json.dumps({"failed": ["x"], "status": 1, "is_retryable": 1}),
        json.dumps({"failed": "ForbiddenError", "status": 403, "is_retryable": True}),  # for too long
    ],
)
def test_value_that_is_no_token(issuer: Issuer, store: Recorded, value: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is not sent: there is a token request, whose answer takes its place."""
    auth = issuer.credentials(store=store)
    store.store.put(auth._store_key(), value, 900)
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert httpx2.get(issuer.url, auth=issuer.credentials(store=store)).status_code == 200
    assert issuer.record == ["token", "1 200", "1 200"]
    assert TOKEN_PREFIX not in caplog.text


FILES = [b"", b"{", b"\xff", b"[]", b"null", b"7", b'{"value": "x"}', b'{"end": 1e99}', b'{"end": "x"}', b"[" * 10**5]


@pytest.mark.parametrize("content", FILES, ids=lambda content: content[:15])
def test_file_that_is_none_of_ours(issuer: Issuer, tmp_path: Path, content: bytes) -> None:
    """Damaged, or somebody else's: the next token replaces it, so that the processes share one again."""
    FileStore(tmp_path / "store").put(issuer.credentials()._store_key(), "x", LIFE)
    [file] = (tmp_path / "store").iterdir()
    file.write_bytes(content)
    check_that_it_is_replaced(issuer, lambda: FileStore(tmp_path / "store"))


@needs_redis
@pytest.mark.parametrize("command", ["HSET key a b", "RPUSH key a", "SET key \xff"])
@pytest.mark.parametrize("options", [{}, {"decode_responses": True}], ids=["bytes", "texts"])
def test_key_that_is_none_of_ours(issuer: Issuer, tmp_path: Path, command: str, options: dict[str, Any]) -> None:
    """The same in Redis."""
    with RedisServer(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        key = issuer.credentials()._store_key()
        client.execute_command(*(key if word == "key" else word.encode("latin-1") for word in command.split()))
        if command.startswith("SET"):
            client.expire(key, LIFE)
        check_that_it_is_replaced(issuer, lambda: RedisStore(lambda: redis.Redis.from_url(server.url, **options)))


def check_that_it_is_replaced(issuer: Issuer, store: Callable[[], Any]) -> None:
    for _ in range(3):
        assert httpx2.get(issuer.url, auth=issuer.credentials(store=store())).status_code == 200
    assert issuer.count == 1


def test_token_that_somebody_put_there(issuer: Issuer, store: Recorded) -> None:
    """It is used as any other; the server refuses it, so it is replaced."""
    auth = issuer.credentials(store=store)
    store.store.put(auth._store_key(), json.dumps({"access_token": "planted", "life": 10**9}), 900)
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.record == ["planted 401", "token", "1 200"]


# --- failures are shared, too


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(answer(403), ForbiddenError), (answer(503), ServerError), (answer(201, b"<p>"), InvalidResponseError)],
)
def test_answer(driver: Driver, issuer: Issuer, store: Recorded, clock: SkewedClock, fault: Any, kind: Any) -> None:
    """It goes for all: for 5 seconds nobody else asks, and they get an error of the same class."""
    issuer.faults = [fault]
    with pytest.raises(kind) as first:
        fetch(driver, issuer.credentials(store=store, max_retries=0), get(issuer.url))
    with pytest.raises(kind, match="another process") as second:
        fetch(driver, issuer.credentials(store=store), get(issuer.url))
    assert isinstance(second.value, TokenRequestError)
    assert second.value.status_code == first.value.status_code
    assert second.value.is_retryable is first.value.is_retryable
    clock.advance(5)
    fetch(driver, issuer.credentials(store=store), get(issuer.url))
    assert issuer.record == ["token", "token", "1 200"]


def test_server_that_one_process_does_not_reach(issuer: Issuer, store: Recorded, clock: SkewedClock) -> None:
    """It keeps nobody else from asking; they do not even wait for each other for long."""
    issuer.faults = [RESET]
    with pytest.raises(ConnectionFailedError):
        httpx2.get(issuer.url, auth=issuer.credentials(store=store, max_retries=0))
    other = issuer.credentials(store=store)
    with store.store.lock(other._store_key(), 60):
        assert httpx2.get(issuer.url, auth=other).status_code == 200
    assert issuer.record == ["token", "token", "1 200"]
    assert 1 <= clock.now < 1.1


def test_failure_while_the_old_token_lives(issuer: Issuer, store: Recorded, clock: SkewedClock) -> None:
    """It keeps nobody from asking: there is still time for another try."""
    auth = issuer.credentials(store=store)
    httpx2.get(issuer.url, auth=auth)
    clock.now = LIFE - 30
    issuer.faults = [RESET]
    httpx2.get(issuer.url, auth=auth)
    httpx2.get(issuer.url, auth=issuer.credentials(store=store))
    assert issuer.record == ["token", "1 200", "token", "1 200", "token", "2 200"]


# --- a store that fails


@pytest.mark.parametrize("where", ["get", "put", "lock"])
def test_store_that_fails(
    driver: Driver, issuer: Issuer, store: Recorded, clock: SkewedClock, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The process goes on alone; one warning tells it, without what the library says."""
    store.fails_in = {where}
    auth = issuer.credentials(store=store)
    for _ in range(4):
        fetch(driver, auth, get(issuer.url), get(issuer.url))
        clock.advance(LIFE)
    assert issuer.record == [part for number in range(1, 5) for part in ("token", f"{number} 200", f"{number} 200")]
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["the store failed, this process goes on without it: LookupError"] * 4
    assert "password" not in caplog.text


def test_warnings_are_few(
    issuer: Issuer, store: Recorded, clock: SkewedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """One in a minute, however many requests there are."""
    store.fails_in = {"get", "put", "lock"}
    issuer.life = 5
    auth = issuer.credentials(store=store)
    for _ in range(20):
        httpx2.get(issuer.url, auth=auth)
        clock.advance(5)
    assert issuer.count == 20
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 2


def test_store_that_comes_back(issuer: Issuer, store: Recorded, clock: SkewedClock) -> None:
    """It is used again."""
    store.fails_in = {"get"}
    auth = issuer.credentials(store=store)
    httpx2.get(issuer.url, auth=auth)
    assert store.values == []
    store.fails_in = set()
    clock.advance(LIFE)
    httpx2.get(issuer.url, auth=auth)
    httpx2.get(issuer.url, auth=issuer.credentials(store=store))
    assert issuer.record == ["token", "1 200", "token", "2 200", "2 200"]


def test_lost_lock(issuer: Issuer, store: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """The token is good all the same, and put there for the others."""
    store.fails_in = {"release"}
    httpx2.get(issuer.url, auth=issuer.credentials(store=store))
    httpx2.get(issuer.url, auth=issuer.credentials(store=store))
    assert issuer.record == ["token", "1 200", "1 200"]
    [warning] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warning == "the lock of the store was lost: LookupError"


@needs_redis
def test_lost_lock_in_redis(issuer: Issuer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It ended while the server took its time: another process may ask as well, and both get a token."""
    with RedisServer(tmp_path) as redis:
        store = RedisStore(redis.url)
        first, second = issuer.credentials(store=store), issuer.credentials(store=RedisStore(redis.url))

        def lose_the_lock() -> None:
            issuer.before_token = lambda: None
            store._of_process.get().delete(f"{first._store_key()}.lock")
            httpx2.get(issuer.url, auth=second)

        issuer.before_token = lose_the_lock
        assert httpx2.get(issuer.url, auth=first).status_code == 200
    assert issuer.count == 2
    [warning] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warning == "the lock of the store was lost: LockNotOwnedError"


def test_process_that_never_lets_go(issuer: Issuer, store: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """After two thirds of the time for a token one asks without the lock."""
    auth = issuer.credentials(store=store, total_timeout=60)
    with store.store.lock(auth._store_key(), 60):
        assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.record == ["token", "1 200"]
    assert "another process takes long" in caplog.text


def test_those_who_wait(issuer: Issuer, store: Recorded) -> None:
    """They get the token as soon as it is there."""
    auths = [issuer.credentials(store=store) for _ in range(10)]
    all_wait = threading.Event()

    class Counting(SkewedClock):
        def sleep(self, seconds: float) -> None:
            sleepers.add(threading.get_ident())
            if len(sleepers) == len(auths) - 1:
                all_wait.set()

    sleepers: set[int] = set()
    for auth in auths:
        auth._tokens._clock = Counting()
    issuer.before_token = lambda: all_wait.wait(PATIENCE)
    threads = [threading.Thread(target=httpx2.get, args=(issuer.url,), kwargs={"auth": auth}) for auth in auths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_wait.is_set()
    assert issuer.record == ["token", *["1 200"] * 10]


@pytest.mark.parametrize(
    "store", ["redis://localhost", 7, object(), {}], ids=["address", "number", "object", "mapping"]
)
def test_store_that_is_none(store: Any) -> None:
    """Refused when the credentials are made."""
    with pytest.raises(InvalidRequestError) as caught:
        ClientCredentials(CLIENT_ID, key_for("ES256"), store=store)
    assert caught.value.argument == "store"


def test_redis_that_is_not_there(issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    """Told without its password."""
    host = unused_address().split("/")[2]
    auth = issuer.credentials(store=RedisStore(f"redis://:password@{host}/0"))
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert "goes on without it: ConnectionError" in caplog.text
    assert "password" not in caplog.text
