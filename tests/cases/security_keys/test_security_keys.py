"""API keys in header, query and cookie (OpenAPI 3.1, 4.8.27)."""

from __future__ import annotations

import pytest

from tests.support.cases import Case

KEY = "k/1+2"


def test_header(case: Case) -> None:
    """As the root says, where the operation says nothing."""
    assert case.call(lambda client: client.default.get_header(), api_key=KEY).headers["x-api-key"] == KEY


def test_query(case: Case) -> None:
    """Encoded, beside other parameters."""
    sent = case.call(lambda client: client.default.get_query(a="b"), api_key=KEY)
    assert sent.target == "/query?a=b&api%20key=k%2F1%2B2"
    assert "x-api-key" not in sent.headers


def test_cookie(case: Case) -> None:
    """In the one header that cookies have."""
    assert case.call(lambda client: client.default.get_cookie(), api_key="k").headers["cookie"] == "key=k"
    sent = case.call(lambda client: client.default.get_cookie(other="o"), api_key="k")
    assert {*sent.headers["cookie"].split("; ")} == {"key=k", "other=o"}


def test_both(case: Case) -> None:
    """Schemes that are required together."""
    sent = case.call(lambda client: client.default.get_both(), api_key="k")
    assert (sent.target, sent.headers["x-api-key"]) == ("/both?api%20key=k", "k")


def test_none(case: Case) -> None:
    """`security: []` takes the root's away; an empty alternative makes it optional."""
    assert "x-api-key" not in case.call(lambda client: client.default.get_none(), api_key="k").headers
    assert "x-api-key" not in case.call(lambda client: client.default.get_maybe()).headers
    assert case.call(lambda client: client.default.get_maybe(), api_key="k").headers["x-api-key"] == "k"


def test_missing(case: Case) -> None:
    """Told before anything is sent."""
    with case.client() as client, pytest.raises(ValueError, match=r"^api_key: "):
        client.default.get_header()


def test_unfit(case: Case) -> None:
    """HTTP has no header of such a name; the operation can be called with credentials of another kind."""
    with case.client(api_key=KEY) as client, pytest.raises(ValueError, match=r"^api_key: no header can have the name"):
        client.default.get_unfit()
    assert case.call(lambda client: client.default.get_unfit(), auth=lambda request: request).target == "/unfit"
    assert case.call(lambda client: client.default.get_either(), api_key=KEY).headers["x-api-key"] == KEY
