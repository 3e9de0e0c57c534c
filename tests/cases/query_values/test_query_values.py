"""What values of each type look like."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest

from tests.support.cases import Case

UTC = datetime.UTC
EAST = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"day": datetime.date(2026, 2, 1)}, "?day=2026-02-01"),
        ({"at": datetime.datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)}, "?at=2026-02-01T12%3A00%3A00Z"),
        ({"at": datetime.datetime(2026, 2, 1, 12, 0, 0, 5, EAST)}, "?at=2026-02-01T12%3A00%3A00.000005%2B02%3A00"),
        ({"id": uuid.UUID(int=1)}, "?id=00000000-0000-0000-0000-000000000001"),
        ({"count": 9007199254740993}, "?count=9007199254740993"),
        ({"ratio": 0.1}, "?ratio=0.1"),
        ({"ratio": 2}, "?ratio=2"),
        ({"colour": "dark blue"}, "?colour=dark%20blue"),
        ({"level": 2}, "?level=2"),
        ({"either": 1}, "?either=1"),
        ({"either": "x"}, "?either=x"),
        ({"maybe": None}, "?maybe="),
        ({"flags": [True, False]}, "?flags=true,false"),
        ({"anything": [1, "a"]}, "?anything=1&anything=a"),
    ],
)
def test_values(case: Case, arguments: dict[str, Any], query: str) -> None:
    """ISO 8601, JSON's words for booleans and numbers, an empty text for null."""
    assert case.call(lambda client: client.default.list_things(**arguments)).target == f"/things{query}"


@pytest.mark.parametrize(
    "arguments", [{"colour": "blue"}, {"level": 3}, {"ratio": float("nan")}, {"count": 1.5}, {"flags": ["perhaps"]}]
)
def test_refused(case: Case, arguments: dict[str, Any]) -> None:
    """Nothing is sent that the description does not know."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{next(iter(arguments))}"):
        client.default.list_things(**arguments)
