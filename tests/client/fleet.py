"""One process of a fleet: does what its standard input says, line by line, with credentials that share a store.

`python -m tests.client.fleet BASE_URL STORE THREADS`; STORE is the URL of a Redis, or a folder.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

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


def main(base_url: str, store: str, threads: str) -> None:
    """Fetch when told to, from all threads at once, and print the statuses."""
    warnings: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]  # the least of handlers
    logging.getLogger(ClientCredentials.__module__.partition(".")[0]).addHandler(handler)
    clock = ShiftedClock()
    RenewingAuth._clock = clock
    auth = ClientCredentials("oc_client", Path(sys.argv[4]), base_url=base_url, store=store_of(store))
    count = int(threads)
    with httpx2.Client(auth=auth, timeout=60) as client, ThreadPoolExecutor(count) as pool:
        for line in sys.stdin:
            clock.shift += json.loads(line)
            barrier = threading.Barrier(count)

            def fetch(_: int, barrier: threading.Barrier = barrier) -> int | str:
                barrier.wait()
                try:
                    return client.get(f"{base_url}/inquiries").status_code
                except Exception as error:  # noqa: BLE001 (the test shows it)
                    return repr(error)

            statuses = list(pool.map(fetch, range(count)))
            print(json.dumps({"statuses": statuses, "warnings": warnings}), flush=True)
            warnings.clear()


class Fleet:
    """Some such processes."""

    def __init__(self, size: int, threads: int, base_url: str, store: str, key: Path) -> None:
        command = [sys.executable, "-m", "tests.client.fleet", base_url, store, str(threads), str(key)]
        path = {"PYTHONPATH": f"{ROOT / 'generated'}:{ROOT}"}
        self._processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=path,
                cwd=ROOT,
            )
            for _ in range(size)
        ]

    def fetch(self, later: float = 0.0) -> list[dict[str, Any]]:
        """What each process answers, after its clock was advanced by so much."""
        for process in self._processes:
            assert process.stdin
            process.stdin.write(f"{later}\n")
            process.stdin.flush()
        return [
            json.loads(process.stdout.readline() or process.communicate()[1])
            for process in self._processes
            if process.stdout
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._processes:
            if kind:
                process.kill()
            _, errors = process.communicate()
            assert kind or not errors


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    answer: dict[str, Any] = json.loads(line)
    return answer


if __name__ == "__main__":
    main(*sys.argv[1:4])
