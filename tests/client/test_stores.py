"""The stores: what is kept, for how long, for whom to read; and locks."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio

from persona_oauth import InvalidRequestError
from persona_oauth.stores import FileStore, MemoryStore, RedisStore, Store
from tests.client.redis_server import RedisServer, needs_redis
from tests.support.checkout import PACKAGE

GENERATED = Path(__file__).parents[2] / "generated"
SECRET = "planted-secret-of-a-store"
KINDS = ["memory", "file", pytest.param("redis", marks=needs_redis)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests of this file."""
    with RedisServer(tmp_path_factory.mktemp("redis"), password=SECRET) as server:
        yield server


@pytest.fixture
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two objects that share one place, as two processes have them."""
    if request.param == "memory":
        store = MemoryStore()
        yield store, store
    elif request.param == "file":
        yield FileStore(tmp_path / "store"), FileStore(str(tmp_path / "store"))
    else:
        url, prefix = request.getfixturevalue("server").url, f"{tmp_path}:"
        with redis.Redis.from_url(url, decode_responses=True) as own:
            yield RedisStore(url, prefix=prefix), RedisStore(lambda: own, prefix=prefix)


every_store = pytest.mark.parametrize("stores", KINDS, indirect=True)


@every_store
def test_entries(stores: tuple[Store, Store]) -> None:
    """One puts, the other gets; what comes later replaces what is there; each key has its own."""
    one, other = stores
    assert one.get("a key/ä") is None
    one.put("a key/ä", "first ünd\n", 100)
    other.put("a key/ä", "second ünd\n", 200.5)
    other.put("another", "x", 100)
    entry = one.get("a key/ä")
    assert entry is not None
    assert entry.value == "second ünd\n"
    assert 190 < entry.seconds <= 200.5


@every_store
def test_end_of_an_entry(stores: tuple[Store, Store]) -> None:
    """Its time is over at once: nobody gets it any more."""
    one, other = stores
    one.put("key", "value", 100)
    one.put("key", "value", 0)
    deadline = threading.Event()
    while other.get("key") is not None:  # Redis counts in milliseconds
        assert not deadline.wait(0.001) or pytest.fail("it stays")


@every_store
def test_lock(stores: tuple[Store, Store]) -> None:
    """One has it, nobody waits for it, and it is there again at the end of the context, also after an exception."""
    one, other = stores
    with one.lock("key", 60) as first, other.lock("key", 60) as second, other.lock("another", 60) as third:
        assert (first, second, third) == (True, False, True)
        with other.lock("key", 60) as still:
            assert not still
    with suppress(KeyError), other.lock("key", 60) as second:
        assert second
        raise KeyError
    with one.lock("key", 60) as first:
        assert first


@every_store
def test_lock_among_threads(stores: tuple[Store, Store]) -> None:
    """Of 20 that want it at the same time, one gets it."""
    start, end, taken = threading.Barrier(20), threading.Barrier(20), list[bool]()

    def run(store: Store) -> None:
        start.wait()
        with store.lock("key", 60) as is_taken:
            taken.append(is_taken)
            end.wait()

    threads = [threading.Thread(target=run, args=(stores[number % 2],)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 19 + [True]


@every_store
def test_repr(stores: tuple[Store, Store]) -> None:
    """Neither of the store nor of an entry: no value, no password."""
    stores[0].put("key", SECRET, 100)
    for text in (*map(repr, stores), repr(stores[1].get("key")), *map(str, stores)):
        assert SECRET not in text


# --- files


def test_modes(tmp_path: Path) -> None:
    """Whatever the umask: only the user can read them, and what is left over is nothing."""
    old = os.umask(0)
    try:
        store = FileStore(tmp_path / "a" / "b")
        store.put("key", SECRET, 100)
        with store.lock("key", 60):
            files = list((tmp_path / "a" / "b").iterdir())
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert sorted(file.suffix for file in files) == [".json", ".lock"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_folder_that_others_may_write_to(tmp_path: Path) -> None:
    """They could put their own tokens there, or take ours."""
    tmp_path.chmod(0o777)
    with pytest.raises(InvalidRequestError, match="0700") as caught:
        FileStore(tmp_path)
    assert caught.value.argument == "folder"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user(tmp_path: Path) -> None:
    """It is not ours to use."""
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(InvalidRequestError, match="another user"):
        FileStore(tmp_path)


@pytest.mark.parametrize("folder", ["/dev/null/x", "null\0"])
def test_folder_that_can_not_be(folder: str) -> None:
    """Refused when the store is made."""
    with pytest.raises(InvalidRequestError, match="can't be used") as caught:
        FileStore(folder)
    assert caught.value.argument == "folder"


def test_lock_that_is_a_link(tmp_path: Path) -> None:
    """It is not followed to a file of somebody else's."""
    store = FileStore(tmp_path / "store")
    (tmp_path / "store" / "key.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic"), store.lock("key", 60):
        pass
    assert not (tmp_path / "victim").exists()


