"""Every test that asks for `driver` runs sync, under asyncio and under trio."""

import pytest

from tests.client.scripted import Driver


@pytest.fixture(params=["sync", "asyncio", "trio"])
def driver(request: pytest.FixtureRequest) -> Driver:
    """A driver with a clock of its own."""
    return Driver(request.param)


@pytest.fixture(autouse=True)
def _nothing_from_outside(nothing_from_outside: None) -> None:
    """For each test."""
