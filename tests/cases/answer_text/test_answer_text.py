"""Answers that are text."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


def test_charset(case: Case) -> None:
    """In the encoding that the answer names, else UTF-8."""
    text = case.call(lambda client: client.default.get_text(), Answer(200, "ü".encode(), "text/plain"))
    assert (text.result, text.headers["accept"]) == ("ü", "text/plain")
    latin = Answer(200, b"\xfc", "text/csv; charset=iso-8859-1")
    assert case.call(lambda client: client.default.get_csv(), latin).result == "ü"


def test_wildcard(case: Case) -> None:
    """A string of any media type is text as it comes, a file its bytes; neither is JSON."""
    log = case.call(lambda client: client.default.get_log(), Answer(200, b"started\n", "text/plain"))
    assert (log.result, log.headers["accept"]) == ("started\n", "*/*")
    assert (
        case.call(lambda client: client.default.get_file(), Answer(200, b"\x00\xff", "image/png")).result == b"\x00\xff"
    )


def test_xml(case: Case) -> None:
    """XML is text, whatever its schema says."""
    sent = case.call(lambda client: client.default.get_xml(), Answer(200, b"<a/>", "application/xml"))
    assert (sent.result, sent.headers["accept"]) == ("<a/>", "application/xml")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xfc</a>", "application/xml", "\xfc"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xc3\xbc</a>", "application/xml; charset=utf-8", "\xfc"),
        (b"<?xml version='1.0' encoding='no-such'?><a>\xc3\xbc</a>", "application/xml", "\xfc"),
        (b"\xef\xbb\xbf<a>\xc3\xbc</a>", "application/xml", "\xfc"),
    ],
)
def test_xml_encoding(case: Case, body: bytes, content_type: str, text: str) -> None:
    """XML may name its own encoding; that of the media type wins (RFC 7303, 3)."""
    answer = Answer(200, body, content_type)
    result = case.call(lambda client: client.default.get_xml(), answer).result
    assert (result[0], result[-len(f"<a>{text}</a>") :]) == ("<", f"<a>{text}</a>")


def test_empty(case: Case) -> None:
    """No text is a text."""
    assert case.call(lambda client: client.default.get_text(), Answer(200, b"", "text/plain")).result == ""
