"""OpenAPI 3.1, 4.8.12.3: style `spaceDelimited`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"ids": ["blue", "black"]}, "?ids=blue%20black"),
        ({"ids": ["a,b&c"]}, "?ids=a%2Cb%26c"),
        ({"each": ["a", "b c"]}, "?each=a&each=b%20c"),
        ({"pairs": {"R": 100, "G": 200}}, "?pairs=R%20100%20G%20200"),
        ({"ids": []}, ""),
    ],
)
def test_query(case: Case, arguments: dict[str, Any], query: str) -> None:
    """A blank, encoded, between the items; exploded, the name is repeated as in `form`."""
    assert case.call(lambda client: client.default.list_things(**arguments)).target == f"/things{query}"


def test_blank_within_an_item(case: Case) -> None:
    """It could not be told from the blank between two items."""
    with case.client() as client, pytest.raises(ValueError, match=r"^ids: has ' ' within an item"):
        client.default.list_things(ids=["a b"])
