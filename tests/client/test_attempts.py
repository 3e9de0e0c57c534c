"""What a client tells of each attempt: `on_attempt`, and the fields of log records."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import asdict, replace
from typing import Any

import pytest

from persona_oauth import ApiResponse, Attempt, InvalidRequestError, TimedOutError
from tests.client.scripted import CODE, OK, RESET, SECRETS, STALL, Driver, FakeClock, ScriptedServer, answer
from tests.support.checkout import PACKAGE

BUSY = answer(429, b"", [("Retry-After", "2"), ("Request-Id", "req_busy")])


class ListeningClock(FakeClock):
    """Notes how many attempts were told when the client begins to wait."""

    def __init__(self, seen: list[Attempt]) -> None:
        super().__init__()
        self.seen = seen
        self.told: list[int] = []

    def sleep(self, seconds: float) -> None:
        self.told.append(len(self.seen))
        super().sleep(seconds)


def test_each_attempt(driver: Driver) -> None:
    """What was sent where, what came of it, why and when it is repeated; told before the wait."""
    seen: list[Attempt] = []
    clock = ListeningClock(seen)
    with ScriptedServer(RESET, BUSY, OK) as server:
        outcome = replace(driver, clock=clock).call(server.base_url, on_attempt=seen.append)
    assert isinstance(outcome, ApiResponse)
    lost, busy, good = seen
    assert lost == Attempt(
        operation="create_access_token",
        method="POST",
        path="/oauth/token",
        url=f"{server.base_url}/oauth/token",
        number=1,
        status_code=None,
        error="ReadError",
        request_id=None,
        elapsed=0.0,
        wait=0.5,
        reason="ReadError",
    )
    assert (busy.number, busy.status_code, busy.error) == (2, 429, "TooManyRequestsError")
    assert (busy.request_id, busy.wait, busy.reason) == ("req_busy", 3.0, "429 (Retry-After asks for 2 s)")
    assert (good.number, good.status_code, good.error, good.wait, good.reason) == (3, 201, None, None, None)
    assert clock.waits == [lost.wait, busy.wait]
    assert clock.told == [1, 2]


def test_the_last_failure(driver: Driver) -> None:
    """It has no wait; an answer that can't be read has a status and an error."""
    seen: list[Attempt] = []
    with ScriptedServer(answer(400, b""), answer(201, b"{}")) as server:
        driver.calls(server.base_url, [{}, {}], on_attempt=seen.append)
    assert [(each.status_code, each.error, each.wait) for each in seen] == [
        (400, "BadRequestError", None),
        (201, "InvalidResponseError", None),
    ]


def test_total_timeout(driver: Driver) -> None:
    """An attempt that the whole call's time-out ends is told, too."""
    seen: list[Attempt] = []
    with ScriptedServer(STALL) as server:
        outcome = replace(driver, clock=None).call(server.base_url, total_timeout=0.2, on_attempt=seen.append)
    assert isinstance(outcome, TimedOutError)
    (only,) = seen
    assert (only.status_code, only.wait) == (None, None)
    assert only.error in ("TimedOutError", "ReadTimeout")
    assert only.elapsed > 0


def test_what_it_raises(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """The call goes on, and the log has the caller's own frames."""

    def on_attempt(attempt: Attempt) -> None:
        raise KeyError(attempt.number)

    with ScriptedServer(BUSY, OK) as server:
        outcome = driver.call(server.base_url, on_attempt=on_attempt)
    assert isinstance(outcome, ApiResponse)
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert [record.getMessage() for record in warnings] == ["on_attempt raised KeyError"] * 2
    for record in warnings:
        assert record.exc_info
        assert record.exc_info[2] is not None
        assert record.exc_info[2].tb_frame.f_code is on_attempt.__code__


async def coroutine(attempt: Attempt) -> None:
    """What `on_attempt` can't be."""


class Awaited:
    """Nor this."""

    async def __call__(self, attempt: Attempt) -> None:
        """Never awaited."""


@pytest.mark.parametrize("on_attempt", [coroutine, Awaited(), 7, "print"])
def test_refused(driver: Driver, on_attempt: Any) -> None:
    """At construction: nobody would await it."""
    with pytest.raises(InvalidRequestError) as caught:
        driver.call("http://127.0.0.1:9", on_attempt=on_attempt)
    assert caught.value.argument == "on_attempt"


def test_no_secrets(driver: Driver) -> None:
    """In no field, whatever the server echoes; and nobody can change one."""
    seen: list[Attempt] = []
    echo = answer(503, {"errors": [{"title": f"{SECRETS}"}]})
    with ScriptedServer(echo, OK) as server:
        driver.call(server.base_url, on_attempt=seen.append)
    for secret in SECRETS:
        assert secret not in repr(seen)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(seen[0], "number", 7)  # noqa: B010 (type checkers refuse the assignment)


def test_fields_of_log_records(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """The same as `on_attempt` sees, each after `api_`, so that none hides an attribute of the record."""
    caplog.set_level(logging.DEBUG, PACKAGE)
    seen: list[Attempt] = []
    with ScriptedServer(BUSY, OK) as server:
        driver.call(server.base_url, on_attempt=seen.append)
    records = [record for record in caplog.records if record.name == PACKAGE]
    assert [record.levelname for record in records] == ["DEBUG", "INFO", "DEBUG"]
    for record, attempt in zip(records, [seen[0], seen[0], seen[1]], strict=True):
        told = {name: getattr(record, f"api_{name}") for name in asdict(attempt)}
        assert told == asdict(attempt)
        assert CODE not in f"{vars(record)}"


def test_only_repeats_at_info(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """As loggers are wont."""
    caplog.set_level(logging.INFO, PACKAGE)
    with ScriptedServer(BUSY, OK) as server:
        driver.call(server.base_url)
    assert [record.levelname for record in caplog.records if record.name == PACKAGE] == ["INFO"]
