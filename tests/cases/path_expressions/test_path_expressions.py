"""Braces with more than a name in them: RFC 6570, and the routers of frameworks."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_query(case: Case) -> None:
    """What `{?x,y*}` names are parameters of the query, also where nothing else describes them."""
    assert case.call(lambda client: client.default.get_query(id=1)).target == "/query/1"
    assert case.call(lambda client: client.default.get_query(id=1, x=2, y="z")).target == "/query/1?x=2&y=z"


def test_described_parameters(case: Case) -> None:
    """They have the name alone, and so their own types."""
    assert case.call(lambda client: client.default.get_reserved(path=["a", "b"])).target == "/reserved/a,b"
    assert case.call(lambda client: client.default.get_all(path="a")).target == "/all/a"
    assert case.call(lambda client: client.default.get_route(id=123, kind="a", last="z")).target == "/route/123/a/z"
    assert case.call(lambda client: client.default.cancel(name="a")).target == "/resource/a:cancel"
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match="id"):
        client.default.get_route(id="x", kind="a", last="z")


def test_operators(case: Case) -> None:
    """What RFC 6570 writes before a value; no request has a fragment."""
    assert case.call(lambda client: client.default.get_file(format_="xml")).target == "/file.xml"


def test_a_name_with_a_colon(case: Case) -> None:
    """As it is described."""
    assert case.call(lambda client: client.default.get_same(a_b=1)).target == "/same/1"
