"""Processes of a fleet: each does what its socket says, line by line, with credentials that share a store.

`python -m tests.client.fleet BASE_URL STORE THREADS KEY SOCKET…`; STORE is the URL of a Redis, or a folder. One process
imports everything, and forks one for each socket, as a server of workers does.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import httpx2

from persona_oauth._renewal import RenewingAuth
from persona_oauth._retry import Clock
from persona_oauth.auth import ClientCredentials
from persona_oauth.stores import FileStore, RedisStore, Store

ROOT = Path(__file__).parents[2]


class ShiftedClock(Clock):
    """The real one, and what it was advanced by."""

    shift = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.shift


def store_of(text: str) -> Store:
    """By URL or folder."""
    return RedisStore(text) if text.startswith("redis://") else FileStore(text)


def main(base_url: str, store: str, threads: str, key: str, *sockets: str) -> None:
    """Fork a process for each socket; the exit status is 0 if theirs are."""
    connections = [socket.socket(fileno=int(number)) for number in sockets]
    for connection in connections:
        if os.fork() == 0:
            for other in connections:
                if other is not connection:
                    other.close()
            with connection.makefile("rw", encoding="utf-8") as lines:
                work(base_url, store, int(threads), Path(key), lines)
            return
    for connection in connections:
        connection.close()
    sys.exit(max(os.wait()[1] for _ in connections) > 0)


def work(base_url: str, store: str, count: int, key: Path, lines: TextIO) -> None:
    """Fetch when told to, from all threads at once, and tell the statuses."""
    warnings: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]  # the least of handlers
    logging.getLogger(ClientCredentials.__module__.partition(".")[0]).addHandler(handler)
    clock = ShiftedClock()
    RenewingAuth._clock = clock
    auth = ClientCredentials("oc_client", key, base_url=base_url, store=store_of(store))
    with httpx2.Client(auth=auth, timeout=60) as client, ThreadPoolExecutor(count) as pool:
        for line in lines:
            clock.shift += json.loads(line)
            barrier = threading.Barrier(count)

            def fetch(_: int, barrier: threading.Barrier = barrier) -> int | str:
                barrier.wait()
                try:
                    return client.get(f"{base_url}/inquiries").status_code
                except Exception as error:  # noqa: BLE001 (the test shows it)
                    return repr(error)

            statuses = list(pool.map(fetch, range(count)))
            print(json.dumps({"statuses": statuses, "warnings": warnings}), file=lines, flush=True)
            warnings.clear()


class Fleet:
    """Some such processes."""

    def __init__(self, size: int, threads: int, base_url: str, store: str, key: Path) -> None:
        pairs = [socket.socketpair() for _ in range(size)]
        numbers = [theirs.fileno() for _, theirs in pairs]
        command = [sys.executable, "-m", "tests.client.fleet", base_url, store, str(threads), str(key)]
        self._parent = subprocess.Popen(
            [*command, *map(str, numbers)],
            pass_fds=numbers,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={"PYTHONPATH": f"{ROOT / 'generated'}:{ROOT}"},
            cwd=ROOT,
        )
        self._processes = []
        for ours, theirs in pairs:
            theirs.close()
            with ours:  # its file keeps the connection open
                self._processes.append(ours.makefile("rw", encoding="utf-8"))

    def fetch(self, later: float = 0.0) -> list[dict[str, Any]]:
        """What each process answers, after its clock was advanced by so much."""
        for process in self._processes:
            print(later, file=process, flush=True)
        return [json.loads(process.readline() or self._parent.communicate()[1]) for process in self._processes]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.close()  # which ends it
        _, errors = self._parent.communicate()
        assert kind or (self._parent.returncode, errors) == (0, "")


if __name__ == "__main__":
    main(*sys.argv[1:])
