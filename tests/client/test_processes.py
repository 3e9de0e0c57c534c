"""A client used before a fork is as good as new in the child."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from persona_oauth import Client, ServerError
from persona_oauth._process import PerProcess, cached_property
from tests.client.forking import THREADS
from tests.client.scripted import (
    API_KEY,
    CODE,
    GRANT,
    OK,
    Act,
    FakeClock,
    Received,
    ScriptedServer,
    answer,
    set_clock,
)
from tests.support.authority import impersonate
from tests.support.environment import with_package
from tests.support.server import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def in_child(act: Callable[[], Any]) -> Any:
    """What `repr(act())` is in a forked child, which ends at once."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads: they are what is tested
        process = os.fork()
    if process == 0:  # whatever happens, this copy of pytest must not go on
        try:
            text = repr(act())
        except BaseException as error:  # noqa: BLE001 (the parent is told what it was)
            text = f"raised {error!r}"
        os.write(write, text.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read().decode()
    os.waitpid(process, 0)
    return text


class Echo:
    """Answers with a token that says which code it was asked for with."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(THREADS)

    def __call__(self, request: Received) -> Act:
        code = parse_qs(request.body.decode())["code"][0]
        act = answer(201, {**GRANT, "access-token": f"token-of-{code}"})
        # The first of each thread together, so that each has a connection.
        is_first = re.match(r"thread-\d-0", code)
        return replace(act, before_each_byte=cache(partial(self.meeting.wait, PATIENCE))) if is_first else act


FORKS = pytest.mark.parametrize(
    ("scheme", "forks"),
    [("https", 12), *(pytest.param(scheme, 60, marks=pytest.mark.sweep) for scheme in ("http", "https"))],
)


@FORKS
@pytest.mark.parametrize("is_threaded", [False, True], ids=["quiet", "threaded"])
@pytest.mark.parametrize("flavour", ["sync", "asyncio", "trio"])
def test_forks(tmp_path: Path, scheme: str, flavour: str, is_threaded: bool, forks: int) -> None:
    """Each child gets its own answers, and leaves no connection behind; the parent keeps its own."""
    server, parents = forked(tmp_path, scheme, flavour=flavour, is_threaded=is_threaded, forks=forks)
    if not is_threaded:
        assert server.connections == forks + parents


@FORKS
@pytest.mark.parametrize("flavour", ["asyncio", "trio"])
def test_forks_of_a_running_event_loop(tmp_path: Path, scheme: str, flavour: str, forks: int) -> None:
    """The parent's loop goes on with the connection that it had."""
    server, _ = forked(tmp_path, scheme, flavour=flavour, is_threaded=False, is_in_loop=True, forks=forks)
    assert server.connections == forks + 1


def forked(folder: Path, scheme: str, **options: Any) -> tuple[ScriptedServer, int]:
    """The server that a parent and its children called, and how many connections the parent has needed."""
    tls, trusted = impersonate("localhost", folder)
    with ScriptedServer(choose=Echo(), tls=tls, is_secure=scheme == "https") as server:
        parent = json.dumps({"base_url": server.base_url, **options})
        # One certificate loads faster than all of the system's.
        environment = with_package(SSL_CERT_FILE=str(trusted))
        command = [sys.executable, "-W", "error", "-m", "tests.client.forking", parent]
        root = Path(__file__).parents[2]
        run = subprocess.run(
            command,
            env=environment,
            cwd=root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []
    assert run.stderr == ""
    return server, 1 if options["flavour"] == "sync" else 2


def test_http_client_of_the_caller() -> None:
    """It can't be made anew: a call in the child is refused, and the parent goes on."""
    with ScriptedServer(OK, OK) as server, httpx2.Client() as http_client:
        client = Client(API_KEY, base_url=server.base_url, http_client=http_client)
        client.oauth.create_access_token(code=CODE)
        assert in_child(lambda: client.oauth.create_access_token(code=CODE)).startswith("raised ClientMovedError(")
        client.oauth.create_access_token(code=CODE)
        assert server.connections == 1


def test_retry_budget_of_each_process() -> None:
    """It is full in the child, and its lock free, which another thread held at the moment of the fork."""
    with ScriptedServer(choose=lambda _: answer(503)) as server, Client(API_KEY, base_url=server.base_url) as client:
        set_clock(client, FakeClock())
        budget = client._transport._pools.get().budget
        assert budget.take(budget.CAPACITY)
        with budget._lock:
            assert in_child(lambda: attempts(client)) == "3"
        assert attempts(client) == 1


def attempts(client: Client) -> int:
    """How many there are of a call that fails."""
    with pytest.raises(ServerError) as caught:
        client.oauth.create_access_token(code=CODE)
    return caught.value.attempts


def test_value_of_each_process() -> None:
    """A child makes its own and lets go of its parent's, once, whether it asks for one or not."""
    abandoned: list[int] = []
    value = PerProcess(os.getpid, abandoned.append)
    assert value.peek() is None
    assert value.get() == os.getpid() == value.peek()
    assert in_child(lambda: (value.get() == os.getpid(), abandoned)) == repr((True, [os.getpid()]))
    assert in_child(lambda: (value.peek(), abandoned)) == repr((None, [os.getpid()]))
    assert value.get() == os.getpid()
    assert abandoned == []


def test_threads_get_one_value() -> None:
    """Also where all of them make it at once."""
    together = threading.Barrier(8)

    def make() -> object:
        together.wait(PATIENCE)
        return object()

    value, got = PerProcess(make), list[object]()
    threads = [threading.Thread(target=lambda: got.append(value.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1


def test_cached_property_has_no_lock() -> None:
    """Forked while another thread computes it, the child computes it, too."""
    begun, end = threading.Event(), threading.Event()

    class Owner:
        @cached_property
        def answer(self) -> int:
            begun.set()
            if threading.current_thread() is not threading.main_thread():
                end.wait(PATIENCE)
            return 42

    owner = Owner()
    thread = threading.Thread(target=lambda: owner.answer)
    thread.start()
    begun.wait(PATIENCE)
    try:
        assert in_child(lambda: owner.answer) == "42"
    finally:
        end.set()
        thread.join()
