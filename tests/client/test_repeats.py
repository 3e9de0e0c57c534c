"""What repeats cost, and how long each waits. No setting changes the budget for repeats, so tests make it small."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from persona_oauth import ApiError, ApiResponse
from persona_oauth._retry import RetryBudget
from tests.client.scripted import OK, RESET, STALL, Act, Driver, FakeClock, Outcome, ScriptedServer, answer
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE

BUSY = answer(503, b"")


def kinds(outcomes: list[Outcome]) -> list[bool]:
    """Which calls succeeded."""
    return [isinstance(outcome, ApiResponse) for outcome in outcomes]


@pytest.mark.parametrize(
    ("act", "attempts", "timeout"), [(BUSY, 5, PATIENCE), (STALL, 3, 0.05)], ids=["503", "time-out"]
)
def test_cost_of_a_repeat(
    driver: Driver, act: Act, attempts: int, timeout: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time-out it costs twice as much, since the server has trouble enough: 20 tokens pay for 2, not for 4."""
    monkeypatch.setattr(RetryBudget, "CAPACITY", 20)
    with ScriptedServer(choose=lambda _: act) as server:
        outcome = driver.call(server.base_url, timeout=timeout, max_retries=9)
    assert isinstance(outcome, ApiError)
    assert outcome.attempts == attempts


def test_repeat_that_helps_costs_nothing(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The success gives back what its last repeat took."""
    monkeypatch.setattr(RetryBudget, "CAPACITY", RetryBudget.COST)
    with ScriptedServer(*[BUSY, OK] * 3) as server:
        assert kinds(driver.calls(server.base_url, [{}] * 3)) == [True] * 3


def test_successes_fill_the_budget(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """One token each: after five of them one more repeat is paid for, after four none."""
    monkeypatch.setattr(RetryBudget, "CAPACITY", RetryBudget.COST)
    script = [BUSY, BUSY, *[OK] * 4, BUSY, OK, BUSY, OK]
    with ScriptedServer(*script) as server:
        outcomes = driver.calls(server.base_url, [{"max_retries": 1}] * 8)
    assert kinds(outcomes) == [False, *[True] * 4, False, True, True]


@pytest.mark.parametrize(("asked", "wait"), [("2", 5.5), ("9", 9.5)])
def test_wait_before_a_fresh_key(driver: Driver, asked: str, wait: float) -> None:
    """Ours, or what the server asks for if that is longer; a back-off on top of either."""
    with ScriptedServer(answer(503, b"", [("Retry-After", asked)]), OK) as server:
        driver.call(server.base_url, fresh_idempotency_key_on_5xx=True)
    assert driver.clock.waits == [wait]


@pytest.mark.parametrize("act", [RESET, answer(429, b"", [("Retry-After", "0")])], ids=["lost", "Retry-After: 0"])
@pytest.mark.parametrize("number", [1, 2])
def test_never_without_a_wait(driver: Driver, act: Act, number: int) -> None:
    """Not even where chance would have it."""

    class Unlucky(FakeClock):
        def random(self) -> float:
            return 0.0

    with ScriptedServer(*[act] * number, OK) as server:
        replace(driver, clock=(clock := Unlucky())).call(server.base_url)
    assert clock.waits == [0.1] * number


def test_clients_do_not_return_together(driver: Driver) -> None:
    """Two that are told to wait for the same moment come at different ones, neither of them before it."""

    class Chance(FakeClock):
        def random(self) -> float:
            return next(chances)

    chances, waits = iter([0.25, 0.75]), []
    for _ in range(2):
        with ScriptedServer(answer(429, b"", [("RateLimit-Reset", "8")]), OK) as server:
            replace(driver, clock=(clock := Chance())).call(server.base_url)
        waits += clock.waits
    assert waits == [8.25, 8.75]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (RESET, "ReadError"),
        (answer(502, b""), "502"),
        (answer(429, b"", [("Retry-After", "2")]), "429 (Retry-After asks for 2 s)"),
        (answer(503, b"", [("retry-after-ms", "1500"), ("Retry-After", "2")]), "503 (retry-after-ms asks for 1.5 s)"),
        (answer(429, b"", [("RateLimit-Reset", "3")]), "429 (RateLimit-Reset asks for 3 s)"),
        (answer(503, b"", [("RateLimit-Reset", "3")]), "503"),
    ],
    ids=["lost", "502", "429", "milliseconds", "reset", "reset of another status"],
)
def test_log_says_why(driver: Driver, act: Act, why: str, caplog: pytest.LogCaptureFixture) -> None:
    """Of each repeat."""
    caplog.set_level(logging.INFO, PACKAGE)
    with ScriptedServer(act, OK) as server:
        driver.call(server.base_url)
    (line,) = [record.getMessage() for record in caplog.records if record.name == PACKAGE]
    assert line.endswith(f" s after {why}")
