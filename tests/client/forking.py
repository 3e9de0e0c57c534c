"""A server that forks its workers, as gunicorn does after `--preload`: test_processes.py runs it.

`python -m tests.client.forking '{"base_url": …}'` prints what the parent and each child met, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2

from persona_oauth import AsyncClient, Client
from tests.support.server import PATIENCE

API_KEY = "persona_sandbox_11111111-2222-3333-4444-555555555555"
AT_ONCE = 6
THREADS = 4


@dataclass
class Parent:
    """A process with a client that it has used."""

    base_url: str
    flavour: str
    is_threaded: bool
    forks: int
    is_in_loop: bool = False
    """Fork while the event loop runs."""
    problems: list[str] = field(default_factory=list)
    client: Any = None
    _number: int = 0

    def run(self) -> None:
        """Use the client, fork, use it again."""
        kind = Client if self.flavour == "sync" else AsyncClient
        self.client = kind(API_KEY, base_url=self.base_url, max_retries=0, total_timeout=PATIENCE)
        with self.threads() if self.is_threaded else nullcontext():
            if self.is_in_loop:
                anyio.run(self.calls, "parent", self.fork_between, backend=self.flavour)
            else:
                self.call("parent")
                self.fork_all()
                self.call("parent")
        self.close()

    def call(self, name: str, is_last: Callable[[int], object] = bool) -> None:
        """Calls until one is the last; in an event loop of its own where the client is for tasks."""
        if self.flavour != "sync":
            anyio.run(self.calls, name, is_last, backend=self.flavour)
            return
        for number in count():
            code = f"{name}-{number}-{os.getpid()}"
            with self.noting():
                self.check(code, self.client.oauth.create_access_token(code=code))
            if is_last(number):
                return

    async def calls(self, name: str, is_last: Callable[[int], object]) -> None:
        """The same for tasks."""
        for number in count():
            code = f"{name}-{number}-{os.getpid()}"
            with self.noting():
                self.check(code, await self.client.oauth.create_access_token(code=code))
            if is_last(number):
                return

    def fork_between(self, number: int) -> bool:
        """Fork after the first call of two."""
        if number == 0:
            self.fork_all()
        return number > 0

    def check(self, code: str, token: Any) -> None:
        if token.access_token != f"token-of-{code}":
            self.problems.append(f"asked for {code}, got {token.access_token}")

    @contextmanager
    def noting(self) -> Iterator[None]:
        """What is raised is a problem."""
        try:
            yield
        except BaseException as error:  # noqa: BLE001 (whatever it is, the parent has to be told)
            self.problems.append(repr(error))

    @contextmanager
    def threads(self) -> Iterator[None]:
        """Others that make calls all the time; each has its connection when this begins."""
        end, begun = threading.Event(), threading.Barrier(THREADS + 1)

        def is_last(number: int) -> bool:
            if number == 0:
                begun.wait(PATIENCE)
            return end.is_set()

        threads = [threading.Thread(target=self.call, args=(f"thread-{number}", is_last)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        begun.wait(PATIENCE)
        yield
        end.set()
        for thread in threads:
            thread.join()

    def fork_all(self) -> None:
        """Children, a few at a time."""
        for _ in range(self.forks // AT_ONCE):
            pipes = [self.fork() for _ in range(AT_ONCE)]
            for pipe in pipes:
                with os.fdopen(pipe, encoding="utf-8") as file:
                    self.problems += json.loads(file.read() or '["a child died"]')
                os.wait()

    def fork(self) -> int:
        """The end of a pipe that a child writes its problems to."""
        read, write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads: they are the point
            process = os.fork()
        if process:
            os.close(write)
            return read
        signal.alarm(PATIENCE)  # a child that hangs dies
        self.problems = [f"inherited {found} sockets"] if (found := self.sockets()) and not self.is_threaded else []
        # An event loop can't be run within another one of the same thread.
        thread = threading.Thread(target=self.work)
        thread.start()
        thread.join()
        os.write(write, json.dumps(self.problems).encode())
        os._exit(0)

    def work(self) -> None:
        """What a child does."""
        with self.noting():
            self.call("child")
            self.close()
            # A connection that another thread was opening at the fork is in no pool yet, so nothing could close it.
            if (found := self.sockets()) and not self.is_threaded:
                self.problems.append(f"left {found} sockets")

    def close(self) -> None:
        """Close the client."""
        if self.flavour == "sync":
            self.client.close()
        else:
            anyio.run(self.client.aclose, backend=self.flavour)

    def sockets(self) -> int:
        """How many connections to the server this process has."""
        return sum(self.is_connection(number) for number in range(256))

    def is_connection(self, descriptor: int) -> bool:
        with suppress(OSError), closing(socket.socket(fileno=os.dup(descriptor))) as copy:
            address: Any = copy.getpeername()
            return bool(address and address[1] == urlsplit(self.base_url).port)
        return False


if __name__ == "__main__":
    httpx2._config.DEFAULT_LIMITS.keepalive_expiry = 600.0  # seconds: a busy machine must not change who connects when
    parent = Parent(**json.loads(sys.argv[1]))
    parent.run()
    print(json.dumps(parent.problems))
