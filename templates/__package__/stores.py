"""Where processes keep what they share: access tokens, and how much of a rate limit is left.

A store has texts under keys, each for some seconds, and locks. Its methods block, so they are called in threads, also
for asynchronous clients. They may raise anything: a process that can't reach the store goes on without it, with a
warning in the log, and tries again some seconds later.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from ._checks import invalid_argument
from ._process import PerProcess
from .errors import InvalidRequestError

if TYPE_CHECKING:  # comes with an extra
    import redis as redis_py

__all__ = ["Entry", "FileStore", "MemoryStore", "RedisStore", "Store"]

_SECONDS_TO_CONNECT = 1.0
_SECONDS_TO_ANSWER = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a store has under a key."""

    value: str = field(repr=False)  # it may be an access token
    seconds: float
    """How long it stays there."""

    def __eq__(self, other: object) -> bool:
        """Written by hand: with an equality that `dataclass` makes, pytest shows each field that differs."""
        return isinstance(other, Entry) and (self.value, self.seconds) == (other.value, other.seconds)

    def __hash__(self) -> int:
        return hash((self.value, self.seconds))


class Store(Protocol):
    """What a store can do. It is safe to share between threads."""

    def get(self, key: str) -> Entry | None:
        """The entry under the key; None: there is none, or it has expired.

        Raises:
            ValueError: What is under the key is malformed. The store works, and the next `put` replaces the value.
        """
        ...

    def put(self, key: str, value: str, seconds: float) -> None:
        """Store the value for some seconds, in place of the present one."""
        ...

    def lock(self, key: str, seconds: float) -> AbstractContextManager[bool]:
        """Try to take the lock of that name without waiting; the value of the context says whether it is taken.

        It is released at the end of the context, or after `seconds` if the process does not get there.
        """
        ...


class MemoryStore:
    """Shared by all objects of one process that get it."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start empty; a forked child starts with a copy."""
        self._monotonic = monotonic
        self._entries: dict[str, tuple[str, float]] = {}
        self._locks: PerProcess[dict[str, object]] = PerProcess(dict)

    def get(self, key: str) -> Entry | None:
        """The entry under the key; None: there is none, or it has expired."""
        value, end = self._entries.get(key, ("", 0.0))
        left = end - self._monotonic()
        return Entry(value, left) if value and left > 0 else None

    def put(self, key: str, value: str, seconds: float) -> None:
        """Store the value for some seconds, in place of the present one."""
        self._entries[key] = value, self._monotonic() + seconds

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        """Try to take the lock. It needs no end of its own: a thread always reaches the end of the context."""
        mine, locks = object(), self._locks.get()
        is_taken = locks.setdefault(key, mine) is mine
        try:
            yield is_taken
        finally:
            if is_taken:
                del locks[key]


class FileStore:
    """Shared by the processes of one user on one machine: files in a folder that nobody else may write to.

    Each file has the mode 0600, so that only this user (and root) can read the tokens. Not for network file systems,
    whose locks do not work everywhere, nor for Windows.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Make the folder with the mode 0700, unless it is there.

        Raises:
            InvalidRequestError: It can't be made, belongs to another user, or others may write to it.
        """
        self._folder = Path(folder)
        if problem := _folder_problem(self._folder):
            raise invalid_argument("folder", problem)
        self._descriptors: PerProcess[set[int]] = PerProcess(set, _close_all)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def get(self, key: str) -> Entry | None:
        """The entry under the key; None: there is none, or it has expired."""
        try:
            content = json.loads(self._path(key, "json").read_bytes())
            left = content["end"] - time.time()  # one machine has one clock, and monotonic ones start anew with it
            return Entry(content["value"], left) if left > 0 else None
        except FileNotFoundError:
            return None
        except (LookupError, TypeError, RecursionError):
            raise ValueError("no file of ours") from None

    def put(self, key: str, value: str, seconds: float) -> None:
        """Store the value for some seconds, in a file that is replaced as a whole, and stays after it has expired."""
        descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".new")  # with the mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"value": value, "end": time.time() + seconds}, file)
            Path(name).replace(self._path(key, "json"))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        """Try to take the lock, which the system releases when the process ends, in whatever way."""
        import fcntl

        descriptors = self._descriptors.get()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._path(key, "lock"), flags, 0o600)
        descriptors.add(descriptor)
        is_taken = False
        try:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_taken = True
            yield is_taken
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing alone does not release it while a forked child has it open
            descriptors.discard(descriptor)
            os.close(descriptor)

    def _path(self, key: str, suffix: str) -> Path:
        return self._folder / f"{quote(key, safe='')}.{suffix}"


