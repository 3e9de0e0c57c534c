"""Bodies that are text; XML is one."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_ascii(case: Case) -> None:
    """As declared."""
    sent = case.call(lambda client: client.default.put_text(body="a b"))
    assert (sent.body, sent.headers["content-type"]) == (b"a b", "text/plain")


def test_utf8(case: Case) -> None:
    """Without a charset `text/*` is ASCII (RFC 2046, 4.1.2): said where it is not."""
    sent = case.call(lambda client: client.default.put_text(body="ü"))
    assert (sent.body, sent.headers["content-type"]) == ("ü".encode(), "text/plain; charset=utf-8")


def test_charset(case: Case) -> None:
    """In the encoding that is declared."""
    sent = case.call(lambda client: client.default.put_latin(body="ü"))
    assert (sent.body, sent.headers["content-type"]) == (b"\xfc", "text/csv; charset=iso-8859-1")
    with case.client() as client, pytest.raises(ValueError, match=r"^body: has characters"):
        client.default.put_latin(body="€")


def test_xml(case: Case) -> None:
    """Text of the caller's: no model is turned into XML. It says its encoding itself, and UTF-8 goes without saying."""
    sent = case.call(lambda client: client.default.put_xml(body="<a>ü</a>"))
    assert (sent.body, sent.headers["content-type"]) == ("<a>ü</a>".encode(), "application/xml")


@pytest.mark.parametrize("word", ["abcd", "A", ""])
def test_bounds(case: Case, word: str) -> None:
    """What the schema says of the text is checked."""
    assert case.call(lambda client: client.default.put_word(body="abc")).body == b"abc"
    with case.client() as client, pytest.raises(ValueError, match=r"^body: should"):
        client.default.put_word(body=word)
