"""For any sequence of faults, and for many calls at once."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client
from tests.client.scripted import (
    API_KEY,
    CLOSE,
    CUT_BODY,
    CUT_HEADERS,
    GRANT,
    OK,
    RESET,
    Act,
    Driver,
    FakeClock,
    Received,
    ScriptedServer,
    answer,
    set_clock,
)

MAX_RETRIES = 2
FAULTS = [RESET, CLOSE, *(Act(cut, how) for cut in (CUT_HEADERS, CUT_BODY) for how in ("reset", "close"))]
STATUSES = st.integers(200, 999).map(lambda code: answer(code, b"" if code in (204, 304) else {"errors": []}))
WAITS = st.sampled_from(["", "0", "59", "61", "-1", "soon", "9" * 400, "Tue, 14 Nov 2023 22:13:29 GMT", "\xb2"])
LIMITED = st.builds(lambda code, wait: answer(code, b"", [("Retry-After", wait)]), st.sampled_from([429, 503]), WAITS)
BODIES = st.binary(max_size=60).map(lambda body: answer(201, body))
NOISE = st.binary(max_size=60).map(lambda data: Act(data, "close"))
ACTS = st.one_of(st.just(OK), st.sampled_from(FAULTS), STATUSES, LIMITED, BODIES, NOISE)


@pytest.mark.sweep
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(script=st.lists(ACTS, min_size=MAX_RETRIES + 1, max_size=MAX_RETRIES + 1))
def test_any_sequence_of_faults(driver: Driver, script: list[Act]) -> None:
    """At most 1 + max_retries requests, all with one key and one body; exactly one result or one ApiError."""
    acts = iter(script)  # not all of them are asked for
    with ScriptedServer(choose=lambda _: next(acts, None)) as server:
        outcome = driver.call(server.base_url, max_retries=MAX_RETRIES)
    assert 1 <= len(server.requests) <= MAX_RETRIES + 1
    assert server.attempts_are_equal()
    assert isinstance(outcome, (ApiResponse, ApiError))


def echo_or_fail() -> tuple[Any, list[Received]]:
    """Answers with the code as the token; the first request of every tenth code is met with a fault."""
    seen: dict[bytes, int] = {}
    failed: list[Received] = []
    lock = threading.Lock()

    def choose(request: Received) -> Act:
        with lock:
            number = seen.setdefault(request.body, len(seen))
            if number % 10 == 0 and request.body not in {one.body for one in failed}:
                failed.append(request)
                return FAULTS[number // 10 % len(FAULTS)]
        code = request.body.decode().partition("code=")[2].partition("&")[0]
        return answer(201, {**GRANT, "access-token": code})

    return choose, failed


def open_sockets() -> int:
    gc.collect()
    descriptors = Path("/proc/self/fd")
    return sum(str(one.readlink()).startswith("socket:") for one in descriptors.iterdir() if one.is_symlink())


def test_200_threads_share_a_client() -> None:
    """Each gets its own answer in spite of 10 % faults; no socket stays open."""
    before = open_sockets()
    choose, failed = echo_or_fail()
    with (
        ScriptedServer(choose=choose) as server,
        Client(api_key=API_KEY, base_url=server.base_url) as client,
        ThreadPoolExecutor(50) as pool,
    ):
        set_clock(client, FakeClock())
        tokens = list(pool.map(lambda n: client.oauth.create_access_token(code=f"c{n}").access_token, range(200)))
    assert tokens == [f"c{n}" for n in range(200)]
    assert len(failed) == 20
    assert open_sockets() == before


def test_200_tasks_share_a_client(driver: Driver) -> None:
    """The same for tasks."""
    if driver.flavour == "sync":
        return
    before = open_sockets()
    choose, failed = echo_or_fail()
    tokens: dict[int, str] = {}

    async def main(base_url: str) -> None:
        async def one(client: AsyncClient, n: int) -> None:
            tokens[n] = (await client.oauth.create_access_token(code=f"c{n}")).access_token

        async with AsyncClient(api_key=API_KEY, base_url=base_url) as client, anyio.create_task_group() as group:
            set_clock(client, driver.clock)
            for n in range(200):
                group.start_soon(one, client, n)

    with ScriptedServer(choose=choose) as server:
        driver.run(lambda: main(server.base_url))
    assert tokens == {n: f"c{n}" for n in range(200)}
    assert len(failed) == 20
    assert open_sockets() == before
