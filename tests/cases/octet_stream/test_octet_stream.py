"""Bodies that are bytes."""

from __future__ import annotations

import io

import pytest

from tests.support.cases import Case


def test_bytes(case: Case) -> None:
    """As they are, under the declared type."""
    sent = case.call(lambda client: client.default.put_blob(body=b"\x00\xff"))
    assert (sent.body, sent.headers["content-type"]) == (b"\x00\xff", "application/octet-stream")
    sent = case.call(lambda client: client.default.put_pdf(body=bytearray(b"%PDF")))
    assert (sent.body, sent.headers["content-type"]) == (b"%PDF", "application/pdf")


def test_any_media_type(case: Case) -> None:
    """What is binary by its schema is sent as it is."""
    sent = case.call(lambda client: client.default.put_import(body=b'{"a":1}'))
    assert (sent.body, sent.headers["content-type"]) == (b'{"a":1}', "application/json")
    sent = case.call(lambda client: client.default.put_log(body=io.BytesIO(b"\xff")))
    assert (sent.body, sent.headers["content-type"]) == (b"\xff", "text/plain")


def test_open_file(case: Case) -> None:
    """Read once."""
    assert case.call(lambda client: client.default.put_blob(body=io.BytesIO(b"abc"))).body == b"abc"


def test_wildcard(case: Case) -> None:
    """The caller says what it is."""
    sent = case.call(lambda client: client.default.put_image(body=("a.png", b"x", "image/png")))
    assert (sent.body, sent.headers["content-type"]) == (b"x", "image/png")
    assert case.call(lambda client: client.default.put_image()).body == b""
    with case.client() as client, pytest.raises(ValueError, match=r"^body: needs a content type"):
        client.default.put_image(body=b"x")


def test_empty(case: Case) -> None:
    """No bytes are a body, too."""
    sent = case.call(lambda client: client.default.put_blob(body=b""))
    assert (sent.headers["content-type"], sent.headers["content-length"]) == ("application/octet-stream", "0")


def test_text(case: Case) -> None:
    """A text is refused: in which encoding would it be?"""
    with case.client() as client, pytest.raises(ValueError, match=r"^body: input should be bytes"):
        client.default.put_blob(body="text")
