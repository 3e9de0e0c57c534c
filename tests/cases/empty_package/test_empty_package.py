"""A description without operations is a package all the same."""

from __future__ import annotations

from tests.support.cases import Case


def test_client(case: Case) -> None:
    """With nothing to call."""
    with case.client() as client:
        assert [name for name in vars(type(client)) if not name.startswith("_")] == []
