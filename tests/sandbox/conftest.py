"""A Persona for each test, with a clock that stands still, and requests as they go over the wire."""

from __future__ import annotations

import pytest

from persona_oauth.testing import Sandbox
from tests.sandbox.wire import Clock

collect_ignore = ["example_project"]  # has an environment of its own: see tests/repository/test_package.py


@pytest.fixture(autouse=True)
def _nothing_from_outside(nothing_from_outside: None) -> None:
    """For each test."""


@pytest.fixture
def clock() -> Clock:
    """The clock of the sandbox."""
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    """A Persona with one organization."""
    return Sandbox(clock=clock)
