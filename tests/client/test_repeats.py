"""What repeats cost, and how long each waits. No setting changes the budget for repeats, so tests make it small."""

from __future__ import annotations

import pytest

from persona_oauth import ApiError, ApiResponse
from persona_oauth._retry import RetryBudget
from tests.client.scripted import OK, STALL, Act, Driver, Outcome, ScriptedServer, answer
from tests.support.server import PATIENCE

BUSY = answer(503, b"", [("Retry-After", "0")])


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


@pytest.mark.parametrize(("asked", "wait"), [("2", 5.0), ("9", 9.0)])
def test_wait_before_a_fresh_key(driver: Driver, asked: str, wait: float) -> None:
    """Ours, or what the server asks for if that is longer."""
    with ScriptedServer(answer(503, b"", [("Retry-After", asked)]), OK) as server:
        driver.call(server.base_url, fresh_idempotency_key_on_5xx=True)
    assert driver.clock.waits == [wait]
