"""OpenAPI 3.1, 4.8.12.3: style `deepObject`; what it leaves open as the servers that made it up read it."""

from __future__ import annotations

import datetime

import pytest

from tests.support.cases import Case


def test_members(case: Case) -> None:
    """Names as on the wire, brackets encoded, as RFC 3986 has it."""
    models = case.models
    sent = case.call(
        lambda client: client.default.list_things(
            filter_=models.Filter(status="open", created_after=datetime.date(2026, 1, 2)), page={"size": 5}
        )
    )
    assert sent.target == "/things?filter%5Bstatus%5D=open&filter%5Bcreated-after%5D=2026-01-02&page%5Bsize%5D=5"


def test_nested(case: Case) -> None:
    """Objects go deeper, lists of texts repeat the name, lists of objects count."""
    sent = case.call(
        lambda client: client.default.list_things(
            filter_={"tags": ["a", "b"], "owner": {"first-name": "A B"}, "rules": [{"key": "x"}, {"key": "y"}]}
        )
    )
    assert sent.target == (
        "/things?filter%5Btags%5D=a&filter%5Btags%5D=b&filter%5Bowner%5D%5Bfirst-name%5D=A%20B"
        "&filter%5Brules%5D%5B0%5D%5Bkey%5D=x&filter%5Brules%5D%5B1%5D%5Bkey%5D=y"
    )


def test_empty(case: Case) -> None:
    """An object without members is not sent."""
    assert case.call(lambda client: client.default.list_things(filter_={}, page={})).target == "/things"


def test_required_and_empty(case: Case) -> None:
    """springdoc requires an object of optional members: no member is one without any. A list has to have an item."""
    call = {"pageable": {}, "filter_": {}, "ids": [1]}
    assert case.call(lambda client: client.default.list_pages(**call)).target == "/pages?ids=1"
    sandbox = case.module("testing").Sandbox()
    with sandbox.client() as client:
        client.default.list_pages(**call)
    assert sandbox.requests[-1].arguments == call
    with case.client() as client, pytest.raises(ValueError, match=r"^ids: is required, and nothing is sent"):
        client.default.list_pages(**{**call, "ids": []})


def test_refused(case: Case) -> None:
    """The path to the member that does not fit, and nothing is sent."""
    with case.client() as client, pytest.raises(ValueError, match=r"^filter_\.owner\.age: "):
        client.default.list_things(filter_={"owner": {"age": -1}})
    with case.client() as client, pytest.raises(ValueError, match=r"^filter_\.colour: "):
        client.default.list_things(filter_={"colour": "red"})
