"""The fixture `case`: the package of the description beside a test."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.support.cases import Case, Library, Server
from tests.support.once import Once


@pytest.fixture(scope="session")
def library(once: Once) -> Iterator[Library]:
    """All packages, and one server for them."""
    path = [*sys.path]
    with Server(base_path="") as server:
        yield Library(once, server)
    sys.path[:] = path


@pytest.fixture
def case(library: Library, request: pytest.FixtureRequest) -> Case:
    """The package of `spec.yaml` in the folder of the test."""
    return library.case(request.path.parent)


@pytest.fixture(autouse=True)
def _nothing_from_outside(nothing_from_outside: None) -> None:
    """For each test."""