def _folder_problem(folder: Path) -> str:
    """Why the folder can't hold secrets; empty if it can. It is made, if need be."""
    try:
        import fcntl as fcntl
    except ImportError:
        return "can't be used: this system has no locks of files (fcntl)"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, ValueError) as error:
        return f"can't be used: {type(error).__name__}"
    if status.st_uid != os.geteuid():
        return "belongs to another user"
    return "may be written to by other users: its mode must be 0700" if status.st_mode & 0o022 else ""


def _close_all(descriptors: set[int]) -> None:
    """In a forked child, so that a lock does not outlive the process that took it."""
    for descriptor in descriptors:
        with suppress(OSError):
            os.close(descriptor)


class RedisStore:
    """Shared by all processes that reach one Redis, on any number of machines. Needs the extra `redis`.

    Whoever may read the keys in that Redis can use the tokens, so protect it by a password or an ACL, and TLS.
    """

    def __init__(self, redis: str | Callable[[], redis_py.Redis | redis_py.RedisCluster], *, prefix: str = "") -> None:
        """Nothing is sent before the first use.

        Args:
            redis: URL (`rediss://user:password@host:6379/0`), or a function that makes a client of redis-py, with
                time-outs. It is called once in each process, since a client of redis-py can hang in a forked one. The
                client is used in threads, also for `AsyncClient`, so it can't be one of `redis.asyncio`.
            prefix: Begins each key, so that several environments can share one Redis.

        Raises:
            InvalidRequestError: An argument is invalid, or redis-py is not installed.
        """
        try:
            self._of_process: PerProcess[Any] = PerProcess(_maker(redis))
            self._of_process.get()
        except InvalidRequestError as error:
            del redis  # it may hold a password, and tracebacks may be shown with locals
            raise error.with_traceback(None) from None
        self._prefix = prefix

    def __repr__(self) -> str:
        """Without the URL, which may have a password."""
        return f"{type(self).__name__}(prefix={self._prefix!r})"

    def get(self, key: str) -> Entry | None:
        """The entry under the key; None: there is none, or it has expired."""
        pipeline = self._of_process.get().pipeline(transaction=False)
        pipeline.get(self._prefix + key)
        pipeline.pttl(self._prefix + key)
        try:
            value, milliseconds = pipeline.execute()
        except Exception as error:
            if "WRONGTYPE" in str(error):  # a hash, for example
                raise ValueError("no text") from None
            raise
        if value is None or milliseconds <= 0:
            return None
        return Entry(value.decode() if isinstance(value, bytes) else value, milliseconds / 1000)

    def put(self, key: str, value: str, seconds: float) -> None:
        """Store the value for some seconds, in place of the present one."""
        self._of_process.get().set(self._prefix + key, value, px=max(1, int(seconds * 1000)))

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        """Try to take the lock, which Redis releases after `seconds`."""
        lock = self._of_process.get().lock(f"{self._prefix}{key}.lock", timeout=seconds, blocking=False)
        is_taken = lock.acquire()
        try:
            yield is_taken
        finally:
            if is_taken:
                lock.release()


def _maker(redis: Any) -> Callable[[], Any]:
    """What makes the client of a process.

    Raises:
        InvalidRequestError: redis-py is not installed.
    """
    try:
        import redis as redis_py
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise invalid_argument("redis", "needs redis-py: pip install redis") from None

    def make() -> Any:
        client = redis() if callable(redis) else None
        if isinstance(redis, str):
            options = {"socket_connect_timeout": _SECONDS_TO_CONNECT, "socket_timeout": _SECONDS_TO_ANSWER}
            with suppress(ValueError):  # which quotes the URL
                # One retry, at once: a connection that was idle for long may be closed.
                client = redis_py.Redis.from_url(redis, **options, retry=Retry(NoBackoff(), 1))
        if isinstance(client, (redis_py.Redis, redis_py.RedisCluster)):
            return client
        raise invalid_argument(
            "redis", "must be a URL such as redis://localhost:6379/0, or a function that makes a redis.Redis"
        )

    return make
