"""Files as OpenAPI 3.1 describes them (4.8.14.5): by `contentMediaType`, and by `contentEncoding: binary`."""

from __future__ import annotations

import io

import pytest

from tests.support.cases import Answer, Case

PNG = b"\x89PNG\x00"


def test_parts(case: Case) -> None:
    """Each part has the content type of its schema; a text in Base64 stays one."""
    sent = case.call(lambda client: client.t.upload(a=PNG, b=PNG, c=io.BytesIO(PNG), d=PNG, several=[PNG], text="AAE="))
    parts = {part.split(b'"')[1]: part for part in sent.body.split(b"--BOUNDARY")[1:-1]}
    binary = b"Content-Type: application/octet-stream\r\n"
    for name, content_type in ((b"a", binary), (b"b", b"Content-Type: image/png\r\n"), (b"c", binary), (b"d", binary)):
        assert content_type in parts[name]
        assert parts[name].endswith(PNG + b"\r\n")
    assert b"Content-Type: image/png\r\n" in parts[b"several"]
    assert parts[b"text"].endswith(b"\r\n\r\nAAE=\r\n")


def test_whole(case: Case) -> None:
    """As a whole body, and as an answer."""
    sent = case.call(lambda client: client.t.whole(body=PNG), Answer(200, PNG))
    assert (sent.body, sent.headers["content-type"], sent.result) == (PNG, "image/png", PNG)


def test_texts(case: Case) -> None:
    """A media type whose content is a text, or may be one, makes no file."""
    texts = {"data": "{}", "html": "<p>", "token": "a.b.c", "picture": "<svg/>"}
    sent = case.call(lambda client: client.t.texts(**texts))
    assert sent.body == b'{"data":"{}","html":"<p>","token":"a.b.c","picture":"<svg/>"}'


def test_refused(case: Case) -> None:
    """A text is no file."""
    with case.client() as client, pytest.raises(ValueError, match=r"^a: "):
        client.t.upload(a="text", b=PNG, c=PNG)
