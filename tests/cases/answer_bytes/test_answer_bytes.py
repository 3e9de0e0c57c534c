"""Answers that are bytes."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_bytes(case: Case) -> None:
    """As they came; what is declared is accepted."""
    sent = case.call(lambda client: client.default.get_pdf(), Answer(200, b"%PDF\xff", "application/pdf"))
    assert (sent.result, sent.headers["accept"]) == (b"%PDF\xff", "application/pdf, application/json")
    sent = case.call(lambda client: client.default.get_image(), Answer(200, b"\x89PNG", "image/png"))
    assert (sent.result, sent.headers["accept"]) == (b"\x89PNG", "image/*")


def test_any_media_type(case: Case) -> None:
    """What is binary by its schema is neither parsed nor decoded, an export of JSON no more than a log."""
    sent = case.call(lambda client: client.default.get_export(), Answer(200, b'{"a": [1'))
    assert (sent.result, sent.headers["accept"]) == (b'{"a": [1', "application/json")
    assert case.call(lambda client: client.default.get_maybe(), Answer(200, b"\xff")).result == b"\xff"
    sent = case.call(lambda client: client.default.get_log(), Answer(200, b"\xff\xfe", "text/plain"))
    assert (sent.result, sent.headers["accept"]) == (b"\xff\xfe", "text/plain")


def test_error(case: Case) -> None:
    """Is JSON all the same."""
    error = case.error(lambda client: client.default.get_pdf(), Answer(404, b'{"why": "gone"}'))
    assert isinstance(error, case.package.NotFoundError)
    assert error.envelope.why == "gone"
