"""OpenAPI 3.1, 4.8.12.3 and RFC 6570, 3.2.8: style `form`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"ids": [1, 2]}, "?ids=1&ids=2"),
        ({"words": ["a,b", "c d"]}, "?words=a%2Cb,c%20d"),
        ({"text": "ä&=?/"}, "?text=%C3%A4%26%3D%3F%2F"),
        ({"text": ""}, "?text="),
        ({"flag": True}, "?flag=true"),
        ({"flag": False}, "?flag=false"),
        ({"point": {"x-pos": 1, "y": 2.5}}, "?x-pos=1&y=2.5"),
        ({"flat": {"x_pos": 1}}, "?flat=x-pos,1"),
        ({"ids": [], "words": [], "point": {}}, ""),
        ({"ids": None}, ""),
    ],
)
def test_query(case: Case, arguments: dict[str, Any], query: str) -> None:
    """Arrays repeat the name or are joined, objects become pairs; what is empty or not given is not sent."""
    assert case.call(lambda client: client.default.list_things(**arguments)).target == f"/things{query}"
