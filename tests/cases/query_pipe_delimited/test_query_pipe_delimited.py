"""OpenAPI 3.1, 4.8.12.3: style `pipeDelimited`; a URL holds the pipe in its encoded form only (RFC 3986, 2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"ids": [1, 2, 3]}, "?ids=1%7C2%7C3"),
        ({"words": ["a b", "c"]}, "?words=a%20b%7Cc"),
        ({"pairs": {"a": True, "b": False}}, "?pairs=a%7Ctrue%7Cb%7Cfalse"),
    ],
)
def test_query(case: Case, arguments: dict[str, Any], query: str) -> None:
    """A pipe, encoded, between the items."""
    assert case.call(lambda client: client.default.list_things(**arguments)).target == f"/things{query}"


def test_pipe_within_an_item(case: Case) -> None:
    """It could not be told from the pipe between two items."""
    with case.client() as client, pytest.raises(ValueError, match=r"^words: has '|' within an item"):
        client.default.list_things(words=["a|b"])
