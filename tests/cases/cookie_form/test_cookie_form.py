"""OpenAPI 3.1, 4.8.12: cookies, in one header (RFC 6265, 4.2.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "cookie"),
    [
        ({"session_id": "abc=/+%20", "debug": True}, "session-id=abc=/+%20; debug=true"),
        ({"ids": [1, 2]}, "ids=1,2"),
        ({"raw": "a=%20,b"}, "raw=a=%20,b"),
        ({"each": [1, 2]}, "each=1; each=2"),
        ({"prefs": {"a": [1, "é"]}}, "prefs=%7B%22a%22%3A%5B1%2C%22%5Cu00e9%22%5D%7D"),
    ],
)
def test_cookie(case: Case, arguments: dict[str, Any], cookie: str) -> None:
    """Texts as they are, with a media type, too; JSON, which a cookie could not hold, percent-encoded."""
    assert case.call(lambda client: client.default.list_things(**arguments)).headers["cookie"] == cookie


def test_none(case: Case) -> None:
    """No cookie, no header."""
    assert "cookie" not in case.call(lambda client: client.default.list_things()).headers


@pytest.mark.parametrize("value", ["a;b", "a b", 'a"b', "é", "a\\b"])
def test_refused(case: Case, value: str) -> None:
    """What would end the cookie or has no place in it."""
    with case.client() as client, pytest.raises(ValueError, match=r"^session_id: has characters that a cookie"):
        client.default.list_things(session_id=value)


def test_name(case: Case) -> None:
    """Members of an object are cookies of their own, of names that HTTP has to carry."""
    assert case.call(lambda client: client.default.list_things(flags={"a": 1})).headers["cookie"] == "a=1"
    with case.client() as client, pytest.raises(ValueError, match=r"^flags: has characters that a cookie"):
        client.default.list_things(flags={"größe": 1})


def test_comma(case: Case) -> None:
    """Nothing would tell it from the end of the item."""
    with case.client() as client, pytest.raises(ValueError, match=r"^words: has ','"):
        client.default.list_things(words=["a,b"])
