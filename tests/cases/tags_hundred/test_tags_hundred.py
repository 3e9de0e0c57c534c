"""One tag with a hundred operations."""

from __future__ import annotations

from typing import Any

from tests.support.cases import Case


def test_all(case: Case) -> None:
    """Each of them can be called, and does what it should."""
    with case.client() as client:
        names = [name for name in dir(client.many) if name.startswith("operation") and "http" not in name]
    assert len(names) == 100
    for number in (0, 57, 99):

        def call(client: Any, number: int = number) -> Any:
            return getattr(client.many, f"operation{number}")(id=number)

        sent = case.call(call)
        assert sent.target == f"/things/{number}/{number}"
