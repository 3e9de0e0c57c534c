"""Texts of the description stay text, whatever is in them."""

from __future__ import annotations

from urllib.parse import unquote

from tests.support.cases import Answer, Case


def test_query(case: Case) -> None:
    """Names and defaults to the letter."""
    sent = case.call(lambda client: client.default.list_things(), Answer(200, b"{}"))
    assert unquote(sent.target) == '/things?a"b\'c\\d="""\\n\u2028'


def test_member(case: Case) -> None:
    """A name that no attribute could have."""
    result = case.call(lambda client: client.default.list_things(), Answer(200, b'{"x\\"\\"\\"y\\\\": "\\n"}')).result
    assert [*dict(result).values()] == ["\n"]
