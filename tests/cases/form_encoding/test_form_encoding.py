"""OpenAPI 3.1, 4.8.15: how single members of a form are written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({"flat": ["a", "b,c d"]}, "flat=a,b%2Cc+d"),
        ({"spaced": ["a", "b"]}, "spaced=a+b"),
        ({"piped": ["a", "b"]}, "piped=a%7Cb"),
        ({"deep": {"a-b": "x y", "c": [1, 2]}}, "deep%5Ba-b%5D=x+y&deep%5Bc%5D=1&deep%5Bc%5D=2"),
        ({"spread": {"R": 1, "G": 2}}, "R=1&G=2"),
        ({"as_json": [1, 2]}, "as-json=%5B1%2C2%5D"),
        ({"raw": "a/b:c"}, "raw=a/b:c"),
    ],
)
def test_form(case: Case, arguments: dict[str, Any], body: str) -> None:
    """Styles as in a query, blanks as `+`; with a content type of its own, in that."""
    assert case.call(lambda client: client.default.create_thing(**arguments)).body.decode() == body


def test_refused(case: Case) -> None:
    """What can't be told apart, or be written, is refused by the argument's name."""
    with case.client() as client, pytest.raises(ValueError, match=r"^piped: has '\|'"):
        client.default.create_thing(piped=["a|b"])
    with case.client() as client, pytest.raises(ValueError, match=r"^xml: can't be written as application/xml"):
        client.default.create_thing(xml={"a": 1})