def test_interrupted_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old value stays whole, and nothing of the new one is left."""
    store = FileStore(tmp_path / "store")
    store.put("key", "old", 100)
    monkeypatch.setattr("json.dump", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.put("key", "new", 100)
    entry = store.get("key")
    assert entry is not None
    assert entry.value == "old"
    assert [file.name for file in (tmp_path / "store").iterdir()] == ["key.json"]


def interrupt(*_: object) -> None:
    """As a user does."""
    raise KeyboardInterrupt


HOLDER = f"""
import os, sys, threading
from {PACKAGE}.stores import FileStore
with FileStore(sys.argv[1]).lock("key", 60) as is_taken:
    child = os.fork()
    print("child" if child == 0 else is_taken, flush=True)
    threading.Event().wait()  # the child as well, as a worker that lives on
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_lock_of_a_process_that_is_killed(tmp_path: Path) -> None:
    """It is free at once, although a child that was forked meanwhile lives on."""
    store = FileStore(tmp_path)
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    holder = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(GENERATED)},
        start_new_session=True,
    )
    try:
        assert holder.stdout
        assert {holder.stdout.readline() for _ in range(2)} == {"True\n", "child\n"}
        with store.lock("key", 60) as is_taken:
            assert not is_taken
        holder.kill()
        holder.wait()
        with store.lock("key", 60) as is_taken:
            assert is_taken
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.communicate()


# --- Redis


@needs_redis
def test_keys_in_redis(server: RedisServer) -> None:
    """They have the prefix, and an end that Redis knows: a process that dies leaves nothing for ever."""
    client = redis.Redis.from_url(server.url)
    client.flushall()
    store = RedisStore(server.url, prefix="prod:")
    store.put("key", "value", 100)
    with store.lock("key", 60):
        assert {*client.keys()} == {b"prod:key", b"prod:key.lock"}
        assert 0 < client.pttl("prod:key") <= 100_000
        assert 0 < client.pttl("prod:key.lock") <= 60_000
    assert client.keys() == [b"prod:key"]
    client.close()


@needs_redis
def test_key_without_an_end(server: RedisServer) -> None:
    """Something else's: it is no entry of ours."""
    client = redis.Redis.from_url(server.url)
    client.set("key", "value")
    assert RedisStore(server.url).get("key") is None
    client.close()


FORKED = f"""
import os, sys, threading
from {PACKAGE}.stores import RedisStore
store, stop = RedisStore(sys.argv[1]), threading.Event()
store.put("forked", "value", 100)

def run(name):
    for number in range(30):
        store.put(name, str(number), 100)
        assert store.get(name).value == str(number)

threads = [threading.Thread(target=run, args=(f"parent {{number}}",)) for number in range(3)]
for thread in threads:
    thread.start()
children = []
for number in range(3):
    child = os.fork()
    if not child:
        try:
            run(f"child {{number}}")
            os._exit(0)
        finally:
            os._exit(1)
    children.append(child)
for thread in threads:
    thread.join()
print([os.waitpid(child, 0)[1] for child in children])
"""


@needs_redis
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_processes(server: RedisServer) -> None:
    """Each has connections of its own, so that nobody gets another one's value."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED, server.url]
    run = subprocess.run(
        command, env={"PYTHONPATH": str(GENERATED)}, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert run.stdout == "[0, 0, 0]\n"


@pytest.mark.parametrize(
    "argument", ["", None, f"http://:{SECRET}@localhost", f"redis://:{SECRET}@localhost:x", 7, redis.Redis()]
)
def test_redis_that_is_none(argument: Any) -> None:
    """Refused without being quoted: it may have a password."""
    with pytest.raises(InvalidRequestError) as caught:
        RedisStore(argument)
    assert caught.value.argument == "redis"
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("make", [redis.asyncio.Redis, lambda: None])
def test_client_that_can_not_be_used(make: Any) -> None:
    """One of `redis.asyncio` belongs to an event loop, and not to a thread."""
    with pytest.raises(InvalidRequestError, match=r"redis\.Redis"):
        RedisStore(make)


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is told."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(InvalidRequestError, match="pip install redis"):
        RedisStore("redis://localhost")
