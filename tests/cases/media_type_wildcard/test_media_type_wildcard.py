"""A request has to say what it is: a wildcard is no answer to that (RFC 9110, 8.3)."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_any(case: Case) -> None:
    """JSON, as in most descriptions that use it."""
    sent = case.call(lambda client: client.default.post_any(a=1), Answer(200, b'{"a": 2}'))
    assert (sent.body, sent.headers["content-type"]) == (b'{"a":1}', "application/json")
    assert (sent.result.a, sent.headers["accept"]) == (2, "*/*")


def test_text(case: Case) -> None:
    """Plain."""
    sent = case.call(lambda client: client.default.post_text(body="t"), Answer(200, b"u", "text/html"))
    assert (sent.body, sent.headers["content-type"], sent.result) == (b"t", "text/plain", "u")


def test_file(case: Case) -> None:
    """By its name; or any file."""
    sent = case.call(lambda client: client.default.post_file(body=("a.png", b"x")), Answer(200, b"\xff", "image/png"))
    assert (sent.body, sent.headers["content-type"], sent.result) == (b"x", "image/png", b"\xff")
    sent = case.call(lambda client: client.default.post_file(body=b"x"), Answer(200, b"{}"))
    assert (sent.headers["content-type"], sent.result) == ("application/octet-stream", b"{}")
