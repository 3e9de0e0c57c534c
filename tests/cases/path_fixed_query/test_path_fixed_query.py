"""Descriptions that tell operations apart by a query or a fragment in the path."""

from __future__ import annotations

from tests.support.cases import Case


def test_query(case: Case) -> None:
    """The rest of the query follows it."""
    assert case.call(lambda client: client.default.list_things()).target == "/things?kind=all"
    assert case.call(lambda client: client.default.list_things(limit=1)).target == "/things?kind=all&limit=1"


def test_fragment(case: Case) -> None:
    """It is for the reader; a request has none (RFC 9110, 4.2.5)."""
    assert case.call(lambda client: client.default.create_thing()).target == "/things"


def test_fixed_text(case: Case) -> None:
    """Is encoded, and a slash at the end stays."""
    assert case.call(lambda client: client.default.get_odd()).target == "/a%20b/%C3%BC/"
