"""Servers that fork their workers after the client was made."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.client.redis_server import RedisServer, needs_redis
from tests.recipes.conftest import Load, start
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE

CODES = 12


def test_gunicorn_with_preload(sandbox: Any, code: Callable[[], str], tmp_path: Path) -> None:
    """Both workers that were forked from one process exchange codes, each on connections of its own.

    While one of them waits for the body of a request, the other one serves all others.
    """
    # On a slow machine, the 30 seconds after which gunicorn kills a worker that is busy would be too few.
    command = ["-m", "gunicorn", "--preload", "--workers", "2", "--timeout", "0", "--bind", "127.0.0.1:0"]
    with start(*command, "gunicorn_preload:app", cwd=tmp_path) as parent:
        assert parent.stderr is not None
        address = next(found[1] for line in parent.stderr if (found := re.search(r"Listening at: (\S+)", line)))
        codes = [{"code": code()} for _ in range(CODES)]
        with (
            busy_worker(address, json.dumps({"code": code()}).encode()) as busy,
            httpx2.Client(base_url=address, trust_env=False, timeout=PATIENCE) as http,
            ThreadPoolExecutor(4) as pool,
        ):
            answers = [*pool.map(lambda body: http.post("/codes", json=body), codes)]
        parent.terminate()
        said = parent.stderr.read()
    assert [answer.status_code for answer in answers] == [200] * CODES, said
    [other] = {answer.json()["worker"] for answer in answers}
    assert len({*busy, other, parent.pid}) == 3
    assert len(sandbox.behaviour.tokens) == CODES + 1


@contextmanager
def busy_worker(address: str, body: bytes) -> Iterator[list[int]]:
    """Keeps a worker waiting for the body (RFC 9110, 10.1.1); at the end sends it, and names the worker."""
    url, worker = httpx2.URL(address), list[int]()
    head = f"POST /codes HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\nConnection: close\r\n"
    with socket.create_connection((url.host, url.port), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        yield worker
        connection.sendall(body)
        with connection.makefile("rb") as answer:
            worker.append(json.loads(answer.read().partition(b"\r\n\r\n")[2])["worker"])


@needs_redis
def test_celery_with_prefork(
    sandbox: Any, code: Callable[[], str], load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Children of the pool exchange codes; the worker's log has no code."""
    redis = RedisServer(tmp_path)
    with redis:
        monkeypatch.setenv("CELERY_BROKER_URL", redis.url)
        codes = [code() for _ in range(CODES)]
        module = load("celery_prefork")
        for handed_over in codes:
            module.hand_over(handed_over)
        module.app.close()
        command = ["-m", "celery", "--app", "celery_prefork", "worker", "--concurrency", "2", "--loglevel", "DEBUG"]
        with start(*command, cwd=tmp_path, stderr=subprocess.STDOUT) as worker:
            assert worker.stdout is not None
            lines: list[str] = []
            while sum("a token for" in line for line in lines) < CODES and (line := worker.stdout.readline()):
                lines.append(line)
            worker.terminate()
            lines += worker.stdout.readlines()
    said = "".join(lines)
    processes = {int(number) for number in re.findall(r"in process (\d+)", said)}
    assert processes
    assert not processes & {worker.pid, os.getpid()}
    assert [handed_over for handed_over in codes if handed_over in said] == []
    assert len(sandbox.behaviour.tokens) == CODES


def test_a_task_that_is_retried_is_the_same_call(sandbox: Any, code: Callable[[], str], load: Load) -> None:
    """The answer to the first attempt was lost."""
    module = load("celery_prefork")
    sandbox.fail_next("drop-after")
    with module.persona:
        assert module.exchange.apply(args=(code(),), task_id="task-1").successful()
    assert [call.headers["Idempotency-Key"] for call in sandbox.requests] == ["task-1", "task-1"]
    assert len(sandbox.behaviour.tokens) == 1


def test_a_task_whose_code_is_refused_fails(sandbox: Any, load: Load) -> None:
    """No retry would help."""
    module = load("celery_prefork")
    with module.persona:
        result = module.exchange.apply(args=("unknown",))
    assert isinstance(result.result, import_module(PACKAGE).NotFoundError)
    assert len(sandbox.requests) == 1
    assert "unknown" not in json.dumps(str(result.result))
